package bridge

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// eventQueue is where the events of a direction wait. Push, Restore, Purge, Remove and Deliver are called with the direction's lock held, and Stats where
// its counters are to balance with the direction's; Sync without it.
type eventQueue interface {
	Push(rows []*vscp.Row) int
	Restore(rows []*vscp.Row) int
	Inherit(events []queue.Waiting) int
	Purge() (purged, leased int)
	View(after uint64, limit int) ([]queue.Waiting, error)
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	Remove(n int) (text int64)
	Deliver(n int, h *latency.Histogram) (text int64)
	ReleaseBut(gone func(queue.Lease) bool)
	Ready() <-chan struct{}
	Space() <-chan struct{}
	Waiting() (events int, oldest time.Time)
	Stats() queue.Stats
	SetLimits(o queue.Options) error
	Sync(ctx context.Context) error
}

// direction is a route to one destination: its queue, its counters. It stays when the route is configured otherwise.
type direction struct {
	route string
	to    string
	deadLetters
	seen     *lookout          // of the destination
	stopping <-chan struct{}   // closed when nothing may be changed by hand any more
	closings *closings         // of queues on disk that are not used any more
	removed  *atomic.Uint64    // of the bridge
	took     latency.Histogram // from the arrival of an event in the queue to the answer that the destination has it

	mu     sync.Mutex // guards what follows, so that a reading of it balances
	from   []string   // names of the sources
	retry  retry
	found  journal.Recovery // what was on disk when its queue was opened
	limits queue.Options
	queue  eventQueue
	counts counts
	watch  watch
	leave  leave
	move   move
	paused time.Time // since when nothing is taken out to be sent; zero: it is
}

// counts are the events of a direction, but for those that its queue counts.
type counts struct {
	received  amount
	forwarded amount
	held      tally
	refused   amount
	tooLong   amount
	unfit     amount
	expired   amount
	ambiguous amount
	stopped   amount
	removed   amount
	before    queue.Stats // of the queues that it had before: what they dropped and recovered
}

// lane is one source's way into a direction: what one batch brings, before the direction's lock is taken.
type lane struct {
	d     *direction
	rows  []*vscp.Row
	held  tally
	again *time.Timer // for a queue that blocks
}

// recheck is how often a source that waits for room looks by itself: events that expire make room when the queue is looked at.
const recheck = time.Second

// deliver hands the batch to the direction. A queue that blocks makes it wait for room until ctx ends.
func (l *lane) deliver(ctx context.Context) {
	rest := l.rows[l.d.take(&l.held, l.rows):]
	for len(rest) > 0 {
		if !l.wait(ctx) {
			l.d.giveUp(rest)
			l.d.show(ReasonStopped, rest)
			break
		}
		rest = rest[l.d.take(&l.held, rest):]
	}
	clear(l.rows)
	l.rows = l.rows[:0]
}

// wait waits until there may be room. It reports false when ctx ended.
func (l *lane) wait(ctx context.Context) bool {
	if l.again == nil {
		l.again = time.NewTimer(recheck)
	} else {
		l.again.Reset(recheck)
	}
	defer l.again.Stop()
	select {
	case <-l.d.store().Space():
		return true
	case <-l.again.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// take counts what was held back of a batch, once, and queues rows; it returns how many were dealt with.
func (d *direction) take(back *tally, rows []*vscp.Row) int {
	d.mu.Lock()
	n := len(rows)
	if d.leave.closed {
		d.drop(rows)
	} else {
		n = d.queue.Push(rows)
	}
	d.counts.received.addRows(rows[:n])
	for _, h := range *back {
		d.counts.received.add(int(h.events), int64(h.text))
		d.counts.held.add(h)
	}
	*back = (*back)[:0]
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
	return n
}

func (d *direction) giveUp(rows []*vscp.Row) {
	d.mu.Lock()
	d.counts.received.addRows(rows)
	d.counts.stopped.addRows(rows)
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
}

// peek leases events. When there are none, it may be because they expired.
func (d *direction) peek(dst []*vscp.Row, limit int) []*vscp.Row {
	d.mu.Lock()
	if d.leave.cut || d.move.to != nil || !d.paused.IsZero() {
		d.mu.Unlock()
		return dst
	}
	q := d.queue
	d.leave.peeking = true // it may wait for a disk, which is not to hold up those that bring events
	d.mu.Unlock()
	before := len(dst)
	dst = q.Peek(dst, limit)
	d.mu.Lock()
	d.leave.peeking = false
	var changes []change
	if len(dst) == before {
		changes = d.look()
	}
	d.settled()
	d.mu.Unlock()
	d.tell(changes)
	return dst
}

// settle takes n sent or refused events out of the queue.
func (d *direction) settle(n int, o remote.Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if o == remote.Forwarded {
		d.count(n, d.queue.Deliver(n, &d.took), o)
	} else {
		d.count(n, d.queue.Remove(n), o)
	}
	d.settled()
}

// settled is called with d.mu held when the number of leased events may have changed: somebody may wait for that.
func (d *direction) settled() {
	if d.move.to != nil {
		d.tryMove()
	}
	if d.leave.closed {
		d.leave.wake()
	}
}

// again reports whether to send an event again, as retry.again does. One that has no room at a destination to which the route leads no
// more is given up when its time is over.
func (d *direction) again(row *vscp.Row, full time.Duration) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.retry.again(row, full) && (full == 0 || !d.leave.cut)
}

// store returns the queue.
func (d *direction) store() eventQueue {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.queue
}

// refuse takes one event out of the queue that the destination did not take.
func (d *direction) refuse(f remote.Fate) {
	d.settle(1, f.Outcome)
	d.bury(f)
}

// bury shows an event that did not get to the destination, and hands it to those that write it down if it was refused.
func (d *direction) bury(f remote.Fate) {
	d.seen.gaveUp(d, &f)
	switch f.Outcome {
	case remote.RefusedForGood:
		d.writer.post(d, ReasonRefused, f)
	case remote.RetryExpired:
		d.writer.post(d, ReasonRetryExpired, f)
	default:
	}
}

// release gives leased events back to the queue, but those that the answers say more of.
func (d *direction) release(answers []remote.Fate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue.ReleaseBut(func(l queue.Lease) bool {
		if l.N >= len(answers) || answers[l.N].Outcome == remote.Returned {
			return false
		}
		f := answers[l.N]
		if f.Outcome == remote.Forwarded {
			d.took.Observe(time.Since(l.Came), 1)
		}
		d.count(1, l.Text, f.Outcome)
		d.bury(f)
		return true
	})
	d.settled()
}

// drop counts events that came for a direction that is no more. It is called with d.mu held.
func (d *direction) drop(rows []*vscp.Row) {
	d.lose(len(rows), textOf(rows))
	d.show(ReasonRouteRemoved, rows)
}

// lose counts events that go with their direction. It is called with d.mu held.
func (d *direction) lose(events int, text int64) {
	d.counts.removed.add(events, text)
	d.removed.Add(uint64(events))
}

// count is called with d.mu held.
func (d *direction) count(events int, text int64, o remote.Outcome) {
	switch o {
	case remote.Forwarded:
		d.counts.forwarded.add(events, text)
	case remote.RefusedForGood:
		d.counts.refused.add(events, text)
	case remote.TooLong:
		d.counts.tooLong.add(events, text)
	case remote.Unfit:
		d.counts.unfit.add(events, text)
	case remote.RetryExpired:
		d.counts.expired.add(events, text)
	case remote.Ambiguous:
		d.counts.ambiguous.add(events, text)
	default:
	}
}
