package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// changePatience is how long Disk.SetLimits waits for events that are being read.
const changePatience = time.Second

// SetLimits changes the limits and the rule of the queue as it is, as Memory.SetLimits does. Between drop_oldest, drop_newest and block
// the rule changes at any time; to or from another one it changes only while all events are in memory, which those of a queue of the
// default length are, unless they are long; else the error is ErrNotInMemory, and nothing changed.
func (q *Disk) SetLimits(o Options) error {
	o.Ready = nil
	if err := o.validate(); err != nil {
		return err
	}
	if err := q.turn(o.Overflow, func() { q.limitLocked(o) }); err != nil {
		return err
	}
	signal(q.space)
	signal(q.work)
	return nil
}

// CanTurn returns the error that SetLimits would have now for another rule. It changes nothing, and may wait as SetLimits does.
func (q *Disk) CanTurn(to Overflow) error { return q.turn(to, func() {}) }

// turn calls do with the queue locked as soon as the rule can become another one.
func (q *Disk) turn(to Overflow, do func()) error {
	began := time.Now()
	for {
		done, wait := q.tryTurn(to, do)
		switch {
		case done:
			return nil
		case !wait || time.Since(began) >= changePatience:
			return ErrNotInMemory
		}
		timer := time.NewTimer(patience / 10)
		select {
		case <-timer.C:
		case <-q.stop:
			timer.Stop()
			return ErrNotInMemory
		}
	}
}

// tryTurn reports whether it called do, and if not whether the events are being read that are missing.
func (q *Disk) tryTurn(to Overflow, do func()) (done, wait bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.looksAtAllLocked(to) {
		if whole, reads := q.wholeLocked(); !whole {
			return false, reads
		}
	}
	do()
	return true, false
}

// looksAtAllLocked reports whether a change of the rule has to look at all events.
func (q *Disk) looksAtAllLocked(to Overflow) bool {
	return to != q.ledger.limits.Overflow && (!q.plain() || !to.plain())
}

// limitLocked changes the limits when the rule can become theirs.
func (q *Disk) limitLocked(o Options) {
	l := &q.ledger
	if q.looksAtAllLocked(o.Overflow) {
		q.ahead.end, q.ahead.known = l.next, false // what left the queue from behind is not to be looked for
	}
	now := time.Since(q.began)
	l.limit(o, now)
	q.expireAtLocked(now)
	l.index(func(s *slot[struct{}]) *vscp.Row { return q.rows[s.id] })
	for before := l.waiting + 1; l.waiting < before; { // whatever is wrong, it must end
		before = l.waiting
		switch victim, c, ok := l.surplus(); {
		case ok && victim == l.end:
			q.evictLocked(c)
		case ok:
			l.drop(victim, c)
		}
	}
	q.settleLocked()
	q.thinLocked()
}

// plain reports whether the rule takes events from the front or the end only.
func (o Overflow) plain() bool { return o == DropOldest || o == DropNewest || o == Block }

// wholeLocked reports whether all events are in the window and in memory, or, if not, whether some of the window are being read.
func (q *Disk) wholeLocked() (whole, reads bool) {
	q.adoptLocked(0)
	l := &q.ledger
	if l.outside > 0 || q.ahead.events < l.events() {
		return false, false
	}
	for i := l.skip(l.first); i != l.end; i = l.skip(i + 1) {
		if q.rows[l.slot(i).id] == nil {
			return false, true
		}
	}
	return len(q.claims) == 0, true
}
