package bridge

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// outbox joins the queues of all directions to one remote. It implements remote.Outbox for the one goroutine that sends to
// that remote.
type outbox struct {
	list   atomic.Pointer[[]*direction] // replaced, with Bridge.mu held
	ready  chan struct{}                // shared by the queues
	turn   int                          // the direction to look at first, so that a busy route does not starve the others
	leases []lease                      // what was peeked and not settled, oldest first
	echoes echoes
}

// directions returns those that there are now.
func (o *outbox) directions() []*direction {
	if list := o.list.Load(); list != nil {
		return *list
	}
	return nil
}

func (o *outbox) add(d *direction) {
	list := append(slices.Clone(o.directions()), d)
	o.list.Store(&list)
}

func (o *outbox) remove(d *direction) {
	list := slices.DeleteFunc(slices.Clone(o.directions()), func(other *direction) bool { return other == d })
	o.list.Store(&list)
}

// lease is a run of events of one direction.
type lease struct {
	d *direction
	n int
}

// Peek implements remote.Outbox, taking from each direction in turn.
func (o *outbox) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	directions := o.directions()
	share, from, all := max(1, limit/max(1, len(directions))), len(dst), len(o.leases) == 0
	for quiet := 0; quiet < len(directions) && limit > 0; {
		o.turn %= len(directions)
		d := directions[o.turn]
		o.turn++
		before := len(dst)
		dst = d.peek(dst, min(share, limit))
		n := len(dst) - before
		if n == 0 {
			quiet++
			continue
		}
		quiet = 0
		limit -= n
		o.lease(d, n)
	}
	if len(dst) > from {
		o.echoes.leased(dst[from:], all)
	}
	return dst
}

func (o *outbox) lease(d *direction, n int) {
	if last := len(o.leases) - 1; last >= 0 && o.leases[last].d == d {
		o.leases[last].n += n
		return
	}
	o.leases = append(o.leases, lease{d: d, n: n})
}

// Settle implements remote.Outbox.
func (o *outbox) Settle(n int, outcome remote.Outcome) {
	o.echoes.settled(n, outcome)
	done := 0
	for n > 0 {
		first := &o.leases[done]
		part := min(n, first.n)
		first.d.settle(part, outcome)
		first.n -= part
		n -= part
		if first.n == 0 {
			done++
		}
	}
	o.leases = o.leases[:copy(o.leases, o.leases[done:])]
}

// Refuse implements remote.Outbox.
func (o *outbox) Refuse(f remote.Fate) {
	o.echoes.settled(1, f.Outcome)
	first := &o.leases[0]
	first.d.refuse(f)
	if first.n--; first.n == 0 {
		o.leases = o.leases[:copy(o.leases, o.leases[1:])]
	}
}

// Again implements remote.Outbox.
func (o *outbox) Again(i int, row *vscp.Row, full time.Duration) bool {
	if full == 0 {
		o.echoes.doubted(i)
	}
	at := 0
	for i >= o.leases[at].n {
		i -= o.leases[at].n
		at++
	}
	return o.leases[at].d.again(row, full)
}

// Release implements remote.Outbox.
func (o *outbox) Release(answers []remote.Fate) {
	o.echoes.released(answers)
	for i, l := range o.leases {
		if !slices.ContainsFunc(o.leases[:i], func(other lease) bool { return other.d == l.d }) {
			l.d.release(o.answersOf(l.d, answers))
		}
	}
	clear(o.leases)
	o.leases = o.leases[:0]
}

// answersOf returns those of the answers that are for leased events of d.
func (o *outbox) answersOf(d *direction, answers []remote.Fate) []remote.Fate {
	var own []remote.Fate
	for _, l := range o.leases {
		n := min(l.n, len(answers))
		if l.d == d {
			own = append(own, answers[:n]...)
		}
		answers = answers[n:]
	}
	return own
}

// Ready implements remote.Outbox.
func (o *outbox) Ready() <-chan struct{} { return o.ready }

// Waiting implements remote.Outbox.
func (o *outbox) Waiting() (events int, oldest time.Time) {
	for _, d := range o.directions() {
		n, first := d.waiting()
		events += n
		if n > 0 && (oldest.IsZero() || first.Before(oldest)) {
			oldest = first
		}
	}
	return events, oldest
}
