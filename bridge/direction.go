package bridge

import (
	"context"
	"slices"
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
	Purge() (purged, leased int)
	View(after uint64, limit int) ([]queue.Waiting, error)
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	Remove(n int) (text int64)
	Deliver(n int, h *latency.Histogram) (text int64)
	ReleaseBut(gone func(i int) bool)
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
	received  uint64
	forwarded uint64
	text      int64 // bytes of those that were forwarded
	held      tally
	refused   uint64
	tooLong   uint64
	unfit     uint64
	expired   uint64
	ambiguous uint64
	stopped   uint64
	removed   uint64
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
			l.d.giveUp(uint64(len(rest)))
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
		d.drop(n)
	} else {
		n = d.queue.Push(rows)
	}
	d.counts.received += uint64(n)
	for _, h := range *back {
		d.counts.received += h.n
		d.counts.held.add(h.reason, h.n)
	}
	*back = (*back)[:0]
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
	return n
}

func (d *direction) giveUp(n uint64) {
	d.mu.Lock()
	d.counts.received += n
	d.counts.stopped += n
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
		d.counts.text += d.queue.Deliver(n, &d.took)
	} else {
		d.queue.Remove(n)
	}
	d.count(n, o)
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
	d.deliver(answers)
	d.queue.ReleaseBut(func(i int) bool {
		if i >= len(answers) || answers[i].Outcome == remote.Returned {
			return false
		}
		d.count(1, answers[i].Outcome)
		d.bury(answers[i])
		return true
	})
	d.settled()
}

// deliver counts the time and the bytes of those leased events that the answers say were forwarded. It is called with d.mu held.
func (d *direction) deliver(answers []remote.Fate) {
	if !slices.ContainsFunc(answers, func(f remote.Fate) bool { return f.Outcome == remote.Forwarded }) {
		return
	}
	list, _ := d.queue.View(0, len(answers)) // the leased ones are in memory
	for i, w := range list {
		if answers[i].Outcome == remote.Forwarded {
			d.took.Observe(time.Since(w.Came), 1)
			d.counts.text += int64(len(w.Row.Text))
		}
	}
}

// drop counts events that came for a direction that is no more. It is called with d.mu held.
func (d *direction) drop(n int) {
	d.counts.removed += uint64(n)
	d.removed.Add(uint64(n))
}

// count is called with d.mu held.
func (d *direction) count(n int, o remote.Outcome) {
	switch o {
	case remote.Forwarded:
		d.counts.forwarded += uint64(n)
	case remote.RefusedForGood:
		d.counts.refused += uint64(n)
	case remote.TooLong:
		d.counts.tooLong += uint64(n)
	case remote.Unfit:
		d.counts.unfit += uint64(n)
	case remote.RetryExpired:
		d.counts.expired += uint64(n)
	case remote.Ambiguous:
		d.counts.ambiguous += uint64(n)
	default:
	}
}
