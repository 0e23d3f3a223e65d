package queue

import (
	"fmt"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Memory is a bounded queue in memory. Its methods may be called from any goroutine; leases belong to one consumer at a time.
type Memory struct {
	began time.Time // times are kept as distances from it, by the monotonic clock
	ready chan struct{}
	space chan struct{}

	mu     sync.Mutex // guards what follows
	ledger ledger[*vscp.Row]
}

// Lease is an event that is being sent.
type Lease struct {
	N    int       // its number, the oldest being 0
	Came time.Time // when it came to the queue, maybe that of an earlier process
	Text int64     // bytes of its text, as they count in the queue
}

// Stats is a consistent reading of a queue: Pushed = Removed + Dropped.Total() + Events, at every moment.
type Stats struct {
	Events  int       // events in the queue, leased ones included
	Leased  int       // events that are being sent
	Bytes   int64     // what counts against MaxBytes
	Oldest  time.Time // when the oldest event came; zero in an empty queue
	Pushed  uint64    // Recovered included
	Removed uint64
	Dropped Drops
	// Recovered are the events that were found on disk or came by Restore, those that were dropped at once included.
	Recovered uint64
	Text      Volume
	Disk      *DiskStats // nil: the queue is in memory only
}

// DiskStats are what is to be known of the disk under a queue.
type DiskStats struct {
	Bytes        int64     // of the files
	MemoryOnly   int       // events that are not yet written
	Degraded     error     // why events stay in memory or in doubt; nil: all is well
	Since        time.Time // when that began
	Unreadable   error     // why events that are on disk only cannot be had now; nil: they can, also from a disk that is full
	Syncs        uint64
	SyncErrors   uint64
	Doubtful     int64 // bytes that were in a sync that failed
	DamagedBytes int64 // that were found when they were read
}

// New returns an empty queue.
func New(o Options) (*Memory, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	ready := o.Ready
	if ready == nil {
		ready = make(chan struct{}, 1)
	}
	q := &Memory{began: time.Now(), ready: ready, space: make(chan struct{}, 1), ledger: newLedger[*vscp.Row](o)}
	q.ledger.patient = true
	q.ledger.observe(o.Observer, func(s *slot[*vscp.Row]) *vscp.Row { return s.handle })
	return q, nil
}

// Push appends rows in order and returns how many of them it dealt with: queued, or dropped and counted. Only a queue with
// overflow Block deals with fewer than all; its caller waits for Space and pushes the rest. The queue keeps the rows but not
// the slice.
func (q *Memory) Push(rows []*vscp.Row) int { return q.push(rows, origin{}) }

// Restore is Push for events that come from storage or by hand, not from a source: it counts them as Recovered.
func (q *Memory) Restore(rows []*vscp.Row) int { return q.push(rows, origin{restored: true}) }

func (q *Memory) push(rows []*vscp.Row, from origin) int {
	now := time.Since(q.began)
	e := entry{at: now}
	q.mu.Lock()
	q.ledger.expire(now)
	before, done := q.ledger.pushed, 0
	for i, row := range rows {
		e.size = sizeOf(row.Text)
		fresh := from.views == nil || q.ledger.inherit(&e, &from.views[i], q.began, now)
		if fresh && !q.pushLocked(row, &e) {
			break
		}
		done++
	}
	if from.restored {
		q.ledger.restored = q.ledger.restored.plus(q.ledger.pushed.minus(before))
	}
	wake := q.ledger.waiting > 0
	q.ledger.short = q.ledger.short || done < len(rows)
	// Several sources may wait for the room that one Remove made: the one that leaves some of it wakes the next.
	room := q.ledger.handsOn()
	q.mu.Unlock()
	signalIf(wake, q.ready)
	signalIf(room && done > 0 && done == len(rows), q.space)
	return done
}

// pushLocked reports whether the event was dealt with.
func (q *Memory) pushLocked(row *vscp.Row, e *entry) bool {
	l := &q.ledger
	if l.chains != nil {
		e.priority = row.Head.Priority()
	}
	if l.latest != nil {
		e.subject = row.Subject()
	}
	for {
		if l.latest == nil && l.fits(e.size) { // as decide says, sooner
			l.append(e, row)
			return true
		}
		switch v, victim, c := l.decide(e); v {
		case take:
			l.append(e, row)
			return true
		case evict:
			l.drop(victim, c)
		case refuse:
			l.refuseRow(row, e.size, c)
			return true
		default:
			return false
		}
	}
}

// lookLocked drops what is too old by now. The caller signals Space after it unlocked if that made room. Who sends looks a second
// after the last event, and everybody who asks for Stats does: so an empty queue does not keep what a burst took.
func (q *Memory) lookLocked() (room bool) {
	if q.ledger.idles() {
		q.ledger.calm(time.Since(q.began))
	}
	return q.ledger.ages() && q.ledger.expire(time.Since(q.began))
}

// Peek leases up to limit events that wait, appends them to dst, oldest first, and returns the extended slice.
func (q *Memory) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	q.mu.Lock()
	room := q.lookLocked()
	n := min(limit, q.ledger.waiting)
	if n > 0 {
		dst = q.ledger.lease(dst, n)
	}
	wake := n > 0 && q.ledger.waiting > 0
	q.mu.Unlock()
	signalIf(wake, q.ready)
	signalIf(room, q.space)
	return dst
}

// Remove takes the n oldest leased events out of the queue, and returns the bytes of their text. It panics if fewer are leased: the
// consumer lost count.
func (q *Memory) Remove(n int) (text int64) { return q.remove(n, nil) }

func (q *Memory) remove(n int, at *stays) (text int64) {
	q.mu.Lock()
	if leased := q.ledger.leased; n < 0 || n > leased {
		q.mu.Unlock()
		panic(fmt.Sprintf("queue: Remove of %d events, but %d are leased", n, leased))
	}
	text = q.ledger.remove(n, at)
	wake := q.ledger.wakesSource()
	q.mu.Unlock()
	signalIf(wake, q.space)
	return text
}

// Release gives all leased events back to the front of the queue, in their order. With LatestOnly those are dropped that a
// newer event made outdated meanwhile.
func (q *Memory) Release() { q.ReleaseBut(func(Lease) bool { return false }) }

// ReleaseBut is Release, but takes those leased events out of the queue for which gone says so. It is called once for each of
// them in their order, and must not use the queue.
func (q *Memory) ReleaseBut(gone func(Lease) bool) {
	q.mu.Lock()
	before := q.ledger.events()
	q.ledger.releaseBut(gone, q.began)
	room := q.ledger.events() < before
	wake := q.ledger.waiting > 0
	q.mu.Unlock()
	signalIf(wake, q.ready)
	signalIf(room, q.space)
}

// Ready receives a value when events wait after a Push, a Release, or a Peek that left some. One value may stand for many
// events, and may be stale. A consumer that cannot take more for now must not watch Ready: Peek, not Ready, says what waits.
func (q *Memory) Ready() <-chan struct{} { return q.ready }

// Space receives a value when there is room again for a source that Push left waiting: a quarter of the limits. One value may
// stand for many events, and may be stale. Who takes a value must call Push again, which hands it on to other waiting sources if
// room is left.
func (q *Memory) Space() <-chan struct{} { return q.space }

// Waiting returns how many events wait and are not leased, and when the oldest of them came; zero if none waits.
func (q *Memory) Waiting() (events int, oldest time.Time) {
	q.mu.Lock()
	room := q.lookLocked()
	events, oldest = q.ledger.waitingSince(q.began)
	q.mu.Unlock()
	signalIf(room, q.space)
	return events, oldest
}

// Stats returns a consistent reading.
func (q *Memory) Stats() Stats {
	q.mu.Lock()
	room := q.lookLocked()
	s := q.ledger.reading(q.began)
	q.mu.Unlock()
	signalIf(room, q.space)
	return s
}

func signalIf(worth bool, c chan struct{}) {
	if worth {
		signal(c)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
