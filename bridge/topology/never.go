package topology

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// hurdle is what an event has to pass, in this order.
type hurdle uint8

const (
	atOrigins hurdle = iota
	atMatch
	atScope
	atPreset
	atProtocol
	atExclude
	passed
)

// neverUsed finds routes, and blocks of routes, that no event passes.
func (g *graph) neverUsed(r *Report, kinds []kind) {
	for first := 0; first < len(g.lanes); {
		end := first + 1
		for end < len(g.lanes) && g.lanes[end].route == g.lanes[first].route {
			end++
		}
		route := g.lanes[first].route
		best := atOrigins
		for i := first; i < end && best < passed && g.budget > 0; i++ {
			best = max(best, g.furthest(i, kinds))
		}
		if best < passed && g.budget > 0 {
			r.Findings = append(r.Findings, Finding{
				Kind: NeverUsed, Severity: config.SeverityWarning, Pos: route.Pos, Block: "route " + strconv.Quote(route.Name),
				Summary: "no event can ever pass: " + best.why(), Instead: best.instead(),
			})
		} else {
			g.neverMatched(r, g.lanes[first:end], kinds)
		}
		first = end
	}
}

// furthest returns the last hurdle that any event comes to on a lane.
func (g *graph) furthest(l int, kinds []kind) hurdle {
	best := atOrigins
	ln := &g.lanes[l]
	for _, s := range g.coming(ln.from) {
		g.budget--
		if !g.admits(ln.from, s.guid) {
			continue
		}
		for k := range kinds {
			g.budget--
			e := kinds[k].event
			e.guid = s.guid
			if best = max(best, ln.stops(&e)); best == passed {
				return best
			}
		}
	}
	return best
}

// stops returns the first hurdle that surely holds an admitted event back.
func (l *lane) stops(e *event) hurdle {
	switch {
	case l.takes(e) != no:
		return passed
	case !l.fitsAny(e):
		return atMatch
	case scope(e.guid) != "" && !slices.Contains(l.route.Scopes, scope(e.guid)):
		return atScope
	case !carries(l.preset, e.class):
		return atPreset
	case l.passes(e) == no:
		return atProtocol
	default:
		return atExclude
	}
}

// fitsAny reports whether a match block fits an event, even if it does not name its class as protocol classes need.
func (l *lane) fitsAny(e *event) bool {
	return len(l.route.Match) == 0 || slices.ContainsFunc(l.route.Match, func(m config.Match) bool { return fits(&m, e) != no })
}

func (h hurdle) why() string {
	switch h {
	case atOrigins:
		return "the loop guard takes none of the GUIDs from its sources"
	case atScope:
		return "private and laboratory GUIDs cross only where scopes of the route say so"
	case atPreset:
		return "the preset has none of the classes of the match blocks"
	case atProtocol:
		return "protocol classes cross only where a match block names them by class"
	case atExclude:
		return "the exclude blocks cover the match blocks"
	default:
		return "the match blocks and what the loop guard takes from its sources have no GUID in common, or a block contradicts itself"
	}
}

func (h hurdle) instead() string {
	switch h {
	case atOrigins:
		return "origins of the sources with the GUIDs that live there, or no strict"
	case atScope:
		return `scopes = ["private", "laboratory"], or one of the two`
	case atPreset:
		return `preset = "all", or no preset, beside match blocks that name classes`
	case atProtocol:
		return `class = ["CLASS1.PROTOCOL"], or whichever is meant, in the match block`
	case atExclude:
		return "narrower exclude blocks"
	default:
		return "match blocks with GUIDs that live behind the sources"
	}
}

// neverMatched finds match blocks of a route that no event passes, while others do.
func (g *graph) neverMatched(r *Report, lanes []lane, kinds []kind) {
	route := lanes[0].route
	for i := range route.Match {
		if len(route.Match) < 2 || g.budget <= 0 || g.matched(&route.Match[i], lanes, kinds) {
			continue
		}
		pos := route.Match[i].Pos
		if pos.Line == 0 {
			pos = route.Pos
		}
		r.Findings = append(r.Findings, Finding{
			Kind: NeverUsed, Severity: config.SeverityWarning, Pos: pos, Block: "route " + strconv.Quote(route.Name),
			Summary: fmt.Sprintf("match block %d takes no event: the preset or the exclude blocks leave none, or it asks for GUIDs that cannot come", i+1),
			Instead: "remove the block, or what contradicts it",
		})
	}
}

// matched reports whether an event passes by one match block alone.
func (g *graph) matched(m *config.Match, lanes []lane, kinds []kind) bool {
	for i := range lanes {
		alone := lanes[i]
		route := *alone.route
		route.Match = []config.Match{*m}
		alone.route = &route
		for _, s := range g.coming(alone.from) {
			if g.passesFrom(&alone, s.guid, kinds) {
				return true
			}
		}
	}
	return false
}

// coming returns the GUIDs that events have when they come to a node.
func (g *graph) coming(n int) []sample {
	if !g.sites[g.nodes[n].site].erases {
		return g.regions.samples
	}
	var natives []sample
	for face := range max(1, len(g.nodes[n].remote.Origins)) {
		natives = append(natives, sample{guid: g.native(n, face)})
	}
	return natives
}

func (g *graph) passesFrom(l *lane, guid vscp.GUID, kinds []kind) bool {
	g.budget--
	if !g.admits(l.from, guid) {
		return false
	}
	for k := range kinds {
		g.budget--
		e := kinds[k].event
		e.guid = guid
		if l.takes(&e) != no {
			return true
		}
	}
	return false
}
