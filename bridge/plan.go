package bridge

import "github.com/tcpiplink/tcpiplink-bridge/bridge/policy"

// plan is what becomes of the events that a remote delivers. It is replaced whole, between two batches, and belongs to the goroutine
// that receives from there on.
type plan struct {
	policy   *policy.Policy
	entrance *policy.Entrance // nil: the remote is gone, and what it still delivers goes nowhere
	lanes    []lane           // as the entrance has them
}

// newPlan makes the plan of an endpoint in a generation.
func newPlan(g *generation, slot int) *plan {
	p := &plan{policy: g.policy, entrance: g.policy.Entrance(slot)}
	for _, l := range p.entrance.Lanes() {
		p.lanes = append(p.lanes, lane{d: g.made[way{l.Route.Name, g.policy.Name(l.To)}]})
	}
	return p
}

// follow returns the plan to go by from now on, for a batch.
func (e *endpoint) follow() *plan {
	p := e.plan.Load()
	if p != e.followed && p.entrance != nil {
		p.entrance.Follow(e.entrance)
		e.entrance = p.entrance
	}
	e.followed = p
	return p
}
