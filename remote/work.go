package remote

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// receiveLoop reads the receive loop until it breaks, or until the manager shall take no more events.
func (l *link) receiveLoop(ctx context.Context, c *Client, p *Profile) error {
	if err := c.begin(ctx, hangUpGrace); err != nil { // the context of connecting has ended, and nothing can be written under it
		return c.end(ctx, linkwire.VerbRcvLoop, err)
	}
	defer l.hangUpAtStop(c)()
	life := pulse{fixed: l.m.opts.DeadAfter, last: time.Now()}
	defer func() { l.heard = life.last }()
	leaving := false
	for {
		if !leaving && l.astray() {
			leaving = true
			l.enter(StateClosing)
			c.hangUp(hangUpGrace)
		}
		silent, err := c.listen(ctx, life.wait(time.Now()), &l.batch)
		if err == nil && !silent {
			life.beat(time.Now(), l.batch.KeepAlives > 0)
		}
		l.deliver(ctx, p)
		if err == nil {
			err = l.follow(ctx, c, &life, silent)
		}
		switch {
		case err == nil:
		case Refused(err):
			life.beat(time.Now(), false)
			if ok, held := l.m.allow(&l.m.unasked, 1); ok {
				l.logger.Warn("unexpected refusal in the receive loop", "error", err, "more", held)
			}
		case leaving, l.m.receiving.Err() != nil:
			return l.parted() // the end that hangUp asked for
		default:
			return err
		}
	}
}

// hangUpAtStop says QUIT in the receive loop when no more events are to be taken, until the returned function is called.
func (l *link) hangUpAtStop(c *Client) (end func()) {
	said := make(chan struct{})
	stop := context.AfterFunc(l.m.receiving, func() {
		defer close(said)
		c.hangUp(hangUpGrace)
	})
	return func() {
		if !stop() {
			<-said
		}
	}
}

// follow looks around after a sign of life, or does something about the silence.
func (l *link) follow(ctx context.Context, c *Client, life *pulse, silent bool) error {
	switch {
	case !silent:
		now := time.Now()
		life.last = now // nobody listened while the receiver took its time
		l.m.lookAround(now)
		return l.statInLoop(ctx, c, now)
	case !life.asked:
		life.asked = true
		l.m.doubt() // what is wrong here may be wrong with the other connections
		return c.nudge(ctx)
	default:
		return c.end(ctx, linkwire.VerbRcvLoop, &wordedError{words: fmt.Sprintf("no line for %v", life.limit()), err: os.ErrDeadlineExceeded})
	}
}

// deliver hands the batch to the receiver and counts it.
func (l *link) deliver(ctx context.Context, p *Profile) {
	b := &l.batch
	if b.KeepAlives > 0 {
		l.m.counts.keepAlives.Add(uint64(b.KeepAlives))
	}
	if b.Malformed > 0 {
		l.m.counts.malformed.Add(uint64(b.Malformed))
		if ok, held := l.m.allow(&l.m.badLines, b.Malformed); ok {
			l.logger.Warn("malformed event line", "error", l.socket.Load().masked(b.Problem.Error()), "more", held)
		}
	}
	if len(b.Rows) == 0 {
		return
	}
	l.m.counts.received.Add(uint64(len(b.Rows)))
	if l.role == roleReceive {
		l.m.grow(len(b.Rows), p)
	}
	l.m.learnTime(b.Rows)
	now := time.Now()
	l.own = l.m.own(l.own[:0], now)
	l.followIndices(b.Rows)
	l.m.receiver.Receive(ctx, Arrival{Rows: b.Rows, Interface: p.Interface, Own: l.own, At: now})
}

// work sends what waits and fetches when it is due, in turns on one connection, until the connection breaks or the link
// has nothing left to do.
func (l *link) work(ctx context.Context, c *Client, p *Profile) error {
	s := newSender(l, c, p)
	if l.lane != nil {
		l.lane.open()
	}
	defer s.release()
	for {
		if err := s.drain(ctx, l.elsewhere); err != nil && !errors.Is(err, errLeaving) {
			return err
		}
		if l.fetchDue() {
			l.tickBegins()
			if err := l.fetch(ctx, c, p); err != nil {
				return err
			}
			if err := l.polled(ctx, c); err != nil {
				return err
			}
			l.nextTick()
			continue
		}
		if l.m.flushing.Err() != nil || l.leave.Err() != nil || l.astray() {
			l.enter(StateClosing)
			return c.Quit(ctx)
		}
		if err := l.idle(ctx, c, p); err != nil {
			return err
		}
	}
}

// elsewhere reports whether there is something else to do than to send.
func (l *link) elsewhere() bool { return l.leave.Err() != nil || l.fetchDue() }

// errLeaving ends the sending of events for which the peer has no room, when the connection is not wanted any more.
var errLeaving = errors.New("connection not wanted any more")

// idle waits for something to do; a command connection on which nothing happens is tried with NOOP, at once when the other
// connection broke.
func (l *link) idle(ctx context.Context, c *Client, p *Profile) error {
	sending := l.tracker.state() == StateSending
	wait, probe := l.idleFor(p, sending)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-l.outbox.Ready():
		return nil
	case <-l.m.flushing.Done():
		return nil
	case <-l.leave.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.wake: // a backlog is cleared before the next event is sent
		probe = l.doubted.Swap(false)
	case <-timer.C:
		if sending {
			l.enter(StateReady)
		}
	}
	if !probe {
		return nil
	}
	return l.probe(ctx, c)
}

// idleFor returns how long to wait for something to do, and whether the connection is tried then.
func (l *link) idleFor(p *Profile, sending bool) (wait time.Duration, probe bool) {
	wait, probe = l.m.opts.idleProbe(), true
	if l.watched() {
		wait = l.m.opts.IdleProbe // the connection that receives looks after this one
	}
	sooner := func(d time.Duration) {
		if d <= wait {
			wait, probe = d, false
		}
	}
	if l.ticks != nil && l.m.receiving.Err() == nil {
		if l.m.opts.Schedule != nil { // what is polled without one has a tick every moment
			l.tracker.awaits(l.ticks.due())
		}
		if d := l.ticks.wait(); d <= l.m.opts.deadAfter() {
			wait, probe = d, false // what is asked then is as good as a NOOP before
		} else {
			sooner(d)
		}
		if wait > lookEvery { // the wall clock may be set meanwhile
			wait, probe = lookEvery, true
		}
	}
	if sending {
		sooner(sendingRest)
	}
	if d, ok := l.untilClear(p); ok {
		sooner(d)
	}
	return wait, probe
}

// sendingRest is how long a link without events to send is still said to be sending.
const sendingRest = time.Second

// probe asks for a sign of life, which a peer that is there gives within the rest of the time after which it is taken for dead.
func (l *link) probe(ctx context.Context, c *Client) error {
	limit, cancel := context.WithTimeoutCause(ctx, l.m.opts.deadAfter()-l.m.opts.idleProbe(), inWords(os.ErrDeadlineExceeded))
	defer cancel()
	if err := c.Noop(limit); !Refused(err) {
		return err
	}
	return nil
}

// grow notes that events also came to wait for the connections that send.
func (m *Manager) grow(n int, p *Profile) {
	for _, l := range m.senders.Load().links {
		if l.backlog.Add(int64(n)) >= int64(p.MaxBacklog) {
			l.poke()
		}
	}
}

// lose notes that the receive connection is not up any more.
func (m *Manager) lose() {
	m.primary.set(false)
	m.doubt()
}

// doubt has the connections that send tried at once.
func (m *Manager) doubt() {
	for _, l := range m.senders.Load().links {
		l.suspect()
	}
}

func (l *link) suspect() {
	l.doubted.Store(true)
	l.poke()
}

// lookAround looks, with a sign of life of the receive connection, whether the kernel knows of an end of the connections that
// send. They need no NOOPs of their own meanwhile, which would wake a thousand idle remotes more often than their peers do.
func (m *Manager) lookAround(now time.Time) {
	if now.Sub(m.looked) < lookPause {
		return
	}
	m.looked = now
	for _, l := range m.senders.Load().links {
		if c := l.socket.Load(); c != nil && c.raw != nil && broken(c.raw) {
			l.suspect()
		}
	}
}

// lookPause is the least time between two looks: signs of life come by the thousand under load.
const lookPause = time.Second

// untilClear returns when to empty the peer's queue for this connection at the latest, because nobody sees what comes there.
func (l *link) untilClear(p *Profile) (time.Duration, bool) {
	if l.fetches() || l.watched() {
		return 0, false
	}
	every := blindClear
	if p.MaxBacklog >= maxBacklogOther {
		every = l.m.opts.IdleProbe
	}
	return time.Until(l.cleared.Add(every)), true
}

// clearDue reports whether the peer's queue for a connection that only sends may be long enough to do harm.
func (l *link) clearDue(p *Profile) bool {
	if l.fetches() {
		return false
	}
	if l.backlog.Load() >= int64(p.MaxBacklog) {
		return true
	}
	d, ok := l.untilClear(p)
	return ok && d <= 0
}

// clearBacklog empties the peer's queue for this connection.
func (l *link) clearBacklog(ctx context.Context, c *Client) error {
	l.backlog.Store(0)
	l.cleared = time.Now()
	if err := c.Clear(ctx); !Refused(err) {
		return err
	}
	return nil
}
