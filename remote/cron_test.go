package remote

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// grid is a Cron whose ticks are the multiples of a duration.
type grid time.Duration

// Next implements Cron.
func (g grid) Next(t time.Time) time.Time { return t.Truncate(time.Duration(g)).Add(time.Duration(g)) }

// cronFunc is a Cron that is a function.
type cronFunc func(t time.Time) time.Time

// Next implements Cron.
func (f cronFunc) Next(t time.Time) time.Time { return f(t) }

// setClock is a wall clock that a test sets.
type setClock struct{ offset atomic.Int64 }

func (c *setClock) now() time.Time { return wallClock().Add(time.Duration(c.offset.Load())) }

func (c *setClock) step(by time.Duration) { c.offset.Add(int64(by)) }

// look is a look at the ticks when the clock shows at.
type look struct {
	at     time.Duration
	wait   time.Duration // what is to be seen
	ended  time.Duration // where the tick is due: what the clock shows when its run is over
	missed uint64
}

func TestCronTicks(t *testing.T) {
	const h, m, year = time.Hour, time.Minute, 365 * 24 * time.Hour
	for _, tt := range []struct {
		name  string
		every time.Duration
		looks []look
	}{
		{"in time", h, []look{
			{at: 12*h + 59*m, wait: m},
			{at: 13 * h, ended: 13*h + m},
			{at: 13*h + m, wait: 59 * m},
			{at: 14*h + 3*m, wait: -3 * m, ended: 15 * h}, // the next one comes just in time
			{at: 15 * h, ended: 15*h + m},
		}},
		{"long run", h, []look{{at: 13 * h, ended: 16*h + 1, missed: 3}, {at: 16*h + 1, wait: h - 1}}},
		{"run of a week", h, []look{{at: 13 * h, ended: 181 * h, missed: 167}, {at: 181 * h}}},
		{"set forward before a tick", h, []look{{at: 12*h + 50*m, wait: 10 * m}, {at: 13 * h, ended: 13 * h}, {at: 13 * h, wait: h}}},
		{"set forward over ticks", h, []look{{at: 15*h + 30*m, wait: -150 * m, ended: 15*h + 31*m, missed: 2}, {at: 15*h + 31*m, wait: 29 * m}}},
		{"set forward by years", m, []look{{at: 30*year + 1, wait: -(30*year + 1 - 12*h - 31*m), ended: 30*year + 2, missed: 1}, {at: 30*year + 2, wait: m - 2}}},
		{"set back a little", h, []look{
			{at: 13 * h, ended: 13 * h},
			{at: 12*h + 10*m, wait: 110 * m},
			{at: 13*h + 30*m, wait: 30 * m},
			{at: 14 * h, ended: 14 * h},
		}},
		{"set back by as much as a little is", h, []look{{at: 13 * h, ended: 13 * h}, {at: 10 * h, wait: 4 * h}}},
		{"set back by more", h, []look{{at: 13 * h, ended: 13 * h}, {at: 10*h - 1, wait: 1}, {at: 10 * h, ended: 10 * h}, {at: 10 * h, wait: h}}},
		{"set back by years", h, []look{{at: 13 * h, ended: 13 * h}, {at: -30*year + 1, wait: h - 1}}},
		{"set back before the first tick", h, []look{{at: 10 * h, wait: 3 * h}, {at: h, wait: h}, {at: 2 * h, ended: 2 * h}}},
		{"set back in a run", h, []look{{at: 13 * h, ended: 12*h + 30*m}, {at: 13 * h, wait: h}}},
		{"set back far in a run", h, []look{{at: 13 * h, ended: h}, {at: h, wait: h}}},
		{"forth and back", h, []look{{at: 13*h + 30*m, wait: -30 * m, ended: 13*h + 31*m}, {at: 12*h + 31*m, wait: 89 * m}, {at: 13 * h, wait: h}}},
		{"forth and back by years", h, []look{
			{at: 30*year + 1, wait: -(30*year + 1 - 13*h), ended: 30*year + 1, missed: 1},
			{at: 12*h + 31*m, wait: 29 * m},
			{at: 13 * h, ended: 13 * h},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			midnight := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
			now := midnight.Add(12*h + 30*m)
			asked := 0
			ticks := newCronTicks(&Schedule{Cron: cronFunc(func(at time.Time) time.Time {
				asked++
				return grid(tt.every).Next(at)
			})}, func() time.Time { return now })
			for i, l := range tt.looks {
				now = midnight.Add(l.at)
				if got := ticks.wait(); got != l.wait {
					t.Errorf("look %d: wait() at %v = %v, want %v", i, l.at, got, l.wait)
				}
				if l.wait > 0 {
					continue
				}
				now = midnight.Add(l.ended)
				if missed := ticks.next(); missed != l.missed {
					t.Errorf("look %d: next() at %v missed %d, want %d", i, l.ended, missed, l.missed)
				}
			}
			if asked > 2*maxMissed {
				t.Errorf("asked for %d ticks, want few", asked)
			}
		})
	}
}

func TestCronWithoutTicks(t *testing.T) {
	for name, cron := range map[string]Cron{
		"none":  cronFunc(func(time.Time) time.Time { return time.Time{} }),
		"stuck": cronFunc(func(at time.Time) time.Time { return at }),
		"back":  cronFunc(func(at time.Time) time.Time { return at.Add(-time.Hour) }),
	} {
		t.Run(name, func(t *testing.T) {
			ticks := newCronTicks(&Schedule{Cron: cron, Jitter: time.Hour, Phase: time.Second}, wallClock)
			if !ticks.due().IsZero() || ticks.wait() != never || ticks.following() != never || ticks.period() != never {
				t.Errorf("due %v, wait %v, following %v, period %v, want none and never", ticks.due(), ticks.wait(), ticks.following(), ticks.period())
			}
		})
	}
	last := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	now := last.Add(-time.Minute)
	ticks := newCronTicks(&Schedule{Cron: cronFunc(func(at time.Time) time.Time {
		if at.Before(last) {
			return last
		}
		return time.Time{}
	})}, func() time.Time { return now })
	now = last
	if ticks.wait() != 0 || ticks.following() != never || ticks.period() != never || ticks.next() != 0 || ticks.wait() != never {
		t.Errorf("ticks are %+v after the last one, want none and none missed", ticks)
	}
}

func TestCronPhaseAndJitter(t *testing.T) {
	midnight := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	now := midnight.Add(10 * time.Second)
	s := &Schedule{Cron: grid(time.Minute), Phase: 30 * time.Second}
	ticks := newCronTicks(s, func() time.Time { return now })
	if got := ticks.wait(); got != 20*time.Second {
		t.Errorf("wait() in the phase of a tick = %v, want its rest, 20s", got)
	}
	now = midnight.Add(40 * time.Second)
	if missed := ticks.next(); missed != 0 || ticks.wait() != 50*time.Second {
		t.Errorf("wait() = %v with %d missed, want 50s to the next tick and none", ticks.wait(), missed)
	}
	s.Jitter = 20 * time.Second
	early, late := time.Minute, time.Duration(0)
	for range 1000 {
		ticks := newCronTicks(s, func() time.Time { return now })
		d := ticks.due().Sub(midnight.Add(90 * time.Second))
		early, late = min(early, d), max(late, d)
		if f := ticks.following(); f != ticks.wait() {
			t.Fatalf("following() = %v before the tick, want its %v", f, ticks.wait())
		}
	}
	if early < 0 || late >= s.Jitter || early > s.Jitter/4 || late < s.Jitter*3/4 {
		t.Errorf("1000 ticks came %v to %v late, want them spread over %v", early, late, s.Jitter)
	}
}

// TestClockIsSet sees that a link notices it while it waits, disconnected or connected.
func TestClockIsSet(t *testing.T) {
	const m = time.Minute
	for _, mode := range []ScheduleMode{Hold, Visit, Lazy} {
		t.Run(map[ScheduleMode]string{Hold: "hold", Visit: "visit", Lazy: "lazy"}[mode], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newStore(t, 0)
				start := time.Now() // a full hour
				clock := &setClock{}
				r := newRig(t, f.dial, func(o *Options) { o.Schedule, o.IdleProbe = &Schedule{Cron: grid(time.Hour), Mode: mode}, time.Hour })
				r.m.clock = clock.now
				r.start()
				time.Sleep(10*m + time.Second)
				clock.step(30 * m) // the tick comes after 30 minutes
				time.Sleep(20 * m)
				clock.step(-5 * m) // it does not come again, and the next one later
				time.Sleep(time.Hour)
				clock.step(2 * time.Hour) // that one comes now, one is missed, and the one after is 5 minutes away
				time.Sleep(5 * m)
				var fetched []time.Time
				for _, c := range f.connections() {
					fetched = append(fetched, c.times("RETR")...)
				}
				got := since(start, fetched)
				if len(got) != 3 || got[0] != 30*m || got[1] < 90*m || got[1] > 91*m+time.Second || got[2] != 95*m {
					t.Errorf("fetched at %v, want after 30m, within a minute of 1h30m1s, and after 1h35m", got)
				}
				if l := r.link(roleSingle); l.Skipped != 1 || l.Failures != 0 {
					t.Errorf("status %+v, want 1 tick skipped, no failure", l)
				}
			})
		})
	}
}

// TestCronVisit comes at the full hours, and at no start.
func TestCronVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 3)
		start := time.Now()
		r := newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Cron: grid(time.Hour), Mode: Visit} }).start()
		time.Sleep(time.Minute + time.Second)
		if s := r.m.Status(); !s.Up || s.Links[0].State != StateWaiting || !s.Links[0].Next.Equal(start.Add(time.Hour)) {
			t.Errorf("status %+v before the first visit, want up, waiting for the full hour", s)
		}
		time.Sleep(3 * time.Hour)
		want := []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour}
		if got := since(start, f.dialed()); !slices.Equal(got, want) {
			t.Errorf("connected at %v, want %v", got, want)
		}
		if got := len(r.in.all()); got != 3 {
			t.Errorf("fetched %d events, want 3", got)
		}
		f.setRefuse(true)
		time.Sleep(time.Hour)
		if s := r.m.Status(); s.Up {
			t.Errorf("status %+v while visits fail, want not up", s)
		}
	})
}

// TestLookIsAProbe: looking at the clock must not put off the probe of a connection on which nothing happens.
func TestLookIsAProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		start := time.Now()
		newRig(t, f.dial, func(o *Options) { o.Schedule, o.IdleProbe = &Schedule{Cron: grid(time.Hour)}, 10*time.Minute }).start()
		time.Sleep(10*time.Minute + time.Second)
		if got := since(start, f.conn(1).times("NOOP")); len(got) == 0 {
			t.Errorf("probed at %v, want at least once in 10m", got)
		}
	})
}

// TestClockIsSetBackInAVisit does not make the tick of the visit come again.
func TestClockIsSetBackInAVisit(t *testing.T) {
	for name, at := range map[string]time.Duration{"connecting": time.Second, "fetching": 6 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newStore(t, 0)
				f.takes = 4 * time.Second
				f.greet = func(*fakeConn) string { time.Sleep(4 * time.Second); return f.greeting }
				clock := &setClock{}
				start := time.Now()
				r := newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Cron: grid(time.Hour), Mode: Visit} })
				r.m.clock = clock.now
				r.start()
				time.Sleep(time.Hour + at)
				clock.step(-5 * time.Minute)
				time.Sleep(time.Hour + 10*time.Minute)
				wantDialed(t, f.fake, start, time.Hour, 2*time.Hour+5*time.Minute)
				if l := r.link(roleSingle); l.Skipped != 0 || l.Failures != 0 || l.Connects != 2 {
					t.Errorf("status %+v, want 2 visits, nothing skipped or failed", l)
				}
			})
		})
	}
}
