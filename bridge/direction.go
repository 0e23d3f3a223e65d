package bridge

import (
	"context"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// eventQueue is where the events of a direction wait. Push, Restore, Purge and Remove are called with the direction's lock held, and Stats where
// its counters are to balance with the direction's; Sync without it.
type eventQueue interface {
	Push(rows []*vscp.Row) int
	Restore(rows []*vscp.Row) int
	Purge() (purged, leased int)
	View(after uint64, limit int) ([]queue.Waiting, error)
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	Remove(n int)
	ReleaseBut(gone func(i int) bool)
	Ready() <-chan struct{}
	Space() <-chan struct{}
	Waiting() (events int, oldest time.Time)
	Stats() queue.Stats
	Sync(ctx context.Context) error
}

// direction is a route to one destination: its queue, its counters.
type direction struct {
	route string
	from  []string // names of the sources
	to    string
	retry retry
	deadLetters
	seen     *lookout         // of the destination
	found    journal.Recovery // what was on disk at the start
	limits   queue.Options
	stopping <-chan struct{} // closed when nothing may be changed by hand any more

	mu     sync.Mutex // guards what follows, so that a reading of it balances
	queue  eventQueue
	counts counts
	watch  watch
}

// counts are the events of a direction, but for those that its queue counts.
type counts struct {
	received  uint64
	forwarded uint64
	held      tally
	refused   uint64
	tooLong   uint64
	unfit     uint64
	expired   uint64
	ambiguous uint64
	stopped   uint64
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
	case <-l.d.queue.Space():
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
	n := d.queue.Push(rows)
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
	before := len(dst)
	dst = d.queue.Peek(dst, limit)
	if len(dst) == before {
		d.mu.Lock()
		changes := d.look()
		d.mu.Unlock()
		d.tell(changes)
	}
	return dst
}

// settle takes n sent or refused events out of the queue.
func (d *direction) settle(n int, o remote.Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue.Remove(n)
	d.count(n, o)
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
	d.queue.ReleaseBut(func(i int) bool {
		if i >= len(answers) || answers[i].Outcome == remote.Returned {
			return false
		}
		d.count(1, answers[i].Outcome)
		d.bury(answers[i])
		return true
	})
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
