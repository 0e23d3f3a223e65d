package queue

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// Observer is told of events that a queue drops by its limits and rules, as it does so, if they are in memory: those that wait on disk
// only are counted. Purge and Take tell nothing.
type Observer interface {
	// Dropped is called with the queue locked: it must not use the queue, and should wait for nothing.
	Dropped(row *vscp.Row, why Cause)
}

// Cause says why an event was dropped. Drops has a counter for each.
type Cause uint8

// The causes, named as in Drops.
const (
	CauseOldest         = Cause(causeOldest)
	CauseNewest         = Cause(causeNewest)
	CauseLowestPriority = Cause(causeLowestPriority)
	CauseReplaced       = Cause(causeReplaced)
	CauseExpired        = Cause(causeExpired)
	CauseTooLarge       = Cause(causeTooLarge)
	CauseDamaged        = Cause(causeDamaged)
)

// observe has o told of the events that the ledger drops. row returns that of a slot, or nil if it is not in memory.
func (l *ledger[H]) observe(o Observer, row func(*slot[H]) *vscp.Row) {
	if o == nil {
		return
	}
	l.observer = o
	l.lost = func(s *slot[H], c cause) {
		if r := row(s); r != nil && c != causePurged {
			o.Dropped(r, Cause(c))
		}
	}
}

// refuseRow counts an event that is dropped before it was taken, and tells of it.
func (l *ledger[H]) refuseRow(row *vscp.Row, size int64, c cause) {
	l.refuse(size, c)
	if l.observer != nil {
		l.observer.Dropped(row, Cause(c))
	}
}
