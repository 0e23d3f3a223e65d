package policy

import (
	"sync/atomic"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
)

// port is what probes know of a lane.
type port struct {
	route    int
	bothWays bool
	probes   bool         // it was asked to
	from, to *atomic.Bool // the remote is kept out of a cycle; nil: it never is
}

func (p *port) blocked() bool {
	return p.from != nil && (p.from.Load() || p.to.Load())
}

// judgeProbe says where a probe goes. The loop guard has no say in it: a probe goes to each remote once by what it says itself, and
// is to find the ways that events could take, whatever holds them back here. Where a route was not asked to probe, its filter counts.
func (e *Entrance) judgeProbe(s loop.Signal, a *Arrival) []Verdict {
	complete(a)
	echo := e.probes.arrived(s, e.remote, a.Now)
	for i := range e.verdicts {
		v, port := &e.verdicts[i], &e.ports[i]
		*v = Verdict{Reason: Probe, Row: a.Row}
		if echo || !port.bothWays {
			continue
		}
		if why := e.rules[i].filter.Check(a.Row); !port.probes && why != route.Taken {
			v.Reason = Reason(why.String())
			continue
		}
		next, goes := e.probes.pass(s, port.route, e.lanes[i].To)
		if !goes {
			continue
		}
		v.Reason = Goes
		if next.Type() != a.Row.Type {
			e.marked = *a.Row
			e.marked.Type = next.Type()
			v.Row = &e.marked
		}
	}
	return e.verdicts
}
