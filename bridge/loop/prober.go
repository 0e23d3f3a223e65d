package loop

import (
	"slices"
	"time"
)

// ProbeRoute is a route as far as probes know it.
type ProbeRoute struct {
	Members []int         // its remotes
	Sources []int         // those that it takes events from; nil: all, it leads both ways
	Every   time.Duration // between two probes to a member; 0: it only passes on those of others
	Block   bool          // it takes part in the election; only where it leads both ways
}

func (r *ProbeRoute) elects() bool { return r.Every > 0 && r.Block }

// held is how many intervals a cycle lasts after a probe last proved it.
const held = 3

// Prober finds cycles outside of a bridge, and says which of its routes keeps which remote out of it. It is a state machine without
// clock, randomness, goroutine or lock of its own.
//
// Every route that probes sends a probe of its own to each member. Other bridges pass it on, once to each remote, over both-way
// routes alone. If it comes back on another remote than it was sent to, both are joined outside, and with the route that is a cycle.
//
// The election needs no messages of its own. A bridge that passes a probe on marks it if it would block a cycle itself and has the
// larger ID. A probe that comes back without the mark went through bridges with smaller IDs only, and its sender blocks: it has the
// largest ID of that cycle. What a route blocks is the later of the two remotes between which the probe went outside. Probes go on
// over what is blocked, so each cycle is judged as if nothing was: all that is blocked is what a minimum spanning tree, with the
// IDs as the weights, leaves out. So nobody is cut off, no cycle stays whole, and neither the order in which bridges start nor what
// they remember makes a difference. A probe that is lost ends nothing as long as one in three intervals comes back.
type Prober struct {
	routes []ProbeRoute
	random func() uint64
	id     uint64
	own    tokens
	passed passed
	rings  []Ring
	twin   time.Duration // when another bridge was first seen to have the ID; 0: none was
	twins  int
}

// Ring is a cycle that a route closes.
type Ring struct {
	Route       int
	First, Last int           // the remotes that are joined outside of the bridge, in the order of Members
	Since       time.Duration // when it was found
	Seen        time.Duration // when a probe last proved it
	Blocks      bool          // the route keeps Last out
	won         time.Duration // when a probe last came back that nobody outranked
	told        bool          // Look returned it
}

// RingChange is what changed with a ring.
type RingChange struct {
	Ring
	What Change
}

// Change is what can become of a ring.
type Change uint8

// The changes.
const (
	RingFound Change = iota
	RingBlocked
	RingOpened // it is no longer blocked here
	RingGone
)

// NewProber returns a prober that passes on what others send. It may send itself once it has an ID.
func NewProber(routes []ProbeRoute) *Prober {
	return &Prober{routes: routes, own: newTokens(), passed: newPassed()}
}

// Start gives the bridge its ID. random returns random bits.
func (p *Prober) Start(id uint64, random func() uint64) { p.id, p.random = id, random }

// ID returns what the bridge is known by to others.
func (p *Prober) ID() uint64 { return p.id }

// Send returns the next probe of a route to a member.
func (p *Prober) Send(route, to int) Signal {
	s := Signal{ID: p.id, Token: uint16(p.random())}
	for range 8 {
		if _, taken := p.own.find(s); !taken {
			break
		}
		s.Token = uint16(p.random())
	}
	p.own.add(s, ticket{route: route, to: to})
	return s
}

// Arrived takes a probe that came from a remote, before Pass is asked for each way on. It reports whether the bridge sent it, and
// whether it got back to where it was sent to, which every server that shows a client its own events does.
func (p *Prober) Arrived(s Signal, remote int, now time.Duration) (own, echo bool) {
	t, own := p.own.find(s)
	switch {
	case !own && s.ID == p.id && p.random != nil:
		p.collide(p.longest(), now)
	case own && t.to != remote:
		p.found(t, remote, s.Outranked, now)
	}
	if !own {
		p.passed.offer(s, remote)
	}
	return own, own && t.to == remote
}

// Route returns the route that sent a probe, -1 if that is gone, or 0 for one of another bridge.
func (p *Prober) Route(s Signal) int {
	t, _ := p.own.find(s)
	return t.route
}

// Pass says whether a probe that Arrived goes on over a route to a remote, and what it says from there on.
func (p *Prober) Pass(s Signal, route, to int) (Signal, bool) {
	r := &p.routes[route]
	rank := p.id > s.ID
	if t, own := p.own.find(s); own {
		if t.route == route || t.to == to {
			return s, false
		}
		rank = route > t.route // two routes of one bridge are told apart by their places
	}
	s.Outranked = s.Outranked || r.elects() && rank
	return s, p.passed.offer(s, to)
}

// collide deals with a probe of the bridge's own ID that it did not send. Once it may be one from before a restart; when it comes
// again, another bridge has the GUID, and this one takes an ID at random, which both do.
func (p *Prober) collide(every, now time.Duration) {
	switch {
	case p.twin == 0 || now-p.twin > 2*held*every:
		p.twin = max(now, 1)
	case now-p.twin >= every/2:
		p.id = p.random() >> 24
		p.twin = 0
		p.twins++
	}
}

// Twins returns how often another bridge was found to have the same ID.
func (p *Prober) Twins() int { return p.twins }

func (p *Prober) longest() time.Duration {
	var every time.Duration
	for i := range p.routes {
		every = max(every, p.routes[i].Every)
	}
	return every
}

// found notes that a probe went from a remote to another outside.
func (p *Prober) found(t ticket, remote int, outranked bool, now time.Duration) {
	if t == retired {
		return
	}
	r := &p.routes[t.route]
	a, b := slices.Index(r.Members, t.to), slices.Index(r.Members, remote)
	if a < 0 || b < 0 || r.Sources != nil && !slices.Contains(r.Sources, remote) {
		return // the route does not close it
	}
	first, last := r.Members[min(a, b)], r.Members[max(a, b)]
	i := slices.IndexFunc(p.rings, func(x Ring) bool { return x.Route == t.route && x.First == first && x.Last == last })
	if i < 0 {
		i = len(p.rings)
		p.rings = append(p.rings, Ring{Route: t.route, First: first, Last: last, Since: now, Seen: -1, won: -1})
	}
	p.rings[i].Seen = now
	if !outranked && r.elects() {
		p.rings[i].won = now
	}
}

// Look notes what time changed and returns what is new since the last call. It is to be called after an own probe arrived, and now
// and then.
func (p *Prober) Look(now time.Duration) []RingChange {
	var changes []RingChange
	for i := range p.rings {
		r := &p.rings[i]
		lasts := held * p.routes[r.Route].Every
		gone := now-r.Seen >= lasts
		blocks := !gone && r.won >= 0 && now-r.won < lasts
		if !r.told {
			r.told = true
			changes = append(changes, RingChange{*r, RingFound})
		}
		if blocks != r.Blocks {
			r.Blocks = blocks
			what := RingOpened
			if blocks {
				what = RingBlocked
			}
			changes = append(changes, RingChange{*r, what})
		}
		if gone {
			changes = append(changes, RingChange{*r, RingGone})
		}
	}
	p.rings = slices.DeleteFunc(p.rings, func(r Ring) bool { return now-r.Seen >= held*p.routes[r.Route].Every })
	return changes
}

// Rings returns the cycles as Look left them.
func (p *Prober) Rings() []Ring { return slices.Clone(p.rings) }

// Blocked reports whether a route keeps a remote out of a cycle, as Look left it: it takes no events from it and sends it none.
func (p *Prober) Blocked(route, remote int) bool {
	return slices.ContainsFunc(p.rings, func(r Ring) bool { return r.Blocks && r.Route == route && r.Last == remote })
}
