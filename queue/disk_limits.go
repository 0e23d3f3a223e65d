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
	began := time.Now()
	for {
		done, wait := q.setLimits(o)
		switch {
		case done:
			signal(q.space)
			signal(q.work)
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

// setLimits reports whether it did that, and if not whether the events are being read that are missing.
func (q *Disk) setLimits(o Options) (done, wait bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := &q.ledger
	if (!q.plain() || !o.Overflow.plain()) && o.Overflow != l.limits.Overflow {
		if whole, reads := q.wholeLocked(); !whole {
			return false, reads
		}
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
	return true, false
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
