package policy

import (
	"slices"
	"sync/atomic"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// probeTable is what probes know of the routes of a configuration. A route has a slot, which it keeps as long as it has the same
// members and probes alike. It does not change once made, but for the flags.
type probeTable struct {
	routes []*config.Route // by slot; nil: it is free
	known  []loop.ProbeRoute
	shut   []map[int]*atomic.Bool // by the slot of the remote: the route keeps it out of a cycle
	index  map[*config.Remote]int // slots
}

// newProbeTable gives the routes slots in their order.
func newProbeTable(routes []*config.Route, index map[*config.Remote]int) *probeTable {
	return new(probeTable).next(routes, index)
}

// next returns the table of other routes.
func (t *probeTable) next(routes []*config.Route, index map[*config.Remote]int) *probeTable {
	n := &probeTable{
		routes: make([]*config.Route, len(t.routes)), known: make([]loop.ProbeRoute, len(t.routes)),
		shut: make([]map[int]*atomic.Bool, len(t.routes)), index: index,
	}
	slots := make(map[string]int, len(t.routes))
	var free []int // a slot is free for one configuration at least, so that nobody still uses it
	for slot, r := range t.routes {
		if r == nil {
			free = append(free, slot)
		} else {
			slots[r.Name] = slot
		}
	}
	for _, r := range routes {
		known := probeRoute(r, index)
		if slot, ok := slots[r.Name]; ok && n.routes[slot] == nil && t.known[slot].Same(&known) {
			n.routes[slot], n.known[slot], n.shut[slot] = r, known, t.shut[slot]
			continue
		}
		shut := make(map[int]*atomic.Bool)
		for _, m := range known.Members {
			shut[m] = new(atomic.Bool)
		}
		if len(free) > 0 {
			n.routes[free[0]], n.known[free[0]], n.shut[free[0]] = r, known, shut
			free = free[1:]
			continue
		}
		n.routes, n.known, n.shut = append(n.routes, r), append(n.known, known), append(n.shut, shut)
	}
	return n
}

func probeRoute(r *config.Route, index map[*config.Remote]int) loop.ProbeRoute {
	known := loop.ProbeRoute{}
	if len(r.Between) == 0 {
		known.Sources = []int{}
	}
	for _, way := range r.Ways() {
		known.Members = append(known.Members, index[way.From], index[way.To])
		if known.Sources != nil {
			known.Sources = append(known.Sources, index[way.From])
		}
	}
	slices.Sort(known.Members)
	known.Members = slices.Compact(known.Members)
	if r.Probe != nil {
		known.Every = r.Probe.Every
		known.Block = r.Probe.OnCycle == config.CycleBlock && known.Sources == nil
	}
	return known
}

func (t *probeTable) port(r *config.Route, from, to int) port {
	i := slices.Index(t.routes, r)
	out := port{route: i, bothWays: t.known[i].Sources == nil, probes: t.known[i].Every > 0}
	if t.known[i].Block {
		out.from, out.to = t.shut[i][from], t.shut[i][to]
	}
	return out
}

// leadsTo reports whether a route sends events to one of its members.
func (t *probeTable) leadsTo(route, to int) bool {
	return t.known[route].Sources == nil || slices.ContainsFunc(t.routes[route].Ways(), func(w config.Way) bool { return t.index[w.To] == to })
}
