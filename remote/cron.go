package remote

import "time"

// Cron tells the ticks of a schedule by the wall clock. The parsers of cron expressions return such.
type Cron interface {
	// Next returns the first tick after t, or the zero time if there is none. What becomes of a tick in the hour that summer
	// time skips or repeats is for it to say; the link fires at each instant that it names.
	Next(t time.Time) time.Time
}

const (
	// lookEvery is how often a link that waits looks at the wall clock, which may be set while it sleeps.
	lookEvery = time.Minute
	// clockBack is how far the wall clock may be set back without a tick coming twice. A clock that was wrong by more than that
	// says nothing about the ticks that came by it. Summer time, which is no step of the clock but often set as one, is 1 h.
	clockBack = 3 * time.Hour
	// maxMissed is how many ticks are counted one by one; where there are more, the clock was set and not the run long. It is
	// clockBack with a tick a minute.
	maxMissed = 180
)

// cronTicks are ticks by the wall clock. A clock that is set back a little makes no tick come twice, one that is set forward
// lets the present tick come, and those that were jumped over are missed.
type cronTicks struct {
	cron          Cron
	jitter, phase time.Duration
	clock         func() time.Time // the wall clock, without a monotonic reading
	last          time.Time        // the tick before base, or where the search began: base is the first after it
	base, at      time.Time        // the present tick without phase and jitter, and with them; zero if there is none
}

// wallClock reads the time of day without the monotonic reading, which does not know when the clock was set.
func wallClock() time.Time { return time.Now().Round(0) }

func newCronTicks(s *Schedule, clock func() time.Time) *cronTicks {
	t := &cronTicks{cron: s.Cron, jitter: s.Jitter, phase: s.Phase, clock: clock}
	t.begin(t.clock())
	return t
}

// begin makes the first tick that is not over at now the present one.
func (t *cronTicks) begin(now time.Time) {
	t.last = now.Add(-t.phase)
	t.base = t.after(t.last)
	t.at = t.delayed(t.base)
}

// after returns the first tick after from, or zero.
func (t *cronTicks) after(from time.Time) time.Time {
	if from.IsZero() {
		return from
	}
	at := t.cron.Next(from).Round(0)
	if !at.After(from) { // would come again and again
		return time.Time{}
	}
	return at
}

// delayed returns when a tick comes with its phase and jitter.
func (t *cronTicks) delayed(base time.Time) time.Time {
	if base.IsZero() {
		return base
	}
	return base.Add(t.phase + delay(t.jitter))
}

func (t *cronTicks) due() time.Time { return t.at }

func (t *cronTicks) wait() time.Duration {
	now := t.clock()
	if now.Before(t.last.Add(-clockBack)) {
		t.begin(now)
	}
	return until(t.at, now)
}

func (t *cronTicks) next() (missed uint64) {
	now := t.clock()
	for {
		t.last, t.base = t.base, t.after(t.base)
		if t.at = t.delayed(t.base); t.base.IsZero() || !t.at.Before(now) {
			return missed
		}
		if missed++; missed > maxMissed {
			t.begin(now)
			return 1
		}
	}
}

func (t *cronTicks) following() time.Duration {
	now := t.clock()
	if t.at.After(now) {
		return t.at.Sub(now)
	}
	return until(t.delayed(t.after(now.Add(-t.phase))), now)
}

func (t *cronTicks) period() time.Duration { return until(t.after(t.base), t.base) }

// until returns the time from now to a tick, or never where there is none.
func until(at, now time.Time) time.Duration {
	if at.IsZero() {
		return never
	}
	return at.Sub(now)
}
