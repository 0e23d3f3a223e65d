package remote

import (
	"context"
	"time"
)

// receiveLoop reads the receive loop until it breaks, or until the manager shall take no more events.
func (l *link) receiveLoop(ctx context.Context, c *Client, p Profile) error {
	said := make(chan struct{})
	stop := context.AfterFunc(l.m.receiving, func() {
		defer close(said)
		c.hangUp(hangUpGrace)
	})
	defer func() {
		if !stop() {
			<-said
		}
	}()
	for {
		err := c.Receive(ctx, l.m.opts.DeadAfter, &l.batch)
		l.deliver(ctx, p)
		switch {
		case err == nil:
		case Refused(err):
			if ok, held := l.m.allow(&l.m.unasked, 1); ok {
				l.logger.Warn("unexpected refusal in the receive loop", "error", err, "more", held)
			}
		case l.m.receiving.Err() != nil:
			return nil // the end that hangUp asked for
		default:
			return err
		}
	}
}

// deliver hands the batch to the receiver and counts it.
func (l *link) deliver(ctx context.Context, p Profile) {
	b := &l.batch
	if b.KeepAlives > 0 {
		l.m.counts.keepAlives.Add(float64(b.KeepAlives))
	}
	if b.Malformed > 0 {
		l.m.counts.malformed.Add(float64(b.Malformed))
		if ok, held := l.m.allow(&l.m.badLines, b.Malformed); ok {
			l.logger.Warn("malformed event line", "error", b.Problem, "more", held)
		}
	}
	if len(b.Rows) == 0 {
		return
	}
	l.m.counts.received.Add(float64(len(b.Rows)))
	if l.role == roleReceive {
		l.m.grow(len(b.Rows), p)
	}
	l.m.learnTime(b.Rows)
	now := time.Now()
	l.own = l.m.own(l.own[:0], now)
	l.m.receiver.Receive(ctx, Arrival{Rows: b.Rows, Interface: p.Interface, Own: l.own, At: now})
}

// work sends what waits and fetches when it is due, in turns on one connection, until the connection breaks or the link
// has nothing left to do.
func (l *link) work(ctx context.Context, c *Client, p Profile) error {
	s := newSender(l, c, p)
	defer l.m.outbox.Release()
	stop := l.fetchDue
	if l.visits() {
		leave := time.Now().Add(l.m.opts.Schedule.Every)
		stop = func() bool { return time.Now().After(leave) }
	}
	for {
		if err := s.drain(ctx, stop); err != nil {
			return err
		}
		if l.fetchDue() {
			if err := l.fetch(ctx, c, p); err != nil {
				return err
			}
			if l.visits() {
				return l.endVisit(ctx, c, p, s, stop)
			}
			l.nextTick()
			continue
		}
		if l.m.flushing.Err() != nil {
			l.tracker.enter(StateClosing)
			return c.Quit(ctx)
		}
		if err := l.idle(ctx, c, p); err != nil {
			return err
		}
	}
}

// idle waits for something to do; a command connection on which nothing happens is tried with NOOP, at once when the other
// connection broke.
func (l *link) idle(ctx context.Context, c *Client, p Profile) error {
	wait, probe := l.m.opts.IdleProbe, true
	if !l.tick.IsZero() && l.m.receiving.Err() == nil {
		if d := time.Until(l.tick); d < wait {
			wait, probe = d, false
		}
	}
	if d, ok := l.untilClear(p); ok && d <= wait {
		wait, probe = d, false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-l.m.outbox.Ready():
		probe = false
	case <-l.m.backlogGrown: // the next drain clears it
		probe = false
	case <-l.m.flushing.Done():
		probe = false
	case <-ctx.Done():
		return ctx.Err()
	case <-l.m.lost:
		probe = true
	case <-timer.C:
	}
	if !probe {
		return nil
	}
	if err := c.Noop(ctx); !Refused(err) {
		return err
	}
	return nil
}

// grow notes that events also came to wait for the connection that sends.
func (m *Manager) grow(n int, p Profile) {
	if m.backlog.Add(int64(n)) >= int64(p.MaxBacklog) {
		select {
		case m.backlogGrown <- struct{}{}:
		default:
		}
	}
}

// untilClear returns when to empty the peer's queue for this connection at the latest, because nobody sees what comes there.
func (l *link) untilClear(p Profile) (time.Duration, bool) {
	if l.fetches() || (l.role == roleSend && l.m.primary.isUp()) {
		return 0, false
	}
	every := blindClear
	if p.MaxBacklog >= maxBacklogOther {
		every = l.m.opts.IdleProbe
	}
	return time.Until(l.cleared.Add(every)), true
}

// clearDue reports whether the peer's queue for a connection that only sends may be long enough to do harm.
func (l *link) clearDue(p Profile) bool {
	if l.fetches() {
		return false
	}
	if l.m.backlog.Load() >= int64(p.MaxBacklog) {
		return true
	}
	d, ok := l.untilClear(p)
	return ok && d <= 0
}

// clearBacklog empties the peer's queue for this connection.
func (l *link) clearBacklog(ctx context.Context, c *Client) error {
	l.m.backlog.Store(0)
	l.cleared = time.Now()
	if err := c.Clear(ctx); !Refused(err) {
		return err
	}
	return nil
}
