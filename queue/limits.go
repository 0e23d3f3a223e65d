package queue

import (
	"errors"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// ErrNotInMemory is returned by Disk.SetLimits for a change of the rule that has to look at all events, while some are on disk only.
// OpenDisk can make that change, and so can SetLimits when fewer events wait.
var ErrNotInMemory = errors.New("queue: overflow cannot be changed while events wait on disk only")

// SetLimits changes the limits and the rule of the queue as it is: events and leases stay, o.Ready and o.Observer are ignored. What the new limits have
// no room for goes at once by the new rule, and is counted as the rule counts it; drop_newest and block evict nothing, and take nothing
// before there is room again. What is older than MaxAge expires, and with latest_only the newest event of each subject that waits
// replaces the others. Sources that wait for room try again. After an error, which is that of options that cannot be, nothing changed.
func (q *Memory) SetLimits(o Options) error {
	o.Ready = nil
	if err := o.validate(); err != nil {
		return err
	}
	q.mu.Lock()
	q.ledger.limit(o, time.Since(q.began))
	q.ledger.index(func(s *slot[*vscp.Row]) *vscp.Row { return s.handle })
	for victim, c, ok := q.ledger.surplus(); ok; victim, c, ok = q.ledger.surplus() {
		q.ledger.drop(victim, c)
	}
	q.mu.Unlock()
	signal(q.space)
	return nil
}

// Take takes all events out that wait and are not leased, oldest first. They count as removed.
func (q *Memory) Take() []*vscp.Row {
	defer signal(q.space)
	q.mu.Lock()
	defer q.mu.Unlock()
	l := &q.ledger
	l.expire(time.Since(q.began))
	rows := make([]*vscp.Row, 0, l.waiting)
	for i := l.front; i != l.end; i = l.skip(i + 1) {
		rows = append(rows, l.slot(i).handle)
	}
	before := l.dropped[causePurged]
	l.purge()
	taken := l.dropped[causePurged].minus(before)
	l.dropped[causePurged] = before
	l.removed = l.removed.plus(taken)
	return rows
}

// limit changes the limits, and drops what is too old by the new ones.
func (l *ledger[H]) limit(o Options, now time.Duration) {
	l.freed = o.Overflow != Block && (l.freed || l.limits.Overflow == Block)
	l.limits = o
	l.expire(now)
}

// index makes what the rule needs to find events by, and forgets what it does not need. row returns the event of a slot.
func (l *ledger[H]) index(row func(*slot[H]) *vscp.Row) {
	byPriority, bySubject := l.limits.Overflow == DropLowestPriority, l.limits.Overflow == LatestOnly
	if !byPriority {
		l.chains = nil
	}
	if !bySubject {
		l.latest = nil
	}
	switch {
	case byPriority && l.chains == nil:
		l.indexPriorities(row)
	case bySubject && l.latest == nil:
		l.indexSubjects(row)
	}
}

func (l *ledger[H]) indexPriorities(row func(*slot[H]) *vscp.Row) {
	l.chains = new(chains[H])
	for i := l.skip(l.first); i != l.end; i = l.skip(i + 1) {
		s := l.slot(i)
		s.meta = s.meta>>priorityBits<<priorityBits | uint32(row(s).Head.Priority())
		l.relink(i, i-l.first < l.front-l.first)
	}
}

// indexSubjects drops what a newer event that waits makes outdated.
func (l *ledger[H]) indexSubjects(row func(*slot[H]) *vscp.Row) {
	l.latest = newLatest()
	l.latest.resize(len(l.slots))
	leased := l.front - l.first
	for i, first := l.skip(l.first), l.first; i != l.end; i = l.skip(i + 1) {
		subject := row(l.slot(i)).Subject()
		if i-first < leased {
			*l.latest.subject(i) = subject
			continue
		}
		if old, ok := l.latest.find(&subject); ok {
			l.drop(old, causeReplaced)
		}
		l.latest.append(i, &subject)
	}
}

// surplus returns the event that has to go next as there is no room for all, or false if none has to.
func (l *ledger[H]) surplus() (victim uint32, c cause, ok bool) {
	if l.waiting == 0 || l.events() <= l.limits.MaxEvents && l.bytes <= l.limits.MaxBytes {
		return 0, 0, false
	}
	switch l.limits.Overflow {
	case DropOldest, LatestOnly:
		return l.front, causeOldest, true
	case DropLowestPriority:
		victim, ok = l.chains.lowest(0)
		return victim, causeLowestPriority, ok
	default:
		return 0, 0, false
	}
}

// handsOn reports whether a source that found room is to wake the next one that waits. Those that waited when the rule was Block may
// go on, however full the queue is.
func (l *ledger[H]) handsOn() bool {
	return l.freed || l.limits.Overflow == Block && l.fits(0)
}
