package queue

import (
	"fmt"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Memory is a bounded queue in memory. Its methods may be called from any goroutine; leases belong to one consumer at a time.
type Memory struct {
	opts  Options
	began time.Time // times are kept as distances from it, by the monotonic clock
	ready chan struct{}
	space chan struct{}

	mu          sync.Mutex // guards what follows
	leased      ring
	waiting     ring
	bytes       int64 // of leased and waiting events
	leasedBytes int64
	stats       Stats // the counters only; Stats adds the gauges
}

// Stats is a consistent reading of a queue: Pushed = Removed + Dropped.Total() + Events, at every moment.
type Stats struct {
	Events  int       // events in the queue, leased ones included
	Leased  int       // events that are being sent
	Bytes   int64     // what counts against MaxBytes
	Oldest  time.Time // when the oldest event came; zero in an empty queue
	Pushed  uint64
	Removed uint64
	Dropped Drops
}

// Drops counts the events that a limit removed, by reason.
type Drops struct {
	Oldest   uint64 // evicted by drop_oldest
	Newest   uint64 // refused by drop_newest, or by drop_oldest when those being sent leave no room
	TooLarge uint64 // larger than MaxBytes alone
}

// Total returns the sum over all reasons.
func (d Drops) Total() uint64 { return d.Oldest + d.Newest + d.TooLarge }

// New returns an empty queue.
func New(o Options) (*Memory, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	ready := o.Ready
	if ready == nil {
		ready = make(chan struct{}, 1)
	}
	return &Memory{opts: o, began: time.Now(), ready: ready, space: make(chan struct{}, 1)}, nil
}

// Push appends rows in order and returns how many of them it dealt with: queued, or dropped and counted. Only a queue with
// overflow Block deals with fewer than all; its caller waits for Space and pushes the rest. The queue keeps the rows but not
// the slice.
func (q *Memory) Push(rows []*vscp.Row) int {
	now := time.Since(q.began)
	q.mu.Lock()
	done := 0
	for _, row := range rows {
		if !q.pushLocked(place{row: row, at: now}) {
			break
		}
		done++
	}
	wake := q.waiting.len() > 0
	// Several sources may wait for the room that one Remove made: the one that leaves some of it wakes the next.
	room := q.opts.Overflow == Block && !q.fullLocked(0)
	q.mu.Unlock()
	if wake {
		signal(q.ready)
	}
	if room && done > 0 && done == len(rows) {
		signal(q.space)
	}
	return done
}

// pushLocked reports whether the event was dealt with.
func (q *Memory) pushLocked(p place) bool {
	size := cost(p.row)
	if size > q.opts.MaxBytes {
		q.stats.Pushed++
		q.stats.Dropped.TooLarge++
		return true
	}
	for q.fullLocked(size) {
		switch {
		case q.opts.Overflow == Block:
			return false
		case q.opts.Overflow == DropNewest || !q.evictableLocked(size):
			q.stats.Pushed++
			q.stats.Dropped.Newest++
			return true
		default:
			q.bytes -= cost(q.waiting.popFront().row)
			q.stats.Dropped.Oldest++
		}
	}
	q.stats.Pushed++
	q.bytes += size
	q.waiting.pushBack(p)
	return true
}

func (q *Memory) fullLocked(size int64) bool {
	return q.leased.len()+q.waiting.len() >= q.opts.MaxEvents || q.bytes+size > q.opts.MaxBytes
}

// evictableLocked reports whether evicting would make room: otherwise nothing may be evicted in vain.
func (q *Memory) evictableLocked(size int64) bool {
	return q.leased.len() < q.opts.MaxEvents && q.leasedBytes+size <= q.opts.MaxBytes
}

// Peek leases up to limit events that wait, appends them to dst, oldest first, and returns the extended slice.
func (q *Memory) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	q.mu.Lock()
	n := min(limit, q.waiting.len())
	for range n {
		p := q.waiting.popFront()
		q.leased.pushBack(p)
		q.leasedBytes += cost(p.row)
		dst = append(dst, p.row)
	}
	wake := n > 0 && q.waiting.len() > 0
	q.mu.Unlock()
	if wake {
		signal(q.ready)
	}
	return dst
}

// Remove takes the n oldest leased events out of the queue. It panics if fewer are leased: the consumer lost count.
func (q *Memory) Remove(n int) {
	q.mu.Lock()
	if leased := q.leased.len(); n < 0 || n > leased {
		q.mu.Unlock()
		panic(fmt.Sprintf("queue: Remove of %d events, but %d are leased", n, leased))
	}
	before := q.leasedBytes
	for range n {
		q.leasedBytes -= cost(q.leased.popFront().row)
	}
	q.bytes -= before - q.leasedBytes
	q.stats.Removed += uint64(n)
	q.mu.Unlock()
	if n > 0 {
		signal(q.space)
	}
}

// Release gives all leased events back to the front of the queue, in their order.
func (q *Memory) Release() {
	q.mu.Lock()
	for q.leased.len() > 0 {
		q.waiting.pushFront(q.leased.popBack())
	}
	q.leasedBytes = 0
	wake := q.waiting.len() > 0
	q.mu.Unlock()
	if wake {
		signal(q.ready)
	}
}

// Ready receives a value when events wait after a Push, a Release, or a Peek that left some. One value may stand for many
// events, and may be stale. A consumer that cannot take more for now must not watch Ready: Peek, not Ready, says what waits.
func (q *Memory) Ready() <-chan struct{} { return q.ready }

// Space receives a value when room was made. One value may stand for many events, and may be stale. Who takes a value must
// call Push again, which hands it on to other waiting sources if room is left.
func (q *Memory) Space() <-chan struct{} { return q.space }

// Waiting returns how many events wait and are not leased, and when the oldest of them came; zero if none waits.
func (q *Memory) Waiting() (events int, oldest time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting.len() > 0 {
		oldest = q.began.Add(q.waiting.front())
	}
	return q.waiting.len(), oldest
}

// Stats returns a consistent reading.
func (q *Memory) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.stats
	s.Leased = q.leased.len()
	s.Events = s.Leased + q.waiting.len()
	s.Bytes = q.bytes
	switch { // leased events are older than those that wait
	case s.Leased > 0:
		s.Oldest = q.began.Add(q.leased.front())
	case s.Events > 0:
		s.Oldest = q.began.Add(q.waiting.front())
	}
	return s
}

func cost(row *vscp.Row) int64 { return int64(len(row.Text)) + RowOverhead }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
