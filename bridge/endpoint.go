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
	tap     Tap
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
	for i := range a.Rows {
		in.Row = &a.Rows[i]
		e.spread(in.Row, e.entrance.Judge(&in))
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
		e.tap.saw(e, l, v)
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

// Sight is an event as it passes through the bridge.
type Sight struct {
	Route    string
	From, To string
	Row      *vscp.Row // valid during the call
	Held     Reason    // why it goes no further; empty if it was queued
}

// Tap is called for each event and direction, by the goroutines that receive: it must be quick. Nil sees nothing.
type Tap func(Sight)

func (t Tap) saw(e *endpoint, l *lane, v *policy.Verdict) {
	if t != nil {
		t(Sight{Route: l.d.route, From: e.name, To: l.d.to, Row: v.Row, Held: v.Reason})
	}
}
