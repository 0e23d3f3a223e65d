package bridge

import (
	"context"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// endpoint is a remote as the bridge sees it: the receiver of what comes from it, and the outbox of what goes to it.
type endpoint struct {
	name    string
	index   int // in the guard
	guard   *loop.Guard
	manager *remote.Manager
	outbox  outbox
	tap     Tap

	// What follows belongs to the goroutine that receives.
	lanes  []lane
	memory arena
}

// outgoing returns the outbox, or nil where no route leads to the remote: then it needs no connection to send on.
func (e *endpoint) outgoing() remote.Outbox {
	if len(e.outbox.directions) == 0 {
		return nil
	}
	return &e.outbox
}

// Receive implements remote.Receiver: admission, routing and queueing of one batch.
func (e *endpoint) Receive(ctx context.Context, a remote.Arrival) {
	for i := range a.Rows {
		row := &a.Rows[i]
		reason := e.guard.Check(e.index, row, a.Own)
		complete(row, &a)
		if reason != loop.Admitted {
			for j := range e.lanes {
				e.lanes[j].suppress(reason)
				e.tap.saw(e, &e.lanes[j], row, Reason(reason.String()))
			}
			continue
		}
		var kept *vscp.Row
		for j := range e.lanes {
			l := &e.lanes[j]
			var why route.Reason
			if kept, why = l.add(row, kept, &e.memory); why != route.Taken {
				e.tap.saw(e, l, row, Reason(why.String()))
			} else {
				e.tap.saw(e, l, row, "")
			}
		}
	}
	for j := range e.lanes {
		e.lanes[j].deliver(ctx)
	}
}

// complete fills in what an event's sender left to the server: the GUID of the interface that it came in on, so that the next
// server does not put its own, and the time. The obid meant something only at the server.
func complete(row *vscp.Row, a *remote.Arrival) {
	row.ObID = 0
	if row.GUID.IsZero() {
		row.GUID = a.Interface
	}
	if row.Time.Nanos == 0 {
		row.Time.Nanos = uint64(a.At.UnixNano())
	}
}

// Sight is an event as it passes through the bridge.
type Sight struct {
	Route    string
	From, To string
	Row      *vscp.Row // valid during the call
	Held     Reason    // why it goes no further; empty if it was queued
}

// Tap is called for each event and direction, by the goroutines that receive: it must be quick. Nil sees nothing.
type Tap func(Sight)

func (t Tap) saw(e *endpoint, l *lane, row *vscp.Row, held Reason) {
	if t != nil {
		t(Sight{Route: l.d.route, From: e.name, To: l.d.to, Row: row, Held: held})
	}
}
