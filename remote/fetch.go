package remote

import (
	"context"
	"time"
)

// fetchBatch is how many events one RETR asks for: few enough that a small device's answer fits its buffers.
const fetchBatch = 64

// pollLoop fetches at an interval on a connection that does nothing else.
func (l *link) pollLoop(ctx context.Context, c *Client, p *Profile) error {
	for l.m.receiving.Err() == nil {
		if err := l.fetch(ctx, c, p); err != nil {
			return err
		}
		if err := l.polled(ctx, c); err != nil {
			return err
		}
		l.sleep(ctx, l.m.opts.PollEvery, l.m.receiving.Done())
	}
	return c.Quit(ctx)
}

// fetch takes events until the peer has no more or the tick's limit is reached.
func (l *link) fetch(ctx context.Context, c *Client, p *Profile) error {
	if l.m.opts.Receive == ReceiveNone {
		return nil
	}
	left := defaultMaxFetch
	if s := l.m.opts.Schedule; s != nil {
		left = s.MaxFetch
	}
	for left > 0 {
		ask := min(left, fetchBatch)
		got, err := l.take(ctx, c, p, ask)
		if err != nil || got < ask {
			return err
		}
		left -= got
	}
	return nil
}

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

// startTicks sets the first tick of a link that fetches.
func (l *link) startTicks() {
	now := time.Now()
	switch s := l.m.opts.Schedule; {
	case l.m.opts.Receive == ReceiveNone && (s == nil || s.Mode != Visit):
	case s != nil:
		l.ticks, l.tick = newTicks(s.Every, s.Jitter, now)
	default:
		l.ticks, l.tick = newTicks(l.m.opts.PollEvery, 0, now)
	}
}

// nextTick moves to the next tick and counts those that were missed.
func (l *link) nextTick() {
	var missed uint64
	l.tick, missed = l.ticks.next(time.Now())
	if missed == 0 || l.m.opts.Schedule == nil {
		return
	}
	l.tracker.skipped(missed)
	l.m.counts.skipped.Add(missed)
	l.logger.Warn("schedule tick missed, the run before took too long", "missed", missed)
}

func (l *link) fetchDue() bool {
	if l.tick.IsZero() || l.m.receiving.Err() != nil {
		// A visit still has to end, which fetching does.
		return l.visits() && l.m.flushing.Err() == nil
	}
	return l.visits() || !time.Now().Before(l.tick)
}

// endVisit stays for the linger, sends and fetches what came in it, and says goodbye.
func (l *link) endVisit(ctx context.Context, c *Client, p *Profile, s *sender, stop func() bool) error {
	if linger := l.m.opts.Schedule.Linger; linger > 0 {
		l.sleep(ctx, linger, l.m.flushing.Done())
		if err := s.drain(ctx, stop); err != nil {
			return err
		}
		if err := l.fetch(ctx, c, p); err != nil {
			return err
		}
	}
	if err := l.polled(ctx, c); err != nil {
		return err
	}
	l.nextTick()
	l.delays.Reset()
	l.enter(StateClosing)
	return c.Quit(ctx)
}
