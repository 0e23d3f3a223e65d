package policy

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Next returns the policy of another configuration, which goes on with what is known: what was learned, the credits of each remote by
// its name, and what the limits of a route to a destination counted, if it has the same ones. It changes nothing; Enter does what
// both share, and each entrance is to Follow that of its remote.
func (p *Policy) Next(cfg *config.Config) *Policy {
	n := &Policy{identity: p.identity, learned: p.learned, slots: p.slots.next(cfg.Remotes), exits: slices.Clip(p.exits), probes: p.probes, links: p.links}
	index := n.slots.index(cfg.Remotes)
	n.table = p.table.next(cfg.Routes, index)
	n.build(cfg, index, p.limits)
	return n
}

// Enter makes the probes those of this policy. Entrances of the one before may judge until they are not used any more.
func (p *Policy) Enter() { p.probes.enter(p.table) }

// Follow makes e take over from the entrance that the same remote had before, if it had one, when that is not used any more. It is
// to be called by the goroutine that both belong to.
func (e *Entrance) Follow(before *Entrance) {
	if before != nil {
		e.storm.Follow(before.storm)
		e.alarms = append(e.alarms, before.alarms...)
	}
}
