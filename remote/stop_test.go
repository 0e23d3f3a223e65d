package remote

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// wantClosed checks that a channel was closed exactly after d, counted from now.
func wantClosed(t *testing.T, what string, c <-chan struct{}, d time.Duration) {
	t.Helper()
	start := time.Now()
	select {
	case <-c:
	case <-time.After(time.Hour):
	}
	if took := time.Since(start); took != d {
		t.Errorf("%s after %v, want after %v", what, took, d)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestStopReceiving delivers what the peer sends up to its goodbye, and goes on sending.
func TestStopReceiving(t *testing.T) {
	const row = "0,10,6,0,,,-,1\r\n"
	for _, tt := range []struct {
		name, goodbye string
		rows          int
		took          time.Duration
	}{
		{"answers and closes", row + row + "+OK - bye\r\n" + row + markClose, 4, 0},
		{"refuses and closes", "-OK - what?\r\n" + row + markClose, 2, 0},
		{"closes", markClose, 1, 0},
		{"does not close", row + "+OK - bye\r\n", 2, hangUpGrace},
		{"does nothing", "", 1, hangUpGrace},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(c *fakeConn, line string) (string, bool) { return tt.goodbye, line == "QUIT" && c.n == 1 }
				r := newRig(t, f.dial, nil).start()
				synctest.Wait()
				f.conn(1).push(strings.TrimSpace(row))
				r.m.StopReceiving()
				r.m.StopReceiving() // is harmless
				wantClosed(t, "Received", r.m.Received(), tt.took)
				if got := len(r.in.all()); got != tt.rows {
					t.Errorf("received %d events, want %d", got, tt.rows)
				}
				synctest.Wait()
				if l := r.link(roleReceive); l.State != StateStopped || l.Failures != 0 || !f.conn(1).isGone() {
					t.Errorf("status %+v, want stopped without a failure, and the connection closed", l)
				}
				r.out.pushNumbered(0, 5)
				synctest.Wait()
				r.out.wantOutcomes(5, 0, 0)
				if isClosed(r.done) {
					t.Error("Run returned, want it to go on sending")
				}
				r.m.Flush()
				wantClosed(t, "end of Run", r.done, 0)
			})
		})
	}
}

// TestStopReceivingFlood has a peer that pushes on and on after the goodbye.
func TestStopReceivingFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			for line == "QUIT" && c.n == 1 {
				if _, err := c.conn.Write([]byte("0,10,6,0,,,-,1\r\n")); err != nil {
					return markClose, true
				}
				time.Sleep(time.Millisecond)
			}
			return "", false
		}
		r := newRig(t, f.dial, nil).start()
		synctest.Wait()
		r.m.StopReceiving()
		wantClosed(t, "Received", r.m.Received(), hangUpGrace)
		if n := len(r.in.all()); n < 900 {
			t.Errorf("received %d events in the grace, want about 1000", n)
		}
	})
}

// TestStopReceivingAtEveryMoment does not wait for a peer that is silent on the way into the receive loop.
func TestStopReceivingAtEveryMoment(t *testing.T) {
	for _, m := range moments() {
		if m.role != roleReceive {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				m.odd(f, markStall)
				r := m.rig(t, f)
				time.Sleep(time.Second)
				r.m.StopReceiving()
				wantClosed(t, "Received", r.m.Received(), 0)
				if got := r.log.find(t, "link failed"); len(got) != 0 {
					t.Errorf("the stop logged %v, want nothing", got)
				}
			})
		})
	}
	for name, dial := range stuckDials() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, dial, nil).start()
				time.Sleep(time.Second)
				r.m.StopReceiving()
				wantClosed(t, "Received", r.m.Received(), 0)
			})
		})
	}
}

func stuckDials() map[string]DialFunc {
	return map[string]DialFunc{
		"dialing": func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() },
		"backoff": func(context.Context, string, string) (net.Conn, error) { return nil, context.DeadlineExceeded },
	}
}

// TestStopReceivingOnOneConnection waits for the fetch under way, and for nothing else.
func TestStopReceivingOnOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			if !strings.HasPrefix(line, "RETR") {
				return "", false
			}
			time.Sleep(2 * time.Second)
			return "0,10,6,0,,,-,1\r\n0,10,6,0,,,-,2\r\n-OK - No event(s) available\r\n", true
		}
		r := newRig(t, f.dial, func(o *Options) { o.Receive, o.PollEvery = ReceivePoll, 10*time.Second }).start()
		time.Sleep(time.Second)
		r.m.StopReceiving()
		wantClosed(t, "Received", r.m.Received(), time.Second)
		if got := len(r.in.all()); got != 2 {
			t.Errorf("received %d events, want the 2 of the fetch under way", got)
		}
		r.out.pushNumbered(0, 3)
		time.Sleep(time.Minute)
		r.out.wantOutcomes(3, 0, 0)
		if got := f.all("RETR"); len(got) != 1 {
			t.Errorf("fetched %d times, want once", len(got))
		}
		r.m.Flush()
		wantClosed(t, "end of Run", r.done, 0)
	})
}

func TestStopReceivingOnOneIdleConnection(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"poll":  func(o *Options) { o.Receive = ReceivePoll },
		"none":  func(o *Options) { o.Receive = ReceiveNone },
		"hold":  func(o *Options) { o.Schedule = &Schedule{Every: time.Hour} },
		"visit": func(o *Options) { o.Schedule = &Schedule{Every: time.Hour, Mode: Visit} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newFake(t).dial, change).start()
				time.Sleep(1500 * time.Millisecond)
				r.m.StopReceiving()
				wantClosed(t, "Received", r.m.Received(), 0)
				if isClosed(r.done) {
					t.Error("Run returned, want it to go on sending")
				}
			})
		})
	}
}

// TestFlush ends Run when the outbox is empty, and not before.
func TestFlush(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"two":   nil,
		"poll":  func(o *Options) { o.Receive = ReceivePoll },
		"none":  func(o *Options) { o.Receive = ReceiveNone },
		"hold":  func(o *Options) { o.Schedule = &Schedule{Every: time.Hour} },
		"visit": func(o *Options) { o.Schedule = &Schedule{Every: time.Hour, Mode: Visit} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					if strings.HasPrefix(line, "SEND") {
						time.Sleep(10 * time.Millisecond)
					}
					return "", false
				}
				r := newRig(t, f.dial, change).start()
				time.Sleep(1500 * time.Millisecond)
				r.out.pushNumbered(0, 100)
				r.m.Flush()
				wantClosed(t, "end of Run", r.done, time.Second)
				r.out.wantOutcomes(100, 0, 0)
				for _, c := range f.connections() {
					if got := len(c.lines("QUIT")); got != 1 {
						t.Errorf("connection %d said QUIT %d times, want once", c.n, got)
					}
				}
			})
		})
	}
}

// TestFlushOfNothingEndsAtEveryMoment has nothing to send, so nothing to wait for.
func TestFlushOfNothingEndsAtEveryMoment(t *testing.T) {
	for _, m := range moments() {
		if m.push {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				m.odd(f, markStall)
				r := m.rig(t, f)
				time.Sleep(time.Second)
				r.m.Flush()
				wantClosed(t, "end of Run", r.done, 0)
			})
		})
	}
	for name, dial := range stuckDials() {
		for _, receive := range []ReceiveMode{ReceiveAuto, ReceivePoll, ReceiveNone} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, dial, func(o *Options) { o.Receive = receive }).start()
					time.Sleep(time.Second)
					r.m.Flush()
					wantClosed(t, "end of Run", r.done, 0)
				})
			})
		}
	}
}

// TestFlushBeforeConnecting comes between the look for work and the dial, which may take long: only what waits is worth it.
func TestFlushBeforeConnecting(t *testing.T) {
	for role, receive := range map[string]ReceiveMode{roleSingle: ReceivePoll, roleSend: ReceiveAuto} {
		for _, waiting := range []int{0, 1} {
			t.Run(fmt.Sprintf("%s/%d events wait", role, waiting), func(t *testing.T) {
				r := newRig(t, newFake(t).dial, func(o *Options) { o.Receive = receive })
				l := r.m.links[len(r.m.links)-1]
				if l.role != role {
					t.Fatalf("the last connection is one to %s, want %s", l.role, role)
				}
				r.out.pushNumbered(0, waiting)
				r.m.Flush()
				way, arrived := l.onTheWay(t.Context())
				defer arrived()
				if got, want := way.Err() == nil, waiting > 0; got != want {
					t.Errorf("may connect: %v, want %v", got, want)
				}
			})
		}
	}
}

// TestEndBeforeReceiving comes when the peer pushes already and nobody reads yet: what ends connecting is no end of the connection.
func TestEndBeforeReceiving(t *testing.T) {
	for name, end := range map[string]func(*Manager){
		"stop":                      (*Manager).StopReceiving,
		"an earlier address":        func(m *Manager) { m.first.homeward.Store(true) },
		"room for one, to send too": func(m *Manager) { m.alone.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := newRig(t, f.dial, nil)
				way, arrived := r.m.first.onTheWay(t.Context())
				c, profile, work, err := r.m.first.open(way)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close() }()
				arrived()
				synctest.Wait() // for what the end of a context sets off
				end(r.m)
				start := time.Now()
				_ = work(t.Context(), c, profile) // says what comes next
				if took, got := time.Since(start), f.all("QUIT"); took != 0 || len(got) != 1 {
					t.Errorf("the connection ended after %v with %q, want a QUIT at once", took, got)
				}
			})
		})
	}
}

// TestFlushWaitsForAPeerThatIsDown sends what waits when the peer is back, however long that takes.
func TestFlushWaitsForAPeerThatIsDown(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"two":   nil,
		"none":  func(o *Options) { o.Receive = ReceiveNone },
		"visit": func(o *Options) { o.Schedule = &Schedule{Every: time.Hour, Mode: Visit} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.setRefuse(true)
				r := newRig(t, f.dial, change)
				r.out.pushNumbered(0, 10)
				r.start()
				time.Sleep(time.Minute)
				r.m.Flush()
				time.Sleep(time.Hour)
				if isClosed(r.done) {
					t.Fatal("Run returned with events left, want it to wait")
				}
				f.setRefuse(false)
				time.Sleep(2 * time.Minute)
				if !isClosed(r.done) {
					t.Error("Run has not returned, want the end after the last event")
				}
				r.out.wantOutcomes(10, 0, 0)
			})
		})
	}
}

// TestFlushThenHardStop gives up what cannot be sent.
func TestFlushThenHardStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		r := newRig(t, f.dial, nil)
		r.out.pushNumbered(0, 10)
		r.start()
		time.Sleep(time.Second)
		r.m.Flush()
		time.Sleep(time.Minute)
		wantEndsAtOnce(t, r)
		r.out.wantOutcomes(0, 0, 10)
	})
}
