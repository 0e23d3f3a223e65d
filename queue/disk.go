package queue

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// ErrStalled is in Stats.Degraded while the disk has not answered for some seconds.
var ErrStalled = errors.New("disk does not answer")

// Disk is a bounded queue whose events survive the end of the process. It has the limits and the rules of Memory.
//
// Events come to memory first, and the keeper, one goroutine, owns the files: it appends what came meanwhile with one write,
// and reads ahead what was too much to keep in memory. So nobody but the keeper waits for the disk, apart from a moment in Peek.
// What leaves the queue before the keeper came to it is never written.
//
// While the disk fails, the queue is one in memory; when the disk is back, what still waits is written. Events that a rule
// dropped from the midst are remembered as dropped by this process only: the next one finds them on disk again.
type Disk struct {
	began   time.Time        // times are kept as distances from it
	clock   func() time.Time // the wall clock, for times on disk
	ready   chan struct{}
	space   chan struct{}
	journal *journal.Journal
	lost    *vscp.Row // stands for one that could not be read

	work   chan struct{}
	loaded chan struct{} // rows came from the disk
	stop   chan struct{}
	keeper sync.WaitGroup
	reader *journal.Reader // owned by the keeper; nil while nothing is to be read
	out    batch           // of the keeper
	once   sync.Once       // of Close
	closed error           // what Close returns

	mu        sync.Mutex // guards what follows
	ledger    ledger[struct{}]
	rows      map[uint64]*vscp.Row // of the events in memory, by ticket, which is the number in the ledger; nil: being read
	pending   []arrival            // what is to be written, some of which left
	writing   []arrival            // what is being written
	written   uint64               // all tickets below are of events that were written, or left
	unwritten int                  // events from there on
	claims    []claim              // what is to be read into the window; the keeper's, nil with plain rules
	byOrder   bool                 // the rule was plain when the keeper began to read
	runs      runs                 // where the written events are
	ahead     window               // the oldest events, which are in memory
	behind    behind               // the written events behind it, if the rule is plain
	trouble   trouble
	attempt   *attempt // that Sync waits for; nil: nobody does
	doubt     int64    // Doubtful of the journal, as far as Sync told of it
}

const (
	stalled  = 5 * time.Second        // after which a write or read counts as trouble
	patience = 200 * time.Millisecond // how long Peek waits for the disk
	again    = time.Second            // between two attempts while the disk fails
)

// OpenDisk opens the queue in a folder, or makes one. Whatever the files contain, it opens; an error means that the folder
// cannot be used. Limits and ages are applied to what it finds; rules that evict nothing keep all that is not too old.
func OpenDisk(o Options, at journal.Options) (*Disk, journal.Recovery, error) {
	if err := o.validate(); err != nil {
		return nil, journal.Recovery{}, err
	}
	q, found, err := openDisk(o, at)
	if err != nil {
		return nil, found, fmt.Errorf("queue: %w", err)
	}
	q.keeper.Go(q.keep)
	return q, found, nil
}

// openDisk is OpenDisk without the keeper.
func openDisk(o Options, at journal.Options) (*Disk, journal.Recovery, error) {
	j, found, err := journal.Open(at)
	if err != nil {
		return nil, found, err
	}
	q := &Disk{
		began: time.Now(), clock: time.Now, ready: o.Ready, space: make(chan struct{}, 1), journal: j, lost: new(vscp.Row), ahead: window{most: windowEvents, end: 1}, behind: behind{most: blockEvents},
		work: make(chan struct{}, 1), loaded: make(chan struct{}, 1), stop: make(chan struct{}),
		ledger: newLedger[struct{}](o), rows: make(map[uint64]*vscp.Row), runs: runs{end: j.Stats().Next},
	}
	if q.ready == nil {
		q.ready = make(chan struct{}, 1)
	}
	q.ledger.gone = q.goneLocked
	q.ledger.observe(o.Observer, q.rowLocked)
	if err := q.recover(); err != nil {
		return nil, found, errors.Join(err, j.Close())
	}
	return q, found, nil
}

// Push appends rows in order and returns how many of them it dealt with, as Memory.Push does. It does not wait for the disk.
func (q *Disk) Push(rows []*vscp.Row) int { return q.push(rows, origin{}) }

// Restore is Push for events that come from storage or by hand, as Memory.Restore is.
func (q *Disk) Restore(rows []*vscp.Row) int { return q.push(rows, origin{restored: true}) }

func (q *Disk) push(rows []*vscp.Row, from origin) int {
	now := time.Since(q.began)
	e := entry{at: now}
	q.mu.Lock()
	q.expireAtLocked(now)
	before, done := q.ledger.pushed, 0
	for i, row := range rows {
		e.size = sizeOf(row.Text)
		if from.views != nil && !q.ledger.inherit(&e, &from.views[i], q.began, now) {
			done++
			continue
		}
		a, taken, dealt := q.pushLocked(row, &e)
		if !dealt {
			break
		}
		if taken {
			if a.row == nil {
				q.rows[a.ticket] = row
			}
			q.pending = append(q.pending, a)
			q.unwritten++
		}
		done++
	}
	if from.restored {
		q.ledger.restored = q.ledger.restored.plus(q.ledger.pushed.minus(before))
	}
	q.ledger.short = q.ledger.short || done < len(rows)
	q.settleLocked()
	q.thinLocked()
	work := len(q.pending) > 0 || q.shortLocked()
	wake := q.ledger.waiting > 0 && q.availableLocked()
	room := q.ledger.handsOn()
	q.mu.Unlock()
	signalIf(work, q.work)
	signalIf(wake, q.ready)
	signalIf(room && done > 0 && done == len(rows), q.space)
	return done
}

// pushLocked gives the event the next ticket if it is taken. It reports whether it was, and whether it was dealt with.
func (q *Disk) pushLocked(row *vscp.Row, e *entry) (a arrival, taken, dealt bool) {
	l := &q.ledger
	if l.chains != nil {
		e.priority = row.Head.Priority()
	}
	if l.latest != nil {
		e.subject = row.Subject()
	}
	for {
		switch v, victim, c := l.decide(e); v {
		case take:
			return q.enterLocked(row, e), true, true
		case evict:
			if victim == l.end {
				q.evictLocked(c)
			} else {
				l.drop(victim, c)
			}
		case refuse:
			l.refuseRow(row, e.size, c)
			return arrival{}, false, true
		default:
			return arrival{}, false, false
		}
	}
}

// goneLocked forgets an event that left the queue.
func (q *Disk) goneLocked(ticket uint64, size int64) {
	delete(q.rows, ticket)
	q.ahead.gone(ticket, size)
	if ticket >= q.written {
		q.unwritten--
	}
}

// rowLocked returns the event of a slot, or nil if it is not in memory.
func (q *Disk) rowLocked(s *slot[struct{}]) *vscp.Row {
	if row := q.rows[s.id]; row != q.lost {
		return row
	}
	return nil
}

// Peek leases up to limit events that wait, as Memory.Peek does: fewer than there are if the disk did not give them in time.
func (q *Disk) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	before := len(dst)
	dst, waits := q.peek(dst, limit)
	if len(dst) > before || !waits || limit < 1 {
		return dst
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for len(dst) == before && waits {
		select {
		case <-q.loaded:
		case <-q.stop:
			return dst
		case <-timer.C:
			return dst
		}
		dst, waits = q.peek(dst, limit)
	}
	return dst
}

// peek reports whether there are events that have to be read first, and that the disk is not known to refuse that.
func (q *Disk) peek(dst []*vscp.Row, limit int) (extended []*vscp.Row, waits bool) {
	q.mu.Lock()
	before := q.ledger.events()
	q.expireLocked()
	n := q.leaseLocked(limit, &dst)
	wake := n > 0 && q.ledger.waiting > 0 && q.availableLocked()
	waits = q.ledger.waiting > 0 && q.trouble.read == nil
	work := q.shortLocked()
	room := q.ledger.events() < before
	q.settleLocked()
	q.mu.Unlock()
	signalIf(work, q.work)
	signalIf(wake, q.ready)
	signalIf(room, q.space)
	return dst, waits
}

// leaseLocked leases the oldest events whose rows are in memory. Those that were to be read and are not there any more go.
func (q *Disk) leaseLocked(limit int, dst *[]*vscp.Row) int {
	l := &q.ledger
	q.adoptLocked(limit)
	n := 0
	for i := l.front; n < limit && i != l.end; i++ {
		s := l.slot(i)
		if s.meta == 0 {
			continue
		}
		row := q.rows[s.id]
		if row == nil {
			break
		}
		if row == q.lost {
			if n > 0 {
				break // the next Peek finds it at the front, where it can be taken out
			}
			l.drop(i, causeDamaged)
			i = l.front - 1
			continue
		}
		*dst = append(*dst, row)
		n++
	}
	if n > 0 {
		l.lease(nil, n)
	}
	return n
}

// availableLocked reports whether the oldest waiting event can be leased. There must be one.
func (q *Disk) availableLocked() bool {
	return q.topLocked() && q.rows[q.ledger.slot(q.ledger.front).id] != nil
}

// Remove takes the n oldest leased events out of the queue, as Memory.Remove does. The bytes of those that were read back from the disk
// are mean ones.
func (q *Disk) Remove(n int) (text int64) { return q.remove(n, nil) }

func (q *Disk) remove(n int, at *stays) (text int64) {
	q.mu.Lock()
	if leased := q.ledger.leased; n < 0 || n > leased {
		q.mu.Unlock()
		panic(fmt.Sprintf("queue: Remove of %d events, but %d are leased", n, leased))
	}
	text = q.ledger.remove(n, at)
	q.settleLocked()
	work := q.shortLocked()
	room := q.ledger.wakesSource()
	q.mu.Unlock()
	signalIf(work, q.work)
	signalIf(room, q.space)
	return text
}

// Release gives all leased events back to the front of the queue, as Memory.Release does.
func (q *Disk) Release() { q.ReleaseBut(func(Lease) bool { return false }) }

// ReleaseBut takes those leased events out of the queue for which gone says so, and gives the others back, as
// Memory.ReleaseBut does.
func (q *Disk) ReleaseBut(gone func(Lease) bool) {
	q.mu.Lock()
	before := q.ledger.events()
	q.ledger.releaseBut(gone, q.began)
	q.settleLocked()
	room := q.ledger.events() < before
	wake := q.ledger.waiting > 0 && q.availableLocked()
	work := q.shortLocked()
	q.mu.Unlock()
	signalIf(work, q.work)
	signalIf(wake, q.ready)
	signalIf(room, q.space)
}

// Ready receives a value when events can be leased after they could not, as Memory.Ready does.
func (q *Disk) Ready() <-chan struct{} { return q.ready }

// Space receives a value when there is room again, as Memory.Space does.
func (q *Disk) Space() <-chan struct{} { return q.space }

// Waiting returns how many events wait and are not leased, and when the oldest of them came, maybe to an earlier process.
func (q *Disk) Waiting() (events int, oldest time.Time) {
	q.mu.Lock()
	room := q.expireLocked()
	if q.topLocked() {
		events, oldest = q.ledger.waitingSince(q.began)
	} else if events = q.ledger.waiting; events > 0 {
		oldest = q.began.Add(q.behind.blocks[0].oldest)
	}
	q.mu.Unlock()
	signalIf(room, q.space)
	return events, oldest
}

// expireLocked drops what is too old by now, and reports whether there was any.
func (q *Disk) expireLocked() bool {
	if !q.ledger.ages() || !q.expireAtLocked(time.Since(q.began)) {
		return false
	}
	q.settleLocked()
	signalIf(q.shortLocked(), q.work)
	return true
}

// settleLocked tells the journal what it need not keep.
func (q *Disk) settleLocked() {
	oldest := q.ledger.next
	if l := &q.ledger; l.first != l.end {
		oldest = l.slot(l.first).id
	} else if l.outside > 0 {
		oldest = q.ahead.end
	}
	if seq, moved := q.runs.forget(oldest); moved {
		q.journal.Ack(seq)
	}
}

// Close writes what is pending, once, and closes the journal. What is in the queue then is on disk, apart from
// Stats.MemoryOnly. The queue can still be asked, and takes events, but those are not written any more.
func (q *Disk) Close() error {
	q.once.Do(func() {
		close(q.stop)
		q.keeper.Wait()
		var err error
		for worked := true; worked && err == nil; {
			worked, err = q.write()
		}
		if q.reader != nil {
			err = errors.Join(err, q.reader.Close())
		}
		q.closed = errors.Join(err, q.journal.Close())
	})
	return q.closed
}
