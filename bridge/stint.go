package bridge

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// stint is a manager while it serves an endpoint. There is one at a time: the next one begins when the one before gave up its
// connections, as some peers take one client only.
type stint struct {
	manager  *remote.Manager
	outlet   *outlet
	remote   *config.Remote
	receives bool
	sends    bool
	before   *stint        // nil: none
	hold     chan struct{} // not nil: the remote is paused, and the manager does nothing; closed when the stint is to end
	done     chan struct{} // closed when it gave up its connections

	// What follows is guarded by Bridge.mu.
	cut   context.CancelFunc // nil: it did not begin
	timer *time.Timer        // calls cut; nil: it is not to end
}

// outlet is an outbox as one manager sees it. When that is to leave it to the next one, it is shut: then nothing seems to wait.
type outlet struct {
	*outbox
	shut atomic.Bool
}

// Peek implements remote.Outbox.
func (o *outlet) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	if o.shut.Load() {
		return dst
	}
	return o.outbox.Peek(dst, limit)
}

// Waiting implements remote.Outbox.
func (o *outlet) Waiting() (events int, oldest time.Time) {
	if o.shut.Load() {
		return 0, time.Time{}
	}
	return o.outbox.Waiting()
}

// newStint makes the manager of an endpoint.
func (b *Bridge) newStint(e *endpoint, o remote.Options, s stint) (*stint, error) {
	s.outlet, s.done = &outlet{outbox: &e.outbox}, make(chan struct{})
	if !s.receives {
		o.Receive = remote.ReceiveNone // what no route takes is not fetched
	}
	o.Sends = s.sends
	var err error
	s.manager, err = remote.NewManager(o, e, s.outlet)
	return &s, err
}

// begin starts a stint. It is called with b.mu held.
func (b *Bridge) begin(e *endpoint, s *stint) {
	ctx, cut := context.WithCancel(b.hard)
	s.cut = cut
	b.running.Go(func() {
		defer cut()
		b.serve(ctx, e, s)
	})
}

// serve runs a manager to its end.
func (b *Bridge) serve(ctx context.Context, e *endpoint, s *stint) {
	if s.before != nil {
		<-s.before.done // which its time limits
		s.manager.Follow(s.before.manager)
		s.before = nil
	}
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-b.stopping:
		case <-ctx.Done():
		}
		s.outlet.shut.Store(true)
		s.manager.Flush() // so that Run connects to nothing
	}
	s.manager.Run(ctx)
	e.outbox.Release(nil) // nothing is leased any more, if all is well
	b.ended(e, s)
	close(s.done)
}

// end makes a stint end within a time. It is called with b.mu held.
func (s *stint) end(within time.Duration) {
	if s.timer != nil {
		return
	}
	s.timer = time.AfterFunc(within, s.cut)
	if s.hold != nil {
		close(s.hold)
		return
	}
	s.manager.Flush()
}

// ended clears up behind a stint, and behind an endpoint with the last one.
func (b *Bridge) ended(e *endpoint, s *stint) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
	}
	last := e.stint.Load() == s
	if !last || b.former[e.name] == e {
		b.metrics.Remove(s.manager)
	}
	if last && b.former[e.name] == e {
		e.left = time.Now()
		e.alarms.end()
	}
}

// formerFor is how long an endpoint is remembered at least that is gone. What was sent to it may come back as long as that: if the remote is
// there again, it is to be known.
const formerFor = 5 * time.Second

// forget drops the endpoints that are gone for long enough. One that a direction still drains to is kept: if both come back, they are to
// find each other. It is called with b.mu held.
func (b *Bridge) forget() {
	drained := make(map[*endpoint]bool, len(b.leaving))
	for _, l := range b.leaving {
		drained[l.to] = true
	}
	for name, e := range b.former {
		if !e.left.IsZero() && time.Since(e.left) > formerFor && !drained[e] {
			delete(b.former, name)
			e.outbox.echoes.exit.SetEchoes(false) // the policy keeps it, with the credits of the last seconds
		}
	}
}

// fit gives an endpoint of the present generation the manager that it needs, if that is another one than it has. It is called with b.mu
// held.
func (b *Bridge) fit(e *endpoint) {
	r := e.remote
	last := e.stint.Load()
	next := stint{remote: r, receives: len(e.plan.Load().lanes) > 0, sends: len(e.outbox.directions()) > 0, before: last}
	if !e.paused.IsZero() {
		next.hold = make(chan struct{})
	}
	if last != nil && last.timer == nil && (last.hold == nil) == (next.hold == nil) && connectAlike(last.remote, r) && last.receives == next.receives &&
		(last.sends == next.sends || last.manager.SetSending(next.sends)) {
		last.sends = next.sends
		return
	}
	s, err := b.newStint(e, b.managerOptions(e, r), next)
	if err != nil { // the draft tried it
		b.logger.Error("connections of a remote cannot be changed", "remote", e.name, "error", err)
		return
	}
	e.stint.Store(s)
	if last != nil {
		last.outlet.shut.Store(true)
		last.end(b.present.Load().cfg.Bridge.FlushTimeout)
	}
	if b.stage == stageRunning {
		b.begin(e, s)
	}
}

// connectAlike reports whether two remotes are connected to in the same way, whatever lives behind them.
func connectAlike(a, b *config.Remote) bool {
	x, y := *a, *b
	x.Origins, x.Strict, x.Site = nil, false, ""
	y.Origins, y.Strict, y.Site = nil, false, ""
	return x.Same(&y)
}
