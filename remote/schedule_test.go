package remote

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		now    []time.Duration // when the run of each tick ended
		want   []time.Duration // the ticks that follow
		missed []uint64
	}{
		{"in time", []time.Duration{0, 10 * time.Second, 29 * time.Second}, []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second}, []uint64{0, 0, 0}},
		{"just in time", []time.Duration{10 * time.Second}, []time.Duration{10 * time.Second}, []uint64{0}},
		{"late", []time.Duration{10*time.Second + 1}, []time.Duration{20 * time.Second}, []uint64{1}},
		{"very late", []time.Duration{35 * time.Second, 41 * time.Second}, []time.Duration{40 * time.Second, 50 * time.Second}, []uint64{3, 0}},
		{"days late", []time.Duration{72*time.Hour + time.Second}, []time.Duration{72*time.Hour + 10*time.Second}, []uint64{25920}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ticks := newEveryTicks(10*time.Second, 0, start)
				if first := ticks.due(); !first.Equal(start) || ticks.wait() > 0 {
					t.Errorf("first tick %v after the start, want at once", first.Sub(start))
				}
				for i, now := range tt.now {
					time.Sleep(time.Until(start.Add(now)))
					missed := ticks.next()
					if got := ticks.due().Sub(start); got != tt.want[i] || missed != tt.missed[i] {
						t.Errorf("next() at %v = %v with %d missed, want %v with %d", now, got, missed, tt.want[i], tt.missed[i])
					}
					if wait, want := ticks.wait(), tt.want[i]-now; wait != want {
						t.Errorf("wait() at %v = %v, want %v", now, wait, want)
					}
				}
			})
		})
	}
}

// TestTicksWithJitter checks what holds for every random delay: a tick lies within its jitter, and counts as missed only if
// it is over.
func TestTicksWithJitter(t *testing.T) {
	const every, jitter = 10 * time.Second, 8 * time.Second
	synctest.Test(t, func(t *testing.T) {
		early, late := every, time.Duration(0)
		for range 200 {
			start := time.Now()
			ticks := newEveryTicks(every, jitter, start)
			if d := ticks.wait(); d < 0 || d >= jitter {
				t.Fatalf("first tick %v after the start, want 0 to %v", d, jitter)
			}
			n := 0
			for i, took := range []time.Duration{0, every / 2, every, 3 * every, every / 3} {
				time.Sleep(ticks.wait() + took)
				missed := ticks.next()
				n += 1 + int(missed)
				d, wait := ticks.due().Sub(start.Add(time.Duration(n)*every)), ticks.wait()
				if d < 0 || d >= jitter || wait < 0 {
					t.Fatalf("tick %d is %v after its time and %v after the run before, want 0 to %v and not before it", i, d, wait, jitter)
				}
				if took == 0 && missed > 0 {
					t.Fatalf("tick %d missed %d after a run of no time, want 0", i, missed)
				}
				early, late = min(early, d), max(late, d)
			}
		}
		if early > jitter/4 || late < jitter*3/4 {
			t.Errorf("1000 ticks came %v to %v late, want them spread over %v", early, late, jitter)
		}
		ticks := newEveryTicks(every, jitter, time.Now())
		time.Sleep(every + 1)
		if missed := ticks.next(); missed != 0 {
			t.Error("a tick that may still come within its jitter was missed, want it to come")
		}
	})
}

// store is a fake that holds events to be fetched.
type store struct {
	*fake
	mu    sync.Mutex // guards what follows
	takes time.Duration
	left  int
}

func newStore(t *testing.T, n int) *store {
	t.Helper()
	s := &store{fake: newFake(t), left: n}
	s.answer = func(_ *fakeConn, line string) (string, bool) {
		count, ok := strings.CutPrefix(line, "RETR ")
		if !ok {
			return "", false
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		time.Sleep(s.takes)
		var ask int
		_, _ = fmt.Sscan(count, &ask)
		n := min(ask, s.left)
		s.left -= n
		text := strings.Repeat("0,10,6,0,,,-,1\r\n", n)
		if n < ask {
			return text + "-OK - No event(s) available\r\n", true
		}
		return text + "+OK - Success.\r\n", true
	}
	return s
}

func (s *store) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left += n
}

// since returns times as distances from start.
func since(start time.Time, times []time.Time) []time.Duration {
	var out []time.Duration
	for _, at := range times {
		out = append(out, at.Sub(start))
	}
	return out
}

func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 150)
		start := time.Now()
		r := newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Every: 10 * time.Second, MaxFetch: 100} }).start()
		time.Sleep(time.Second)
		if got := len(r.in.all()); got != 100 {
			t.Errorf("fetched %d events at the first tick, want the 100 of MaxFetch", got)
		}
		r.out.pushNumbered(0, 3) // is sent at once
		synctest.Wait()
		r.out.wantOutcomes(3, 0, 0)
		time.Sleep(24 * time.Second)
		if got := len(r.in.all()); got != 150 {
			t.Errorf("fetched %d events, want 150", got)
		}
		c := f.conn(1)
		want := []time.Duration{0, 0, 10 * time.Second, 20 * time.Second}
		if got := since(start, c.times("RETR")); !slices.Equal(got, want) {
			t.Errorf("fetched at %v, want %v", got, want)
		}
		if got := c.lines("RETR"); got[0] != "RETR 64" || got[1] != "RETR 36" {
			t.Errorf("asked %q, want 64 and the 36 that MaxFetch left", got[:2])
		}
		if l := r.link(roleSingle); l.State != StateReady || l.Connects != 1 || l.Skipped != 0 || !l.Next.Equal(start.Add(30*time.Second)) {
			t.Errorf("status %+v, want ready on its first connection, nothing skipped, the next tick after 30 s", l)
		}
	})
}

// TestMissedTicks has a fetch that takes longer than the schedule allows.
func TestMissedTicks(t *testing.T) {
	for _, mode := range []ScheduleMode{Hold, Visit} {
		t.Run(map[ScheduleMode]string{Hold: "hold", Visit: "visit"}[mode], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newStore(t, 0)
				f.takes = 25 * time.Second
				start := time.Now()
				r := newRig(t, f.dial, func(o *Options) {
					o.Schedule, o.Client.ReplyTimeout = &Schedule{Every: 10 * time.Second, Mode: mode}, time.Minute
				}).start()
				time.Sleep(80 * time.Second)
				var fetched []time.Time
				for _, c := range f.connections() {
					fetched = append(fetched, c.times("RETR")...)
				}
				want := []time.Duration{0, 30 * time.Second, 60 * time.Second}
				if got := since(start, fetched); !slices.Equal(got, want) {
					t.Errorf("fetched at %v, want %v: one run after the other", got, want)
				}
				if l := r.link(roleSingle); l.Skipped != 4 {
					t.Errorf("skipped %d ticks, want 4", l.Skipped)
				}
				got := r.log.find(t, "schedule ticks missed")
				if len(got) != 2 || got[0]["missed"] != 2.0 {
					t.Errorf("logged %v, want 2 lines with 2 missed each", got)
				}
			})
		})
	}
}

func TestVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 5)
		start := time.Now()
		r := newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Every: time.Minute, Mode: Visit, Linger: 3 * time.Second} })
		r.out.pushNumbered(0, 4)
		r.start()
		time.Sleep(time.Second) // in the linger
		r.out.wantOutcomes(4, 0, 0)
		if got, s := len(r.in.all()), r.m.Status(); got != 5 || !s.Up || !s.Links[0].State.Up() {
			t.Errorf("fetched %d events, status %+v, want 5, up", got, s)
		}
		f.add(2)
		r.out.pushNumbered(4, 1)
		time.Sleep(3 * time.Second)
		r.out.wantOutcomes(5, 0, 0)
		l := r.link(roleSingle)
		if got := len(r.in.all()); got != 7 || l.State != StateWaiting || !l.Next.Equal(start.Add(time.Minute)) || !r.m.Status().Up {
			t.Errorf("fetched %d events, status %+v, want 7, waiting for the next minute, up", got, l)
		}
		if c := f.conn(1); !c.isGone() || len(c.lines("QUIT")) != 1 {
			t.Error("connection is open between visits, want it closed with QUIT")
		}
		r.out.pushNumbered(5, 1) // waits for the next visit
		time.Sleep(50 * time.Second)
		r.out.wantOutcomes(5, 0, 1)
		time.Sleep(150 * time.Second)
		r.out.wantOutcomes(6, 0, 0)
		want := []time.Duration{0, time.Minute, 2 * time.Minute, 3 * time.Minute}
		if got := since(start, f.dialed()); !slices.Equal(got, want) {
			t.Errorf("connected at %v, want %v", got, want)
		}
		if l := r.link(roleSingle); l.Connects != 4 || l.Failures != 0 || l.Skipped != 0 {
			t.Errorf("status %+v, want 4 connections without failure", l)
		}
	})
}

// TestVisitEndsUnderLoad leaves when the time of the visit is over, though events keep coming, or the peer stays full.
func TestVisitEndsUnderLoad(t *testing.T) {
	t.Run("events keep coming", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			var r *rig
			next := 1
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				if strings.HasPrefix(line, "SEND") {
					time.Sleep(10 * time.Millisecond)
					r.out.pushNumbered(next, 1)
					next++
				}
				return "", false
			}
			r = newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Every: 10 * time.Second, Mode: Visit, Linger: time.Second} })
			r.out.pushNumbered(0, 1)
			r.start()
			time.Sleep(65 * time.Second)
			if got := len(f.connections()); got < 3 || r.link(roleSingle).Failures != 0 {
				t.Errorf("%d visits in 65s, status %+v, want at least 3 without failure", got, r.link(roleSingle))
			}
			if got := len(f.all("RETR")); got < 3 {
				t.Errorf("fetched %d times, want at least once in each visit", got)
			}
		})
	})
	t.Run("the peer stays full", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.answer = func(_ *fakeConn, line string) (string, bool) { return bufferFull, strings.HasPrefix(line, "SEND") }
			r := newRig(t, f.dial, func(o *Options) { o.Schedule = &Schedule{Every: 10 * time.Second, Mode: Visit} })
			r.out.pushNumbered(0, 2)
			r.start()
			time.Sleep(12 * time.Second)
			if l := r.link(roleSingle); l.Failures != 1 || l.LastCause != CauseRefused || !strings.Contains(l.LastError, "Buffer Full") {
				t.Errorf("status %+v, want a failure that tells of the full buffer", l)
			}
			r.out.wantOutcomes(0, 0, 2)
		})
	})
}

// TestFailedVisitIsRepeated tries again with the backoff, not only at the next tick.
func TestFailedVisitIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		r := newRig(t, f.dial, func(o *Options) { o.Schedule, o.Backoff.Jitter = &Schedule{Every: 10 * time.Second, Mode: Visit}, 0 }).start()
		start := time.Now()
		time.Sleep(9 * time.Second)
		want := []time.Duration{0, 500 * time.Millisecond, 1500 * time.Millisecond, 3500 * time.Millisecond, 7500 * time.Millisecond}
		if got := since(start, f.dialed()); !slices.Equal(got, want) {
			t.Errorf("dialed at %v, want %v", got, want)
		}
		if s := r.m.Status(); s.Up {
			t.Errorf("Status = %+v, want not up while visits fail", s)
		}
		time.Sleep(time.Hour)
		f.setRefuse(false)
		time.Sleep(10 * time.Second) // the delay is never longer than the schedule
		if s := r.m.Status(); !s.Up || s.Links[0].Connects == 0 {
			t.Errorf("Status = %+v, want up after a visit", s)
		}
	})
}

func TestPoll(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Options)
		f      func(t *testing.T) *store
		state  State
		role   string
	}{
		"asked for": {func(o *Options) { o.Receive = ReceivePoll }, func(t *testing.T) *store { t.Helper(); return newStore(t, 100) }, StateReady, roleSingle},
		"beside a connection that sends": {
			func(o *Options) { o.Receive, o.Connections = ReceivePoll, 2 },
			func(t *testing.T) *store { t.Helper(); return newStore(t, 100) },
			StateReceiving, roleReceive,
		},
		"because RCVLOOP is refused": {nil, func(t *testing.T) *store {
			t.Helper()
			s := newStore(t, 100)
			usual := s.answer
			s.answer = func(c *fakeConn, line string) (string, bool) {
				if line == "RCVLOOP" {
					return "-OK - Command not implemented\r\n", true
				}
				return usual(c, line)
			}
			return s
		}, StateReceiving, roleReceive},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := tt.f(t)
				start := time.Now()
				r := newRig(t, f.dial, tt.change).start()
				time.Sleep(2500 * time.Millisecond)
				f.add(3)
				time.Sleep(time.Second)
				if got := len(r.in.all()); got != 103 {
					t.Errorf("fetched %d events, want 103", got)
				}
				want := []time.Duration{0, 0, time.Second, 2 * time.Second, 3 * time.Second}
				if got := since(start, f.conn(1).times("RETR")); !slices.Equal(got, want) {
					t.Errorf("fetched at %v, want %v", got, want)
				}
				if l := r.link(tt.role); l.State != tt.state || !r.m.Status().Up || !l.Next.IsZero() {
					t.Errorf("status %+v, want %s, and no next tick: there is one every moment", l, tt.state)
				}
				r.out.pushNumbered(0, 2)
				synctest.Wait()
				r.out.wantOutcomes(2, 0, 0)
			})
		})
	}
}

// TestFetchedBeforeABreak delivers what came before the connection broke: the peer has forgotten it.
func TestFetchedBeforeABreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			return "0,10,6,0,,,-,1\r\n0,10,6,0,,,-,2\r\n0,10" + markClose, c.n == 1 && strings.HasPrefix(line, "RETR")
		}
		r := newRig(t, f.dial, func(o *Options) { o.Receive = ReceivePoll }).start()
		synctest.Wait()
		if got := len(r.in.all()); got != 2 {
			t.Errorf("received %d events, want the 2 that came whole", got)
		}
		if l := r.link(roleSingle); l.Failures != 1 || l.LastCause != CauseClosed {
			t.Errorf("status %+v, want one failure, closed", l)
		}
	})
}

// TestNoPollingWithoutTheRight does not fall back where RETR is refused for the same reason.
func TestNoPollingWithoutTheRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, levels)
		r := newRig(t, h.dial, func(o *Options) { o.Login = loginWith("none", "secret") }).start()
		synctest.Wait()
		if l := r.link(roleReceive); l.Failures != 1 || l.LastCause != CauseRefused || !strings.HasPrefix(l.LastError, "RCVLOOP refused") {
			t.Errorf("status %+v, want one failure, RCVLOOP refused", l)
		}
		if got := r.log.find(t, "remote refused the receive loop, polling instead"); len(got) != 0 {
			t.Errorf("logged %v, want no fallback", got)
		}
	})
}
