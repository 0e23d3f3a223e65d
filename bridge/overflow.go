package bridge

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// overflowSight shows what the queue of a direction drops to those who watch. Settings that are equal have equal ones.
type overflowSight struct {
	seen      *lookout // of the destination
	route, to string
}

// Dropped implements queue.Observer. A full queue may drop as many events as come, so what it drops is looked at while somebody watches
// only, and not noted.
func (o overflowSight) Dropped(row *vscp.Row, why queue.Cause) { o.show(row, reasonOf(why)) }

func (o overflowSight) show(row *vscp.Row, why Reason) {
	watchers := o.seen.watchers.list()
	if len(watchers) == 0 {
		return
	}
	s := Sight{ID: o.seen.watchers.ids.Add(1), At: time.Now(), Route: o.route, To: o.to, Row: *row, Held: why}
	for _, w := range watchers {
		w.saw(&s)
	}
}

// reasonOf returns the reason that a queue's cause is counted by.
func reasonOf(c queue.Cause) Reason {
	switch c {
	case queue.CauseNewest:
		return ReasonQueueNewest
	case queue.CauseLowestPriority:
		return ReasonQueuePriority
	case queue.CauseReplaced:
		return ReasonQueueReplaced
	case queue.CauseExpired:
		return ReasonQueueExpired
	case queue.CauseTooLarge:
		return ReasonQueueTooLarge
	case queue.CauseDamaged:
		return ReasonQueueDamaged
	default:
		return ReasonQueueOldest
	}
}

// show shows events that the direction lost to those who watch.
func (d *direction) show(why Reason, rows []*vscp.Row) {
	if d.seen == nil {
		return
	}
	o := overflowSight{seen: d.seen, route: d.route, to: d.to}
	for _, row := range rows {
		o.show(row, why)
	}
}
