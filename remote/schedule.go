package remote

import (
	"math/rand/v2"
	"time"
)

// defaultMaxFetch is the most events that one tick fetches if the schedule does not say.
const defaultMaxFetch = 10_000

// ticks gives the times of a schedule: a fixed rhythm from the start, each tick up to jitter late. Times carry the monotonic
// clock, so that a step of the wall clock changes nothing.
type ticks struct {
	every, jitter time.Duration
	base          time.Time // the last tick, without its jitter
}

// newTicks starts with a tick at once, within the jitter, so that many remotes do not start in the same second.
func newTicks(every, jitter time.Duration, now time.Time) (t *ticks, first time.Time) {
	t = &ticks{every: every, jitter: jitter, base: now}
	return t, now.Add(t.delay())
}

// next returns the first tick that is not over at now, and how many were missed because now is late.
func (t *ticks) next(now time.Time) (at time.Time, missed uint64) {
	t.base = t.base.Add(t.every)
	// Ticks that are over however late they would have come are passed over in one step, the rest one by one.
	if late := now.Sub(t.base.Add(t.jitter)); late > 0 {
		over := late + t.every - 1
		over -= over % t.every
		t.base = t.base.Add(over)
		missed = uint64(over / t.every)
	}
	for at = t.base.Add(t.delay()); at.Before(now); at = t.base.Add(t.delay()) {
		t.base = t.base.Add(t.every)
		missed++
	}
	return at, missed
}

func (t *ticks) delay() time.Duration {
	if t.jitter <= 0 {
		return 0
	}
	return rand.N(t.jitter)
}
