package loop_test

import (
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
)

// counter returns a source of different numbers.
func counter() func() uint64 {
	n := uint64(0)
	return func() uint64 {
		n++
		return n<<24 | n
	}
}

// newProber is of a bridge with the ID 5. It has a route between remotes 0 and 1 that probes and elects, one that does neither, and one from 0 to 1 that probes.
func newProber() *loop.Prober {
	p := loop.NewProber([]loop.ProbeRoute{
		{Members: []int{0, 1}, Every: time.Minute, Block: true},
		{Members: []int{1, 2}},
		{Members: []int{0, 1}, Sources: []int{0}, Every: time.Minute},
	})
	p.Start(5, counter())
	return p
}

func TestEchoIsNoCycle(t *testing.T) {
	p := newProber()
	s := p.Send(0, 0)
	own, echo := p.Arrived(s, 0, time.Second)
	if changes := p.Look(time.Second); !own || !echo || len(changes) != 0 {
		t.Errorf("a probe back where it was sent: own %v, echo %v, changes %+v, want own, an echo, and none", own, echo, changes)
	}
}

func TestCycleBeginsAndEnds(t *testing.T) {
	p := newProber()
	now := time.Second
	p.Arrived(p.Send(0, 0), 1, now)
	got := p.Look(now)
	if len(got) != 2 || got[0].What != loop.RingFound || got[1].What != loop.RingBlocked || got[1].First != 0 || got[1].Last != 1 {
		t.Fatalf("changes %+v, want a cycle of 0 and 1 that is found and blocked", got)
	}
	p.Arrived(p.Send(0, 1), 0, now+time.Minute) // the other way round it is the same
	if got := p.Look(now + time.Minute); len(got) != 0 || len(p.Rings()) != 1 {
		t.Fatalf("changes %+v, cycles %+v, want the same cycle", got, p.Rings())
	}
	if got := p.Look(now + 4*time.Minute - 1); len(got) != 0 || !p.Blocked(0, 1) || p.Blocked(0, 0) {
		t.Fatalf("changes %+v before three intervals, want none and remote 1 blocked", got)
	}
	got = p.Look(now + 4*time.Minute)
	if len(got) != 2 || got[0].What != loop.RingOpened || got[1].What != loop.RingGone || p.Blocked(0, 1) || len(p.Rings()) != 0 {
		t.Fatalf("changes %+v after three intervals, want the cycle opened and gone", got)
	}
}

func TestOutrankedProbeAlarmsOnly(t *testing.T) {
	p := newProber()
	s := p.Send(0, 0)
	s.Outranked = true
	p.Arrived(s, 1, time.Second)
	if got := p.Look(time.Second); len(got) != 1 || got[0].What != loop.RingFound || p.Blocked(0, 1) {
		t.Errorf("changes %+v, want a cycle that another bridge blocks", got)
	}
}

func TestOneWayRouteIsAlarmedForItsWayOnly(t *testing.T) {
	p := newProber()
	p.Arrived(p.Send(2, 1), 0, time.Second) // from 1 to 0 outside, and from 0 to 1 by the route
	if got := p.Look(time.Second); len(got) != 1 || got[0].Route != 2 || got[0].What != loop.RingFound {
		t.Errorf("changes %+v, want a cycle of route 2 that nobody blocks", got)
	}
	q := newProber()
	q.Arrived(q.Send(2, 0), 1, time.Second) // the route does not lead from 1 to 0
	if got := q.Look(time.Second); len(got) != 0 {
		t.Errorf("changes %+v for the way that the route does not lead, want none", got)
	}
}

func TestPass(t *testing.T) {
	foreign := func(id uint64) loop.Signal { return loop.Signal{ID: id, Token: 9} }
	for _, tt := range []struct {
		name     string
		s        loop.Signal
		route    int
		to       int
		outranks bool
	}{
		{"of a smaller bridge", foreign(4), 0, 1, true},
		{"of a larger bridge", foreign(6), 0, 1, false},
		{"of one with the same ID", foreign(5), 0, 1, false},
		{"a route that does not elect outranks nobody", foreign(4), 1, 2, false},
		{"what is outranked stays so", loop.Signal{ID: 6, Outranked: true}, 0, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProber()
			from := 1 - tt.to%2
			p.Arrived(tt.s, from, 0)
			got, goes := p.Pass(tt.s, tt.route, tt.to)
			if !goes || got.Outranked != tt.outranks {
				t.Errorf("Pass = %+v, %v, want it to go, outranked %v", got, goes, tt.outranks)
			}
			if _, again := p.Pass(tt.s, tt.route, tt.to); again {
				t.Error("Pass lets the same probe go twice, want once")
			}
			if _, back := p.Pass(tt.s, tt.route, from); back {
				t.Error("Pass lets the probe go to where it came from, want no")
			}
		})
	}
}

func TestProbeGoesAgainWhereItWasOutrankedBefore(t *testing.T) {
	p := newProber()
	s := loop.Signal{ID: 6, Token: 1, Outranked: true}
	p.Arrived(s, 0, 0)
	_, first := p.Pass(s, 0, 1)
	s.Outranked = false
	p.Arrived(s, 0, 0)
	_, second := p.Pass(s, 0, 1)
	_, third := p.Pass(s, 0, 1)
	if !first || !second || third {
		t.Errorf("Pass of an outranked probe %v, of the same one not outranked %v and again %v, want true, true, false", first, second, third)
	}
}

func TestOwnProbeGoesOnOverOtherRoutes(t *testing.T) {
	p := newProber()
	s := p.Send(0, 0)
	p.Arrived(s, 1, 0)
	if _, goes := p.Pass(s, 0, 0); goes {
		t.Error("the route that sent a probe passes it on, want no")
	}
	if got, goes := p.Pass(s, 1, 2); !goes || got.Outranked {
		t.Errorf("another route: Pass = %+v, %v, want it to go and not to outrank", got, goes)
	}
}

func TestLateProbeIsStillKnown(t *testing.T) {
	p := newProber()
	s := p.Send(0, 0)
	for range 10 {
		p.Send(0, 0)
	}
	if own, _ := p.Arrived(s, 1, time.Hour); !own {
		t.Error("a probe of ten intervals ago is not known, want it known")
	}
	for range 10 {
		p.Send(0, 0)
	}
	if own, _ := p.Arrived(s, 1, time.Hour); own {
		t.Error("a probe of twenty intervals ago is known, want memory bounded")
	}
}

// A probe of before a restart makes no twin.
func TestRestartIsNoTwin(t *testing.T) {
	p := newProber()
	p.Arrived(loop.Signal{ID: 5, Token: 0xF000}, 1, time.Second)
	p.Arrived(loop.Signal{ID: 5, Token: 0xF001}, 0, 2*time.Second)
	if p.Twins() != 0 || p.ID() != 5 {
		t.Errorf("%d twins, ID %d after probes of before, want none and 5", p.Twins(), p.ID())
	}
	p.Arrived(loop.Signal{ID: 5, Token: 0xF002}, 1, time.Minute+time.Second)
	if p.Twins() != 1 || p.ID() == 5 {
		t.Errorf("%d twins, ID %d after an interval, want one and another ID", p.Twins(), p.ID())
	}
}
