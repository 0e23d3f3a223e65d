package topology

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// mostErasing is how many cycles of peers that erase identity are reported: one file can make thousands.
const mostErasing = 8

// erasing finds cycles that nothing but echo credits keeps from going round: they turn at sites that erase identity.
func (c *collector) erasing(r *Report) {
	told := map[int]bool{}
	for _, s := range c.mayTurn(mode{echoes: true}) {
		if told[s] || len(r.Findings) >= mostErasing {
			continue
		}
		if t := c.turns(s, mode{echoes: true}); t != nil {
			for _, on := range c.g.sitesOn(t.paths) {
				told[on] = true
			}
			r.Findings = append(r.Findings, c.erasingFinding(t))
		}
	}
	if len(told) > 0 {
		return
	}
	for _, s := range c.mayTurn(mode{echoes: true, auto: true}) {
		if t := c.turns(s, mode{echoes: true, auto: true}); t != nil {
			r.Unknown = c.g.turningSites(t.paths[0])
			return
		}
	}
}

// mayTurn returns the sites that erase identity in a mode, or none if nothing goes round from any of them: that is found out for all of
// them at once, which is the common case.
func (c *collector) mayTurn(m mode) []int {
	var sites []int
	for s := range c.g.sites {
		if st := &c.g.sites[s]; st.erases || m.auto && st.auto {
			sites = append(sites, s)
		}
	}
	if len(sites) == 0 {
		return nil
	}
	for i := range len(c.kinds) * c.faces {
		m.face = i % c.faces
		if c.g.followFrom(sites, c.kinds[i/c.faces].event, m).cycle() != nil || c.g.budget <= 0 {
			return sites
		}
	}
	return nil
}

// turns follows what begins at a site until it goes round only because of echoes, which the mode adds.
func (c *collector) turns(site int, m mode) *trouble {
	m.blind = true
	if c.g.follow(site, event{}, m).cycle() == nil {
		return nil
	}
	m.blind = false
	for i := range len(c.kinds) * c.faces {
		k := i / c.faces
		m.face = i % c.faces
		e := c.kinds[k].event
		cycle := c.g.follow(site, e, m).cycle()
		if cycle == nil {
			continue
		}
		if !m.auto && c.g.follow(site, e, mode{face: m.face}).cycle() != nil {
			continue // a ring anyway
		}
		certain := m
		certain.sure = true
		return &trouble{
			kind: Erasing, paths: [][]int{cycle}, start: site, sure: c.g.follow(site, e, certain).cycle() != nil,
			first: origin{identity: erased}, origin: map[identity]bool{erased: true}, kinds: map[int]bool{k: true},
		}
	}
	return nil
}

func (c *collector) erasingFinding(t *trouble) Finding {
	g := c.g
	route := g.lanes[t.paths[0][0]].route
	f := Finding{
		Kind: Erasing, Severity: config.SeverityError, Pos: route.Pos, Block: "route " + strconv.Quote(route.Name),
		Summary: fmt.Sprintf("a cycle of sites that erase the identity of events: %s", g.around(t.paths[0])),
		Paths:   []string{g.pathText(t.paths[0])},
		Detail:  "They show the bridge its own events as new ones, and only the time tells an echo: one that comes late goes round for good.",
		Instead: g.instead(t),
		ways:    g.hops(t.paths),
	}
	if !t.sure {
		f.Severity, f.Summary = config.SeverityWarning, "maybe "+f.Summary
	}
	return f
}

// turningSites returns the sites of a cycle at which an event goes back through the node that sent it there, and whose profile is
// not known.
func (g *graph) turningSites(cycle []int) []string {
	var sites []int
	for i, l := range cycle {
		next := cycle[(i+1)%len(cycle)]
		site := g.nodes[g.lanes[l].to].site
		if g.lanes[next].from == g.lanes[l].to && g.sites[site].auto {
			sites = append(sites, site)
		}
	}
	slices.Sort(sites)
	var names []string
	for _, s := range slices.Compact(sites) {
		names = append(names, g.sites[s].name)
	}
	return names
}
