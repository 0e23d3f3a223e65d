package loopsim

import (
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Cause says why an event is missing somewhere.
type Cause string

// The causes.
const (
	CauseAway   Cause = "the bridge was not connected to the site then"
	CauseCut    Cause = "the connection was cut while the site showed it"
	CauseQueue  Cause = "it waited in the memory of a bridge that was restarted"
	CauseDoubt  Cause = "its answer got lost, and commands are not sent twice"
	CauseGrace  Cause = "its channel id was that of a connection that the bridge had lost less than 2 s before"
	CauseCredit Cause = "it was taken for the echo of an equal event"
)

// Tally is what became of the events of a run.
type Tally struct {
	Events     int
	Things     int // different ones: of the same GUID, class, type and data
	Forwards   int // events that a bridge put into a queue
	Delivered  int // events that a site got from a bridge, each for the first time
	Duplicates int // and again, without the next two
	Resent     int // because an answer got lost
	Doubts     int // answers that got lost, of events that were sent again
	Returned   int // to the site where they came from
	Missing    int // without a cause
	Lost       map[Cause]int
	Held       map[policy.Reason]int
	Quiet      bool // nothing was under way at the end
	Late       int  // events that something happened to although all disturbances were over
}

// books are what the simulator knows of each event.
type books struct {
	Tally
	sites    int
	partial  bool
	origin   []int            // by the number of the event
	reach    []func(int) bool // which sites are to get it
	late     []bool           // sent when all disturbances were over
	arrivals []int            // by number and site
	doubts   []int            // by number
	lost     []bool           // by number
	things   map[string]bool
}

// said counts the different things that devices say.
func (b *books) said(row *vscp.Row) {
	b.things[string(row.AppendText(nil, vscp.TextForm{}))] = true
}

func newBooks(sites int) *books {
	return &books{sites: sites, things: map[string]bool{}, Tally: Tally{Lost: map[Cause]int{}, Held: map[policy.Reason]int{}}}
}

// event opens the page of a new event.
func (b *books) event(origin int, late bool, reach func(site int) bool) (tag int) {
	b.origin = append(b.origin, origin)
	b.reach = append(b.reach, reach)
	b.late = append(b.late, late)
	b.doubts = append(b.doubts, 0)
	b.lost = append(b.lost, false)
	b.arrivals = append(b.arrivals, make([]int, b.sites)...)
	return len(b.origin) - 1
}

func (b *books) arrived(tag, site int) { b.arrivals[tag*b.sites+site]++ }

func (b *books) doubt(tag int) {
	b.doubts[tag]++
	b.Doubts++
}

func (b *books) lose(tag int, c Cause) {
	b.lost[tag] = true
	b.Lost[c]++
}

// close adds up.
func (b *books) close(quiet bool) Tally {
	t := b.Tally
	t.Quiet, t.Events, t.Things = quiet, len(b.origin), len(b.things)
	for tag, origin := range b.origin {
		if b.late[tag] && (b.lost[tag] || b.doubts[tag] > 0) {
			t.Late++
		}
		for site := range b.sites {
			b.judge(&t, tag, origin, site)
		}
	}
	return t
}

// judge compares how often an event came to a site with how often it should have.
func (b *books) judge(t *Tally, tag, origin, site int) {
	n := b.arrivals[tag*b.sites+site]
	if site == origin {
		t.Returned += n
		return
	}
	if n > 0 {
		t.Delivered++
		again := n - 1
		resent := min(again, b.doubts[tag])
		t.Resent += resent
		t.Duplicates += again - resent
	}
	if wanted := b.reach[tag](site); wanted && n == 0 && !b.lost[tag] && !b.partial {
		t.Missing++
	} else if !wanted && n > 0 {
		t.Duplicates++ // of nothing: it should not be there at all
	}
}
