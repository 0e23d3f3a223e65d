package bridge

import (
	"context"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// endpoint is a remote as the bridge sees it: the receiver of what comes from it, and the outbox of what goes to it.
type endpoint struct {
	name    string
	manager *remote.Manager
	outbox  outbox
	seen    *lookout
	start   time.Time // of the clock that the policy has
	alarms  alarms
	origins []vscp.GUIDPattern // as configured
	strict  bool               // likewise

	// What follows belongs to the goroutine that receives.
	entrance *policy.Entrance
	lanes    []lane // as the entrance has them
	memory   arena
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
	in := policy.Arrival{Own: a.Own, Interface: a.Interface, At: a.At, Now: a.At.Sub(e.start)}
	look := e.seen.begin(a.At)
	for i := range a.Rows {
		in.Row = &a.Rows[i]
		verdicts := e.entrance.Judge(&in)
		if look.open() {
			look.saw(e.lanes, verdicts)
		}
		e.spread(in.Row, verdicts)
	}
	e.alarms.look(e.entrance.Stormed(), e.entrance.Alarms())
	for i := range e.lanes {
		e.lanes[i].deliver(ctx)
	}
}

// spread puts an event where the policy says. The lanes that take it as it is share one copy.
func (e *endpoint) spread(row *vscp.Row, verdicts []policy.Verdict) {
	var kept *vscp.Row
	for i := range verdicts {
		v, l := &verdicts[i], &e.lanes[i]
		switch {
		case v.Reason != policy.Goes:
			l.held.add(v.Reason, 1)
		case v.Row != row:
			l.rows = append(l.rows, e.memory.keep(v.Row))
		default:
			if kept == nil {
				kept = e.memory.keep(row)
			}
			l.rows = append(l.rows, kept)
		}
	}
}
