package bridge

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// endpoint is a remote as the bridge sees it: the receiver of what comes from it, and the outbox of what goes to it. It stays when its
// remote is configured otherwise; then another manager serves it.
type endpoint struct {
	name   string
	outbox outbox
	seen   *lookout
	start  time.Time // of the clock that the policy has
	alarms alarms
	counts remote.Counters       // of its managers
	stint  atomic.Pointer[stint] // the newest; replaced with Bridge.mu held
	plan   atomic.Pointer[plan]  // likewise

	// What follows is guarded by Bridge.mu.
	remote *config.Remote
	left   time.Time // when it ended, if it is gone; zero: it is there, or about to end
	turn   int       // its place among those with a schedule; -1: it had none so far
	paused time.Time // since when it is not to be connected; zero: it is

	// What follows belongs to the goroutine that receives.
	followed *plan
	entrance *policy.Entrance // the last that there was
	memory   arena
}

// Receive implements remote.Receiver: admission, routing and queueing of one batch.
func (e *endpoint) Receive(ctx context.Context, a remote.Arrival) {
	p := e.follow()
	if p.entrance == nil {
		return
	}
	in := policy.Arrival{Own: a.Own, Interface: a.Interface, At: a.At, Now: a.At.Sub(e.start)}
	look := e.seen.begin(a.At)
	for i := range a.Rows {
		in.Row = &a.Rows[i]
		verdicts := p.entrance.Judge(&in)
		if look.open() {
			look.saw(p.lanes, verdicts)
		}
		e.spread(in.Row, p.lanes, verdicts)
	}
	e.alarms.look(p.entrance.Stormed(), p.entrance.Alarms(), p.policy)
	for i := range p.lanes {
		p.lanes[i].deliver(ctx)
	}
}

// spread puts an event where the policy says. The lanes that take it as it is share one copy.
func (e *endpoint) spread(row *vscp.Row, lanes []lane, verdicts []policy.Verdict) {
	var kept *vscp.Row
	for i := range verdicts {
		v, l := &verdicts[i], &lanes[i]
		switch {
		case v.Reason != policy.Goes:
			l.held.addRow(v.Reason, row)
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
