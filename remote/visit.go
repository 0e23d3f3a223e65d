package remote

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// visitMost is how long a visit may send, where no tick says when it has to be over: a peer that takes events as slowly as they
// come would hold it for ever.
const visitMost = time.Hour

// maxReplyLogged is how much of the reply to a command is logged.
const maxReplyLogged = 400

// visits reports whether the link connects only when there is something to do.
func (l *link) visits() bool {
	return l.m.opts.Schedule != nil && l.m.opts.Schedule.Mode != Hold
}

// resting reports whether a link without a connection is as it should be: it waits for its next visit, and the last one did
// not fail. The first visit of a schedule by the clock or on demand may be a day away.
func (l *link) resting(s LinkStatus) bool {
	if !l.visits() || s.Failing {
		return false
	}
	early := l.m.opts.Schedule.Every > 0 && l.m.opts.Schedule.Mode == Visit
	return !s.CameUp.IsZero() || !early && s.State != StateStopped
}

// awaitVisit waits until the next visit is due, or the soft stop. It looks at the wall clock now and then, which may be set
// while it sleeps.
func (l *link) awaitVisit(ctx context.Context) {
	for {
		wait, next := l.untilVisit()
		l.waitUntil(next, CauseNone)
		if wait <= 0 || l.m.flushing.Err() != nil || ctx.Err() != nil {
			return
		}
		l.rest(ctx, min(wait, lookEvery))
	}
}

// untilVisit returns how long it is until the next visit, never if nothing calls for one, and when that is.
func (l *link) untilVisit() (wait time.Duration, next time.Time) {
	wait = never
	if l.ticks != nil {
		wait, next = l.ticks.wait(), l.ticks.due()
	}
	if d, at := l.untilGathered(); d < wait {
		wait, next = d, at
	}
	return wait, next
}

// fitRetry fits the pause after a failure into the schedule: a visit is repeated within its period, and given up for the next tick.
// Repeating a refused login before that is no use.
func (l *link) fitRetry(wait time.Duration, cause Cause) time.Duration {
	if !l.visits() || l.ticks == nil {
		return wait
	}
	next := l.ticks.following()
	if next == never || cause != CauseLogin && wait < next {
		return wait
	}
	if l.tickDue() {
		l.nextTick()
		next = l.ticks.wait()
	}
	if cause == CauseLogin {
		return max(wait, next)
	}
	return next
}

// visit is the work on a connection that is not kept: run the commands, send what waits, fetch, stay for the linger, and say
// goodbye.
func (l *link) visit(ctx context.Context, c *Client, p *Profile) error {
	v := visit{link: l, c: c, p: p, sender: newSender(l, c, p), left: l.m.opts.Schedule.MaxFetch}
	defer v.sender.release()
	// A lazy link may be here for its events, before the tick. The clock may be set back while the visit lasts.
	onTick := l.m.opts.Schedule.Mode == Visit || l.tickDue()
	if l.tickDue() {
		l.tickBegins()
	}
	v.end = time.Now().Add(visitMost)
	if l.ticks != nil {
		if period := l.ticks.period(); period != never {
			v.end = time.Now().Add(period)
		}
	}
	if err := v.steps(ctx); err != nil {
		return err
	}
	if err := l.polled(ctx, c); err != nil {
		return err
	}
	if onTick || l.tickDue() {
		l.nextTick()
	}
	l.delays.Reset()
	l.enter(StateClosing)
	return c.Quit(ctx)
}

// visit is one connection that is not kept.
type visit struct {
	*link
	c      *Client
	p      *Profile
	sender *sender
	left   int       // events that may still be fetched
	end    time.Time // when to stop sending, though events wait
}

func (v *visit) steps(ctx context.Context) error {
	if err := v.command(ctx); err != nil {
		return err
	}
	if err := v.exchange(ctx); err != nil {
		return err
	}
	if v.m.opts.Schedule.Linger == 0 || v.over() {
		return nil
	}
	return v.linger(ctx)
}

func (v *visit) over() bool { return !time.Now().Before(v.end) }

// exchange sends what waits and fetches what the peer has.
func (v *visit) exchange(ctx context.Context) error {
	if err := v.sender.drain(ctx, v.over); err != nil {
		return err
	}
	if !v.takes() {
		return nil
	}
	v.enter(StateReceiving)
	got, err := v.fetchUpTo(ctx, v.c, v.p, v.left)
	v.left -= got
	return err
}

// linger sends what comes meanwhile, and at its end fetches what the peer got meanwhile.
func (v *visit) linger(ctx context.Context) error {
	timer := time.NewTimer(v.m.opts.Schedule.Linger)
	defer timer.Stop()
	for {
		v.enter(StateReady)
		select {
		case <-v.outbox.Ready():
			if err := v.sender.drain(ctx, v.over); err != nil {
				return err
			}
		case <-timer.C:
			return v.exchange(ctx)
		case <-v.m.flushing.Done():
			return v.exchange(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// command runs the commands of the schedule.
func (v *visit) command(ctx context.Context) error {
	for i, line := range v.m.opts.Schedule.Commands {
		verb, err := rawVerb(line)
		if err != nil {
			return fmt.Errorf("command %d: %w", i+1, err)
		}
		reply, err := v.c.Raw(ctx, line)
		if err != nil {
			return fmt.Errorf("command %d: %w", i+1, err)
		}
		v.report(verb, reply)
	}
	return nil
}

// report logs the reply to a command. It names the verb only, as there may be a secret behind it.
func (v *visit) report(verb linkwire.Verb, reply Reply) {
	if v.logger.IsDebug() {
		text := v.c.masked(strings.Join(append(reply.Lines, reply.Text), "; "))
		v.logger.Debug("command answered", "command", verb, "ok", reply.OK, "reply", fmt.Sprintf("%.*q", maxReplyLogged, text))
	}
	if reply.OK {
		return
	}
	if ok, held := v.m.allow(&v.m.commands, 1); ok {
		v.logger.Warn("remote refused a command of the schedule", "error", &CommandError{Verb: verb, Text: v.c.masked(reply.Text)}, "more", held)
	}
}
