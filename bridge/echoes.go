package bridge

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// echoes tells the policy what becomes of the events of an outbox, while the peer is one that shows them to us as new. It keeps the
// leased events for that, which the outbox itself only counts. It belongs to the goroutine that uses the outbox.
type echoes struct {
	exit  *policy.Exit // nil: nobody is told
	start time.Time    // of the clock that the policy has
	rows  []*vscp.Row  // leased, oldest first, from done on; none if nobody is to be told
	done  int
}

// leased notes the newest leased events. all says that they are all that are leased.
func (e *echoes) leased(rows []*vscp.Row, all bool) {
	if all {
		e.rows, e.done = e.rows[:0], 0
		if e.exit == nil || !e.exit.Echoes() {
			return
		}
	} else if len(e.rows) == 0 {
		return // nobody was told of those before
	}
	if e.done > len(e.rows)/2 {
		n := copy(e.rows, e.rows[e.done:])
		clear(e.rows[n:])
		e.rows, e.done = e.rows[:n], 0
	}
	e.rows = append(e.rows, rows...)
	for _, row := range rows {
		e.exit.Leased(row)
	}
}

// settled says what became of the n oldest leased events.
func (e *echoes) settled(n int, o remote.Outcome) {
	if len(e.rows) == 0 {
		return
	}
	now := e.now()
	for _, row := range e.rows[e.done : e.done+n] {
		if o == remote.Forwarded {
			e.exit.Sent(row, now)
		} else {
			e.exit.Returned(row)
		}
	}
	clear(e.rows[e.done : e.done+n])
	e.done += n
}

// doubted says that leased event i was written and not answered.
func (e *echoes) doubted(i int) {
	if len(e.rows) > 0 {
		e.exit.Doubted(e.rows[e.done+i], e.now())
	}
}

// released says what became of all leased events.
func (e *echoes) released(answers []remote.Fate) {
	if len(e.rows) == 0 {
		return
	}
	for i := range answers {
		e.settled(1, answers[i].Outcome)
	}
	e.settled(len(e.rows)-e.done, remote.Returned)
	e.rows, e.done = e.rows[:0], 0
}

func (e *echoes) now() time.Duration { return time.Since(e.start) }
