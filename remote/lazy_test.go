package remote

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// lazyRig has a link that connects on demand, and no jitter in its backoff.
func lazyRig(t *testing.T, f *fake, s Schedule) *rig {
	t.Helper()
	s.Mode = Lazy
	return newRig(t, f.dial, func(o *Options) { o.Schedule, o.Backoff.Jitter = &s, 0 })
}

func wantDialed(t *testing.T, f *fake, start time.Time, want ...time.Duration) {
	t.Helper()
	if got := since(start, f.dialed()); !slices.Equal(got, want) {
		t.Errorf("dialed at %v, want %v", got, want)
	}
}

func TestLazy(t *testing.T) {
	const m = time.Minute
	for _, tt := range []struct {
		name string
		s    Schedule
		push map[time.Duration]int // events that come, by time
		want []time.Duration       // visits
		left int
	}{
		{"nothing to do", Schedule{Threshold: 1, MaxWait: m}, nil, nil, 0},
		{"threshold of one", Schedule{Threshold: 1}, map[time.Duration]int{m: 1, 3 * m: 2}, []time.Duration{m, 3 * m}, 0},
		{"threshold", Schedule{Threshold: 3}, map[time.Duration]int{m: 2, 30 * m: 1, 40 * m: 2}, []time.Duration{30 * m}, 2},
		{"max wait", Schedule{MaxWait: 5 * m}, map[time.Duration]int{m: 1, 5 * m: 5, 10 * m: 1}, []time.Duration{6 * m, 15 * m}, 0},
		{"threshold before max wait", Schedule{Threshold: 2, MaxWait: 5 * m}, map[time.Duration]int{m: 1, 2 * m: 1}, []time.Duration{2 * m}, 0},
		{"max wait before threshold", Schedule{Threshold: 2, MaxWait: 5 * m}, map[time.Duration]int{m: 1, 7 * m: 1}, []time.Duration{6 * m, 12 * m}, 0},
		{"ticks too", Schedule{Threshold: 2, Every: 30 * m}, map[time.Duration]int{10 * m: 2, 40 * m: 1}, []time.Duration{0, 10 * m, 30 * m, 60 * m}, 0},
		{"clock ticks too", Schedule{MaxWait: 20 * m, Cron: grid(30 * m)}, map[time.Duration]int{5 * m: 1, 20 * m: 1}, []time.Duration{25 * m, 30 * m, 60 * m}, 0},
		{"ticks only", Schedule{Every: 30 * m}, map[time.Duration]int{m: 100}, []time.Duration{0, 30 * m, 60 * m}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newStore(t, 0)
				start := time.Now()
				r := lazyRig(t, f.fake, tt.s).start()
				pushed := 0
				for at := time.Duration(0); at < 65*m; at += m {
					r.out.pushNumbered(pushed, tt.push[at])
					pushed += tt.push[at]
					time.Sleep(m)
				}
				wantDialed(t, f.fake, start, tt.want...)
				r.out.wantOutcomes(pushed-tt.left, 0, tt.left)
				for _, c := range f.connections() {
					if len(c.lines("QUIT")) != 1 || len(c.lines("RETR")) != 1 || !c.isGone() {
						t.Errorf("connection %d fetched %d times and said QUIT %d times, want once each", c.n, len(c.lines("RETR")), len(c.lines("QUIT")))
					}
				}
				if l := r.link(roleSingle); !r.m.Status().Up || l.State != StateWaiting || l.Failures != 0 || l.Skipped != 0 {
					t.Errorf("status %+v, want waiting, counted as up, nothing failed or skipped", l)
				}
			})
		})
	}
}

// TestLazyVisit does all that a visit does.
func TestLazyVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 7)
		r := lazyRig(t, f.fake, Schedule{MaxWait: time.Minute, Commands: []string{"X1"}, MaxFetch: 5, Linger: 10 * time.Second}).start()
		r.out.pushNumbered(0, 2)
		start := time.Now()
		time.Sleep(time.Second)
		if next := r.link(roleSingle).Next; !next.Equal(start.Add(time.Minute)) {
			t.Errorf("waits until %v, want until the event is a minute old", next.Sub(start))
		}
		time.Sleep(time.Minute + time.Second)
		if got := len(r.in.all()); got != 5 || r.link(roleSingle).State != StateReady {
			t.Errorf("fetched %d events, status %+v, want the 5 of MaxFetch, ready", got, r.link(roleSingle))
		}
		r.out.pushNumbered(2, 1)
		time.Sleep(20 * time.Second)
		r.out.wantOutcomes(3, 0, 0)
		c := f.conn(1)
		if got := since(start, c.times("QUIT")); !slices.Equal(got, []time.Duration{70 * time.Second}) || len(c.lines("X1")) != 1 {
			t.Errorf("said X1 %d times and QUIT at %v, want once, and after a minute and the linger", len(c.lines("X1")), got)
		}
	})
}

// TestLazyThatFails tries again with the backoff while something is due, and only then.
func TestLazyThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		r := lazyRig(t, f, Schedule{Threshold: 2, MaxWait: time.Hour}).start()
		r.out.pushNumbered(0, 2)
		start := time.Now()
		time.Sleep(9 * time.Second)
		want := []time.Duration{0, 500 * time.Millisecond, 1500 * time.Millisecond, 3500 * time.Millisecond, 7500 * time.Millisecond}
		wantDialed(t, f, start, want...)
		if r.m.Status().Up {
			t.Error("status is up while a visit fails, want not up")
		}
		r.out.drop(1)
		time.Sleep(50 * time.Minute)
		wantDialed(t, f, start, want...)
		f.setRefuse(false)
		time.Sleep(10 * time.Minute) // the event that is left is an hour old by now
		wantDialed(t, f, start, append(want, time.Hour)...)
		r.out.wantOutcomes(1, 0, 0)
		if !r.m.Status().Up {
			t.Errorf("status %+v after a visit, want up", r.link(roleSingle))
		}
	})
}

// TestLazyKeepsWhatABrokenVisitHeld counts events that came back from a broken connection again.
func TestLazyKeepsWhatABrokenVisitHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			return markClose, c.n == 1 && strings.HasPrefix(line, "SEND")
		}
		r := lazyRig(t, f, Schedule{Threshold: 3}).start()
		r.out.pushNumbered(0, 3)
		start := time.Now()
		time.Sleep(time.Minute)
		wantDialed(t, f, start, 0, 500*time.Millisecond)
		r.out.wantOutcomes(3, 0, 0)
		if l := r.link(roleSingle); l.Failures != 1 || l.LastCause != CauseClosed {
			t.Errorf("status %+v, want one failure, closed", l)
		}
	})
}

// TestLazyRefusedLogin waits the longest interval, as there is no tick to wait for.
func TestLazyRefusedLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - Invalid password.\r\n" + markClose, strings.HasPrefix(line, "PASS")
		}
		r := lazyRig(t, f, Schedule{Threshold: 1}).start()
		r.out.pushNumbered(0, 1)
		start := time.Now()
		time.Sleep(2*time.Minute + time.Second)
		wantDialed(t, f, start, 0, time.Minute, 2*time.Minute)
	})
}

// TestLazyStop delivers what waits, also below the threshold, and dials for nothing else.
func TestLazyStop(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			r := lazyRig(t, f, Schedule{Threshold: 100, MaxWait: 24 * time.Hour}).start()
			time.Sleep(time.Minute)
			r.out.pushNumbered(0, n)
			time.Sleep(time.Minute)
			r.m.Flush()
			wantClosed(t, "end of Run", r.done, 0)
			r.out.wantOutcomes(n, 0, 0)
			if got, want := len(f.dialed()), min(n, 1); got != want {
				t.Errorf("dialed %d times for %d events, want %d", got, n, want)
			}
		})
	}
	t.Run("of receiving", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newStore(t, 5)
			r := lazyRig(t, f.fake, Schedule{Threshold: 2}).start()
			r.m.StopReceiving()
			wantClosed(t, "Received", r.m.Received(), 0)
			r.out.pushNumbered(0, 2)
			time.Sleep(time.Minute)
			r.out.wantOutcomes(2, 0, 0)
			if got := len(r.in.all()) + len(f.all("RETR")); got != 0 || len(f.all("QUIT")) != 1 {
				t.Errorf("fetched after the stop of receiving %d times, said QUIT %d times, want 0 and 1", got, len(f.all("QUIT")))
			}
		})
	})
	t.Run("hard", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := lazyRig(t, newFake(t), Schedule{Threshold: 2}).start()
			r.out.pushNumbered(0, 1)
			wantEndsAtOnce(t, r)
			r.out.wantOutcomes(0, 0, 1)
		})
	})
}

// TestTickInALazyVisit is served by that visit, whose reason was another.
func TestTickInALazyVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 0)
		f.takes = 4 * time.Second
		start := time.Now()
		r := lazyRig(t, f.fake, Schedule{Threshold: 1, Every: 10 * time.Minute}).start()
		time.Sleep(10*time.Minute - time.Second)
		r.out.pushNumbered(0, 1)
		time.Sleep(11 * time.Minute)
		wantDialed(t, f.fake, start, 0, 10*time.Minute-time.Second, 20*time.Minute)
		if l := r.link(roleSingle); l.Skipped != 0 {
			t.Errorf("status %+v, want no tick skipped", l)
		}
	})
}

// TestLazyNoticesAtOnce does not wait for its next look at the clock.
func TestLazyNoticesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		start := time.Now()
		r := lazyRig(t, f, Schedule{Threshold: 2, MaxWait: 15 * time.Second}).start()
		time.Sleep(time.Second)
		r.out.pushNumbered(0, 2)
		time.Sleep(time.Second)
		r.out.pushNumbered(2, 1)
		time.Sleep(20 * time.Second)
		wantDialed(t, f, start, time.Second, 17*time.Second)
	})
}
