package policy

import "github.com/tcpiplink/tcpiplink-bridge/bridge/loop"

// Proposal returns the origins that the learned GUIDs suggest. It may be called from any goroutine.
func (p *Policy) Proposal() loop.Proposal { return p.guard.Propose(p.learned.Sightings()) }
