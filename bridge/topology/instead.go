package topology

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// instead says what to write to be rid of a trouble.
func (g *graph) instead(t *trouble) string {
	const oneWay = `routes of one way (from and to), which may have preset = ["telemetry", "commands"]`
	switch {
	case t.kind == Twin:
		return "remove one of the two routes, or divide the events between them with preset or match blocks"
	case t.kind == Erasing:
		return oneWay + ", or one bridge with a single site that erases identity"
	case t.origin[roaming]:
		return "no roaming GUIDs where there is more than one way between two sites: remove loop.roaming or one of the routes"
	case t.origin[erased] && len(t.origin) == 1:
		return "one way only between the sites: " + g.siteNames(g.sitesOn(t.paths)) + "; no origins can tell the copies, as their identity is erased. Remove a route, or use " + oneWay
	}
	if texts := g.stricter(t); len(texts) > 0 {
		return strings.Join(texts, "; ")
	}
	return "remove one of the routes, or list in origins of each remote only what comes through it by the way that is meant"
}

// stricter proposes origins for the remotes through which copies come in.
func (g *graph) stricter(t *trouble) []string {
	var nodes []int
	for _, p := range t.paths {
		for i, l := range p {
			if t.kind == Duplicate && i == 0 {
				continue // the event itself, not yet a copy
			}
			nodes = append(nodes, g.lanes[l].from)
			if t.kind == Ring { // what goes round one way goes round the other way too
				nodes = append(nodes, g.lanes[l].to)
			}
		}
	}
	slices.Sort(nodes)
	nodes = slices.DeleteFunc(slices.Compact(nodes), func(n int) bool { return g.nodes[n].remote.Strict })
	texts := make([]string, 0, len(nodes))
	for _, n := range nodes {
		r := g.nodes[n].remote
		text := "strict = true"
		if len(r.Origins) == 0 {
			text += " and origins = [" + g.proposal(g.nodes[n].site) + "]"
		}
		text += " on " + remoteBlock(r)
		if p := place(r.Pos); p != "" {
			text += fmt.Sprintf(" (%s)", p)
		}
		texts = append(texts, text)
	}
	return texts
}

// proposal lists the GUIDs of a site as far as files know them.
func (g *graph) proposal(site int) string {
	if patterns := g.patternsAt(site); len(patterns) > 0 {
		return quoted(patterns)
	}
	return "the GUIDs of " + g.sites[site].name
}

func (g *graph) sitesOn(paths [][]int) []int {
	var sites []int
	for _, p := range paths {
		for _, l := range p {
			sites = append(sites, g.nodes[g.lanes[l].from].site, g.nodes[g.lanes[l].to].site)
		}
	}
	slices.Sort(sites)
	return slices.Compact(sites)
}

// place renders a position as file:line, or as far as it is known.
func place(p config.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}
