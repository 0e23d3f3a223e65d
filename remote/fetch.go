package remote

import (
	"context"
	"time"
)

// fetchBatch is how many events one RETR asks for: few enough that a small device's answer fits its buffers.
const fetchBatch = 64

// pollLoop fetches at an interval on a connection that does nothing else.
func (l *link) pollLoop(ctx context.Context, c *Client, p *Profile) error {
	for l.m.receiving.Err() == nil && !l.astray() {
		if err := l.fetch(ctx, c, p); err != nil {
			return err
		}
		if err := l.polled(ctx, c); err != nil {
			return err
		}
		l.doze(ctx)
	}
	if err := c.Quit(ctx); err != nil {
		return err
	}
	return l.parted()
}

// doze waits until the next fetch, or until the link is to look around.
func (l *link) doze(ctx context.Context) {
	timer := time.NewTimer(l.m.opts.PollEvery)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.wake:
	case <-l.m.receiving.Done():
	case <-ctx.Done():
	}
}

// fetch takes events until the peer has no more or the tick's limit is reached.
func (l *link) fetch(ctx context.Context, c *Client, p *Profile) error {
	if l.m.opts.Receive == ReceiveNone {
		return nil
	}
	most := defaultMaxFetch
	if s := l.m.opts.Schedule; s != nil {
		most = s.MaxFetch
	}
	_, err := l.fetchUpTo(ctx, c, p, most)
	return err
}

// fetchUpTo takes at most so many events, and returns how many it took.
func (l *link) fetchUpTo(ctx context.Context, c *Client, p *Profile, most int) (taken int, err error) {
	for taken < most {
		ask := min(most-taken, fetchBatch)
		got, err := l.take(ctx, c, p, ask)
		taken += got
		if err != nil || got < ask {
			return taken, err
		}
	}
	return taken, nil
}

// takes reports whether events are still to be taken.
func (l *link) takes() bool { return l.m.opts.Receive != ReceiveNone && l.m.receiving.Err() == nil }

// take fetches once, unless no more events are to be taken. What came before an error is delivered too: the peer has
// forgotten it.
func (l *link) take(ctx context.Context, c *Client, p *Profile, ask int) (got int, err error) {
	l.m.taking <- struct{}{}
	defer func() { <-l.m.taking }()
	if l.m.receiving.Err() != nil {
		return 0, nil
	}
	err = c.Retrieve(ctx, ask, &l.batch)
	l.deliver(ctx, p)
	return len(l.batch.Rows) + l.batch.Malformed, err
}

// startTicks begins the ticks of a link that has any.
func (l *link) startTicks() {
	now := time.Now()
	switch s := l.m.opts.Schedule; {
	case l.m.opts.Receive == ReceiveNone && !l.visits():
	case s == nil:
		l.ticks = newEveryTicks(l.m.opts.PollEvery, 0, now)
	case s.Cron != nil:
		l.ticks = newCronTicks(s, l.m.clock)
	case s.Every > 0:
		l.ticks = newEveryTicks(s.Every, s.Jitter, now.Add(s.Phase))
	}
}

// nextTick ends the present tick and counts those that were missed.
func (l *link) nextTick() {
	missed := l.ticks.next()
	if missed == 0 || l.m.opts.Schedule == nil {
		return
	}
	l.tracker.skipped(missed)
	l.m.counts.skipped.Add(missed)
	l.logger.Warn("schedule ticks missed", "missed", missed)
}

// tickBegins notes how late the run of a tick is.
func (l *link) tickBegins() {
	if l.m.opts.Schedule != nil {
		l.m.counts.lateness.Observe(-l.ticks.wait(), 1)
	}
}

// tickDue reports whether it is time for the present tick.
func (l *link) tickDue() bool { return l.ticks != nil && l.ticks.wait() <= 0 }

// fetchDue is tickDue while events are to be taken.
func (l *link) fetchDue() bool { return l.m.receiving.Err() == nil && l.tickDue() }
