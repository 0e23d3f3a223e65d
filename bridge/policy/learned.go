package policy

import "github.com/tcpiplink/tcpiplink-bridge/bridge/loop"

// Learned returns which GUIDs were seen where, of those events that were new here, for the remotes of the configuration by their
// places in it. It may be called from any goroutine.
func (p *Policy) Learned() []loop.Sighting {
	seen := p.sightings()
	for i := range seen {
		seen[i].Remote = p.slots.place[seen[i].Remote]
	}
	return seen
}

// sightings are those at the remotes that there are.
func (p *Policy) sightings() []loop.Sighting {
	all := p.learned.Sightings()
	seen := all[:0]
	for _, s := range all {
		if s.Remote < len(p.slots.place) && p.slots.place[s.Remote] >= 0 {
			seen = append(seen, s)
		}
	}
	return seen
}

// Proposal returns the origins that the learned GUIDs suggest, with the remotes by their places in the configuration. It may be
// called from any goroutine.
func (p *Policy) Proposal() loop.Proposal {
	bySlot := p.guard.Propose(p.sightings())
	out := loop.Proposal{Places: make([]loop.Suggested, len(p.slots.of)), Apart: bySlot.Apart}
	for place, slot := range p.slots.of {
		out.Places[place] = bySlot.Places[slot]
	}
	for i := range out.Apart {
		for j := range out.Apart[i].Seen {
			s := &out.Apart[i].Seen[j]
			s.Remote = p.slots.place[s.Remote]
		}
	}
	return out
}
