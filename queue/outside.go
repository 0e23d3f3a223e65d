package queue

import (
	"sort"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// With the rules drop_oldest, drop_newest and block only the window of a Disk has slots in the ledger. The events outside of it
// are, in their order, those behind it on disk, and the tail: what came since and is not yet written. Slots are made for them
// when they come into the window, so that what waits on disk costs next to no memory.

// arrival is an event that is not yet written.
type arrival struct {
	ticket uint64
	at     time.Duration // when it came
	size   int64
	row    *vscp.Row // in the tail only: the rows of others are in Disk.rows
}

// plain reports whether events outside of the window have no slots. Other rules have to find them.
func (q *Disk) plain() bool { return q.ledger.chains == nil && q.ledger.latest == nil }

// enterLocked takes an event in and gives it the next ticket. It is in the tail if the arrival has the row.
func (q *Disk) enterLocked(row *vscp.Row, e *entry) arrival {
	l := &q.ledger
	a := arrival{ticket: l.next, at: e.at, size: e.size}
	if q.plain() && (l.outside > 0 || q.ahead.full()) {
		l.admit(e)
		a.row = row
		return a
	}
	q.ahead.came(a.ticket, e.size)
	l.append(e, struct{}{})
	return a
}

// tailLocked returns the events of the tail, in two parts.
func (q *Disk) tailLocked() [2][]arrival {
	parts := [2][]arrival{q.writing, q.pending}
	for i, part := range parts {
		parts[i] = part[sort.Search(len(part), func(i int) bool { return part[i].ticket >= q.ahead.end }):]
	}
	return parts
}

// adoptLocked takes events of the tail into the window if none is behind it on disk: until it is full, and up to least in any case.
func (q *Disk) adoptLocked(least int) {
	if q.ledger.outside == 0 || q.behind.events > 0 {
		return
	}
	for _, part := range q.tailLocked() {
		for i := range part {
			if least--; least < 0 && q.ahead.full() {
				return
			}
			a := &part[i]
			q.rows[a.ticket], a.row = a.row, nil
			q.ahead.take(a.ticket, a.size)
			q.ledger.adopt(*a, struct{}{})
		}
	}
}

// topLocked reports whether the oldest event that waits has a slot, and gives it one if that needs no disk.
func (q *Disk) topLocked() bool {
	if q.ledger.front == q.ledger.end {
		q.adoptLocked(1)
	}
	return q.ledger.front != q.ledger.end
}

// evictLocked drops the oldest event that waits.
func (q *Disk) evictLocked(c cause) {
	if q.topLocked() {
		q.ledger.drop(q.ledger.front, c)
		return
	}
	ticket, _, ok := q.runs.next(q.ahead.end)
	if !ok {
		q.forgetLocked(c)
		return
	}
	q.ledger.forgo(1, q.behind.take(), c)
	q.ahead.end = ticket + 1
}

// expireAtLocked drops what is too old, and reports whether there was anything. What is on disk behind an empty window goes by
// blocks; of the first block that is not all too old, the keeper reads the events.
func (q *Disk) expireAtLocked(now time.Duration) bool {
	l := &q.ledger
	some := l.expire(now)
	for l.ages() && l.front == l.end {
		if q.behind.events == 0 {
			q.adoptLocked(1)
			if !l.expire(now) {
				break
			}
		} else {
			if now-q.behind.blocks[0].newest < l.limits.MaxAge {
				break
			}
			b := q.behind.takeBlock()
			l.forgo(b.events, b.bytes, causeExpired)
			q.ahead.end = b.last + 1
		}
		some = true
	}
	return some
}

// hereLocked reports whether an event that is not yet written is still in the queue.
func (q *Disk) hereLocked(a *arrival) (row *vscp.Row, here bool) {
	if q.plain() && a.ticket >= q.ahead.end {
		return a.row, true
	}
	row, here = q.rows[a.ticket]
	return row, here
}

// purgeLocked drops all events outside of the window.
func (q *Disk) purgeLocked() int {
	n := q.ledger.outside
	if n == 0 {
		return 0
	}
	var bytes int64
	for _, part := range q.tailLocked() {
		for _, a := range part {
			bytes += a.size
			q.unwritten--
		}
	}
	for _, b := range q.behind.blocks {
		bytes += b.bytes
	}
	q.behind = behind{most: q.behind.most}
	q.ledger.forgo(n, bytes, causePurged)
	q.ahead.end = q.ledger.next
	return n
}

// forgetLocked drops all that should be behind the window and is nowhere. It cannot be, and must not stop the queue.
func (q *Disk) forgetLocked(c cause) {
	for q.behind.events > 0 {
		b := q.behind.takeBlock()
		q.ledger.forgo(b.events, b.bytes, c)
		q.ahead.end = b.last + 1
	}
}

// claimLocked returns what is to be read next. If the tail is next, it takes that into the window at once.
func (q *Disk) claimLocked(most int) []claim {
	q.adoptLocked(0)
	if q.behind.events == 0 {
		return nil
	}
	most = min(most, q.ahead.most-q.ahead.events)
	var claims []claim
	for from := q.ahead.end; len(claims) < most; {
		ticket, seq, ok := q.runs.next(from)
		if !ok && len(claims) == 0 {
			q.forgetLocked(causeDamaged)
		}
		if !ok {
			break
		}
		claims = append(claims, claim{ticket: ticket, seq: seq})
		from = ticket + 1
	}
	return claims
}

// comeLocked takes the oldest event behind the window into it.
func (q *Disk) comeLocked(a arrival, row *vscp.Row) {
	first := &q.behind.blocks[0]
	if a.at = first.within(a.at); row == q.lost {
		a.at = first.oldest
	}
	a.size = q.behind.take()
	q.ledger.adopt(a, struct{}{})
	q.rows[a.ticket] = row
	q.ahead.take(a.ticket, a.size)
}
