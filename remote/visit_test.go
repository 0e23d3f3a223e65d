package remote

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestMaxFetchOfVisits is a limit for each visit, its linger included.
func TestMaxFetchOfVisits(t *testing.T) {
	for _, linger := range []time.Duration{0, 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			f := newStore(t, 250)
			r := newRig(t, f.dial, func(o *Options) {
				o.Schedule = &Schedule{Every: time.Minute, Mode: Visit, MaxFetch: 100, Linger: linger}
			}).start()
			for i, want := range []int{100, 200, 250, 250} {
				time.Sleep(30 * time.Second)
				if got := len(r.in.all()); got != want {
					t.Errorf("linger %v: fetched %d events after visit %d, want %d", linger, got, i+1, want)
				}
				time.Sleep(30 * time.Second)
			}
			if got, want := f.conn(1).lines("RETR"), []string{"RETR 64", "RETR 36"}; !slices.Equal(got, want) {
				t.Errorf("linger %v: asked %q on the first visit, want %q", linger, got, want)
			}
		})
	}
}

// TestVisitStates shows what a visit is doing: sending, fetching, lingering, and between two.
func TestVisitStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 1)
		f.takes = 2 * time.Second
		usual := f.answer
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if strings.HasPrefix(line, "SEND") {
				time.Sleep(1900 * time.Millisecond)
			}
			return usual(c, line)
		}
		r := newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Every: time.Minute, Mode: Visit, Linger: 10 * time.Second} })
		r.out.pushNumbered(0, 1)
		r.start()
		time.Sleep(500 * time.Millisecond)
		for i, want := range []State{
			StateSending, StateSending, StateReceiving, StateReceiving, // to 4 s
			StateReady, StateReady, StateSending, StateReady, StateReady, StateReady, StateReady, StateReady, StateReady, StateReady,
			StateReceiving, StateReceiving, // from 14 s, the end of the linger
			StateWaiting, StateWaiting,
		} {
			if got := r.link(roleSingle).State; got != want {
				t.Errorf("%s %v after the start, want %s", got, time.Duration(i)*time.Second+500*time.Millisecond, want)
			}
			if i == 5 {
				r.out.pushNumbered(1, 1) // is sent in the linger
			}
			time.Sleep(time.Second)
		}
		r.out.wantOutcomes(2, 0, 0)
		if l := r.link(roleSingle); l.Connects != 1 || l.Failures != 0 {
			t.Errorf("status %+v, want one connection without failure", l)
		}
	})
}

// TestVisitThatFails is repeated with the backoff, and at the next tick at the latest.
func TestVisitThatFails(t *testing.T) {
	const s = time.Second
	for name, schedule := range map[string]Schedule{
		"every": {Every: 10 * s},
		"cron":  {Cron: grid(10 * s)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.setRefuse(true)
				time.Sleep(10*s - 1) // so that both begin with the next nanosecond
				start := time.Now().Add(1)
				if schedule.Every > 0 {
					time.Sleep(time.Nanosecond)
				}
				schedule.Mode = Visit
				r := newRig(t, f.dial, func(o *Options) { o.Schedule, o.Backoff.Jitter = &schedule, 0 }).start()
				time.Sleep(35 * s)
				wantDialed(t, f, start, 0, s/2, 3*s/2, 7*s/2, 15*s/2, 10*s, 20*s, 30*s)
				f.setRefuse(false)
				time.Sleep(20 * s)
				if l := r.link(roleSingle); l.Connects != 2 || l.Skipped != 0 || !r.m.Status().Up {
					t.Errorf("status %+v, want visits at 40s and 50s, and no tick skipped: each was tried", l)
				}
			})
		})
	}
}

// TestVisitsFailAnew begins again with the shortest delay, as the visit between was good.
func TestVisitsFailAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		start := time.Now()
		newRig(t, f.dial, func(o *Options) { o.Schedule, o.Backoff.Jitter = &Schedule{Every: time.Hour, Mode: Visit}, 0 }).start()
		time.Sleep(2 * time.Second)
		f.setRefuse(false)
		time.Sleep(58 * time.Minute)
		f.setRefuse(true)
		time.Sleep(4 * time.Minute)
		var want []time.Duration
		for _, ms := range []int{0, 500, 1500, 3500} {
			want = append(want, time.Duration(ms)*time.Millisecond)
		}
		for _, ms := range []int{0, 500, 1500, 3500, 7500, 15500, 31500, 63500} {
			want = append(want, time.Hour+time.Duration(ms)*time.Millisecond)
		}
		wantDialed(t, f, start, want...)
	})
}

// TestVisitEndsWithoutATick though events keep coming, and no tick says when it has to be over.
func TestVisitEndsWithoutATick(t *testing.T) {
	once := cronFunc(func(at time.Time) time.Time {
		if first := time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC); at.Before(first) {
			return first
		}
		return time.Time{}
	})
	for name, schedule := range map[string]Schedule{"lazy": {Threshold: 1, Mode: Lazy}, "last tick": {Cron: once, Mode: Visit}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				var r *rig
				next := 1
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					if strings.HasPrefix(line, "SEND") {
						time.Sleep(2 * time.Second)
						r.out.pushNumbered(next, 1)
						next++
					}
					return "", false
				}
				r = newRig(t, f.dial, func(o *Options) { o.Schedule = &schedule })
				r.out.pushNumbered(0, 1)
				r.start()
				time.Sleep(visitMost + time.Minute)
				c := f.conn(1)
				if quit := c.times("QUIT"); len(quit) != 1 || quit[0].Sub(c.times("SEND")[0]) != visitMost || r.link(roleSingle).Failures != 0 {
					t.Errorf("said QUIT at %v, status %+v, want it once, %v after the start, and no failure", quit, r.link(roleSingle), visitMost)
				}
			})
		})
	}
}

// TestVisitWithRefusedLogin waits for the next tick, and never less than the longest interval.
func TestVisitWithRefusedLogin(t *testing.T) {
	const m = time.Minute
	for _, tt := range []struct {
		name     string
		schedule Schedule
		want     []time.Duration
	}{
		{"hourly", Schedule{Every: 60 * m}, []time.Duration{0, 60 * m, 120 * m}},
		{"by the clock", Schedule{Cron: grid(60 * m)}, []time.Duration{60 * m, 120 * m}},
		{"often", Schedule{Every: 10 * time.Second}, []time.Duration{0, m, 2 * m, 3 * m}},
		{"no tick left", Schedule{Cron: cronFunc(func(at time.Time) time.Time {
			if first := time.Date(2000, 1, 1, 0, 10, 0, 0, time.UTC); at.Before(first) {
				return first
			}
			return time.Time{}
		})}, []time.Duration{10 * m, 11 * m, 12 * m}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					return "-OK - Invalid password.\r\n" + markClose, strings.HasPrefix(line, "PASS")
				}
				tt.schedule.Mode = Visit
				start := time.Now()
				r := newRig(t, f.dial, func(o *Options) { o.Schedule = &tt.schedule }).start()
				time.Sleep(tt.want[len(tt.want)-1] + time.Second)
				wantDialed(t, f, start, tt.want...)
				if l := r.link(roleSingle); l.LastCause != CauseLogin || r.m.Status().Up {
					t.Errorf("status %+v, want not up, cause login", l)
				}
			})
		})
	}
}

// countingDial counts the connections that are open, and the most that were open at once.
type countingDial struct {
	dial       DialFunc
	open, most atomic.Int32
}

type countedConn struct {
	net.Conn
	close sync.Once
	open  *atomic.Int32
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.close.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

func (d *countingDial) count(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.most.Store(max(d.most.Load(), d.open.Add(1)))
	return &countedConn{Conn: conn, open: &d.open}, nil
}

// TestNeverTwoRuns has visits that take longer than their period, fail in the middle, and are called for by events beside.
func TestNeverTwoRuns(t *testing.T) {
	const s = time.Second
	for name, schedule := range map[string]Schedule{
		"visit":         {Every: 10 * s, Mode: Visit},
		"visit, jitter": {Every: 10 * s, Jitter: 10 * s, Mode: Visit},
		"clock":         {Cron: grid(10 * s), Mode: Visit},
		"lazy":          {Threshold: 1, MaxWait: s, Mode: Lazy},
		"lazy, ticks":   {Threshold: 2, Cron: grid(10 * s), Mode: Lazy},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newStore(t, 0)
				f.takes = 25 * s
				usual := f.answer
				f.answer = func(c *fakeConn, line string) (string, bool) {
					if c.n%3 == 0 && strings.HasPrefix(line, "RETR") {
						return markClose, true
					}
					return usual(c, line)
				}
				d := &countingDial{dial: f.dial}
				r := newRig(t, d.count, func(o *Options) { o.Schedule, o.Client.ReplyTimeout = &schedule, time.Minute }).start()
				for i := range 100 {
					r.out.pushNumbered(i, 1)
					time.Sleep(5 * s)
				}
				if most := d.most.Load(); most != 1 || len(f.dialed()) < 15 {
					t.Errorf("%d connections at once of %d, want 1 of at least 15", most, len(f.dialed()))
				}
				l := r.link(roleSingle)
				if ticks := schedule.Every > 0 || schedule.Cron != nil; ticks != (l.Skipped > 0) || l.Failures == 0 {
					t.Errorf("status %+v, want ticks skipped if there are any, and failures", l)
				}
			})
		})
	}
}

// TestSpread gives a thousand schedules their phases: no second has more than a hundred starts, however often they run.
func TestSpread(t *testing.T) {
	const step, n = 10 * time.Millisecond, 1000
	for name, s := range map[string]Schedule{
		"every":         {Every: time.Minute},
		"every, jitter": {Every: time.Minute, Jitter: 30 * time.Second},
		"clock":         {Cron: grid(time.Minute)},
		"clock, jitter": {Cron: grid(time.Minute), Jitter: 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(10 * time.Second) // between two ticks
				all := make([]ticks, n)
				for i := range all {
					s.Phase = time.Duration(i) * step
					if s.Cron != nil {
						all[i] = newCronTicks(&s, wallClock)
					} else {
						all[i] = newEveryTicks(s.Every, s.Jitter, time.Now().Add(s.Phase))
					}
				}
				for round := range 3 {
					var starts []time.Duration
					for i := range all {
						if round > 0 {
							if missed := all[i].next(); missed != 0 {
								t.Fatalf("round %d of schedule %d missed %d, want 0", round, i, missed)
							}
						}
						starts = append(starts, all[i].wait())
					}
					slices.Sort(starts)
					for i := range starts[:n-101] {
						if d := starts[i+101] - starts[i]; d <= time.Second {
							t.Fatalf("round %d: 102 starts within %v, want at most 101 in a second", round, d)
						}
					}
					if took := starts[n-1] - starts[0]; took > n*step+s.Jitter {
						t.Errorf("round %d: the last start %v after the first, want within %v", round, took, n*step+s.Jitter)
					}
					time.Sleep(starts[n-1])
				}
			})
		})
	}
}

// TestPhase puts off all ticks of a link by the same.
func TestPhase(t *testing.T) {
	const s = time.Second
	for name, schedule := range map[string]Schedule{
		"every": {Every: 20 * s, Phase: 7 * s},
		"clock": {Cron: grid(20 * s), Phase: 7 * s},
	} {
		for _, mode := range []ScheduleMode{Hold, Visit, Lazy} {
			t.Run(fmt.Sprint(name, mode), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t)
					start := time.Now()
					schedule.Mode = mode
					newRig(t, f.dial, func(o *Options) { o.Schedule = &schedule }).start()
					time.Sleep(50 * s)
					var fetched []time.Time
					for _, c := range f.connections() {
						fetched = append(fetched, c.times("RETR")...)
					}
					if got, want := since(start, fetched), []time.Duration{7 * s, 27 * s, 47 * s}; !slices.Equal(got, want) {
						t.Errorf("fetched at %v, want %v", got, want)
					}
				})
			})
		}
	}
}
