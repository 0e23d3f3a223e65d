package remote

import (
	"context"
	"time"
)

// untilGathered returns how long it is until the events that wait call for a visit of a lazy link, never if they do not, and
// when that is.
func (l *link) untilGathered() (wait time.Duration, at time.Time) {
	s := l.m.opts.Schedule
	if s.Mode != Lazy {
		return never, time.Time{}
	}
	events, oldest := l.outbox.Waiting()
	switch {
	case s.Threshold > 0 && events >= s.Threshold:
		return 0, time.Now()
	case s.MaxWait > 0 && events > 0:
		at = oldest.Add(s.MaxWait)
		return time.Until(at), at
	default:
		return never, time.Time{}
	}
}

// rest sleeps until something that awaitVisit has to know of happened, at most for d.
func (l *link) rest(ctx context.Context, d time.Duration) {
	var gathering <-chan struct{}
	if l.m.opts.Schedule.Mode == Lazy {
		gathering = l.outbox.Ready()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-gathering:
	case <-timer.C:
	case <-l.m.flushing.Done():
	case <-ctx.Done():
	}
}
