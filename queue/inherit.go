package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// origin says where events come from that are pushed.
type origin struct {
	restored bool      // from storage, or by hand
	views    []Waiting // not nil: from another queue, which viewed them so
}

// Inherit is Push for events of another queue whose place this one takes, as its View showed them. They keep the time when they came, and
// count the bytes that they counted there; those that are too old for this queue expire at once.
func (q *Memory) Inherit(events []Waiting) int { return q.push(rowsOf(events), origin{views: events}) }

// Inherit is Push for events of another queue whose place this one takes, as Memory.Inherit is. On disk they have the time when they came.
func (q *Disk) Inherit(events []Waiting) int { return q.push(rowsOf(events), origin{views: events}) }

func rowsOf(events []Waiting) []*vscp.Row {
	rows := make([]*vscp.Row, 0, len(events))
	for _, w := range events {
		rows = append(rows, w.Row)
	}
	return rows
}

// inherit makes e that of an event of another queue. It reports false if that is too old for this one, and has been counted.
func (l *ledger[H]) inherit(e *entry, w *Waiting, began time.Time, now time.Duration) bool {
	e.at, e.size = w.Came.Sub(began), min(w.Text+RowOverhead, maxCost)
	if l.limits.MaxAge > 0 && now-e.at >= l.limits.MaxAge {
		l.refuseRow(w.Row, e.size, causeExpired)
		return false
	}
	return true
}
