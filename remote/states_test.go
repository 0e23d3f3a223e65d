package remote

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// moment is a point in the life of a connection at which a test makes something happen.
type moment struct {
	name  string
	role  string // of the connection
	n     int    // the connection, counted from 1
	at    string // the command that gets the odd answer; empty: the greeting
	state State  // while the answer does not come
	push  bool   // an event waits, so that there is a SEND
}

func moments() []moment {
	return []moment{
		{"greeting", roleReceive, 1, "", StateGreeting, false},
		{"user", roleReceive, 1, "USER", StateLogin, false},
		{"pass", roleReceive, 1, "PASS", StateLogin, false},
		{"version", roleReceive, 1, "VERS", StateProbing, false},
		{"capabilities", roleReceive, 1, "WCYD", StateProbing, false},
		{"channel", roleReceive, 1, "CHID", StateProbing, false},
		{"guid", roleReceive, 1, "GGID", StateProbing, false},
		{"mask", roleReceive, 1, "SMSK", StateProbing, false},
		{"filter", roleReceive, 1, "SFLT", StateProbing, false},
		{"loop", roleReceive, 1, "RCVLOOP", StateProbing, false},
		{"send greeting", roleSend, 2, "", StateGreeting, false},
		{"send login", roleSend, 2, "PASS", StateLogin, false},
		{"send probe", roleSend, 2, "GGID", StateProbing, false},
		{"send filter", roleSend, 2, "SFLT", StateProbing, false},
		{"send", roleSend, 2, "SEND", StateSending, true},
	}
}

// odd gives one connection of a fake the odd answer at a moment.
func (m moment) odd(f *fake, answer string) {
	if m.at == "" {
		usual := f.greeting
		f.greet = func(c *fakeConn) string {
			if c.n == m.n {
				return answer
			}
			return usual
		}
		return
	}
	f.answer = func(c *fakeConn, line string) (string, bool) {
		return answer, c.n == m.n && strings.HasPrefix(line, m.at)
	}
}

// closed is the cause of a connection that ends with an answer: one that ends without a word found no room.
func (m moment) closed(answer string) Cause {
	if m.at == "" && answer == markClose {
		return CauseFull
	}
	return CauseClosed
}

func (m moment) rig(t *testing.T, f *fake) *rig {
	t.Helper()
	r := newRig(t, f.dial, func(o *Options) { o.Filter, o.Mask = &vscp.Filter{Class: 10}, &vscp.Filter{Class: 0xFFFF} })
	if m.push {
		r.out.pushNumbered(0, 3)
	}
	return r.start()
}

// TestPeerClosesAtEveryMoment has one connection closed; the next one works, and no event is lost.
func TestPeerClosesAtEveryMoment(t *testing.T) {
	for _, m := range moments() {
		for _, answer := range []string{markClose, "half a li" + markClose} {
			t.Run(m.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t)
					m.odd(f, answer)
					r := m.rig(t, f)
					synctest.Wait()
					l := r.link(m.role)
					if l.State != StateWaiting || !l.Failing || l.Failures != 1 || l.LastCause != m.closed(answer) || l.Next.IsZero() {
						t.Errorf("status %+v, want waiting after one failure, closed", l)
					}
					if s := r.m.Status(); s.Up || !strings.Contains(s.Summary(), "waiting ("+m.role+": ") {
						t.Errorf("Summary = %q, want it to name the link that fails", s.Summary())
					}
					time.Sleep(2 * time.Second)
					if l := r.link(m.role); !r.m.Status().Up || l.Failing || l.Failures != 1 || l.LastCause != m.closed(answer) {
						t.Errorf("status %+v, want up with the failure remembered", l)
					}
					if got := r.log.find(t, "link failed"); len(got) != 1 || got[0]["cause"] != string(m.closed(answer)) || got[0]["link"] != m.role {
						t.Errorf("failures logged: %v, want one, closed", got)
					}
					if m.push {
						r.out.wantOutcomes(3, 0, 0)
					}
				})
			})
		}
	}
}

// TestPeerStallsAtEveryMoment has one connection fall silent: the status says where, the deadline ends it, the next one works.
func TestPeerStallsAtEveryMoment(t *testing.T) {
	for _, m := range moments() {
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				m.odd(f, markStall)
				r := m.rig(t, f)
				start := time.Now()
				time.Sleep(time.Second)
				if l := r.link(m.role); l.State != m.state || l.Since != start || l.Failures != 0 || r.m.Status().Up != m.state.Up() {
					t.Errorf("status %+v, want %s since the start", l, m.state)
				}
				time.Sleep(10 * time.Second)
				if l := r.link(m.role); l.Failures != 1 || l.LastCause != CauseTimeout || !r.m.Status().Up {
					t.Errorf("status %+v, want up after one time-out", l)
				}
				if m.push {
					r.out.wantOutcomes(3, 0, 0)
				}
			})
		})
	}
}

// TestContextEndsRunAtEveryMoment cancels while something is under way that would take long.
func TestContextEndsRunAtEveryMoment(t *testing.T) {
	for _, m := range moments() {
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				m.odd(f, markStall)
				wantEndsAtOnce(t, m.rig(t, f))
			})
		})
	}
	usual := func(t *testing.T) DialFunc { t.Helper(); return newFake(t).dial }
	for _, tt := range []struct {
		name   string
		dial   func(t *testing.T) DialFunc
		change func(*Options)
		push   bool
	}{
		{"dial", func(*testing.T) DialFunc {
			return func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
		}, nil, false},
		{"backoff", func(t *testing.T) DialFunc {
			t.Helper()
			f := newFake(t)
			f.setRefuse(true)
			return f.dial
		}, nil, true},
		{"up", usual, nil, false},
		{"idle", usual, func(o *Options) { o.Receive = ReceiveNone }, false},
		{"poll", usual, func(o *Options) { o.Receive, o.PollEvery = ReceivePoll, time.Hour }, false},
		{"hold", usual, func(o *Options) { o.Schedule = &Schedule{Every: time.Hour} }, false},
		{"visit", usual, func(o *Options) { o.Schedule = &Schedule{Every: time.Hour, Mode: Visit} }, false},
		{"linger", usual, func(o *Options) {
			o.Schedule = &Schedule{Every: time.Hour, Mode: Visit, Linger: time.Minute}
		}, false},
		{"fallback", func(t *testing.T) DialFunc { t.Helper(); return without(t, "RCVLOOP").dial }, func(o *Options) { o.PollEvery = time.Hour }, false},
		{"full", func(t *testing.T) DialFunc {
			t.Helper()
			f := newFake(t)
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				return "-OK - Buffer Full\r\n", strings.HasPrefix(line, "SEND")
			}
			return f.dial
		}, func(o *Options) { o.FullRetry, o.FullRetryMax = time.Hour, time.Hour }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.dial(t), tt.change)
				if tt.push {
					r.out.pushNumbered(0, 3)
				}
				wantEndsAtOnce(t, r.start())
			})
		})
	}
}

// without makes a fake that does not know a command.
func without(t *testing.T, verb string) *fake {
	t.Helper()
	f := newFake(t)
	f.answer = func(_ *fakeConn, line string) (string, bool) {
		return "-OK - Unknown command\r\n", strings.HasPrefix(line, verb)
	}
	return f
}

func wantEndsAtOnce(t *testing.T, r *rig) {
	t.Helper()
	time.Sleep(time.Second)
	before := len(r.log.find(t, "link failed"))
	start := time.Now()
	r.stop()
	if took := time.Since(start); took != 0 {
		t.Errorf("Run ended after %v, want at once", took)
	}
	select {
	case <-r.m.Received():
	default:
		t.Error("Received is open after Run, want it closed")
	}
	for _, l := range r.m.Status().Links {
		if l.State != StateStopped {
			t.Errorf("link %s is %s after Run, want stopped", l.Role, l.State)
		}
	}
	if after := len(r.log.find(t, "link failed")); after != before {
		t.Errorf("the stop logged %d failures, want none", after-before)
	}
	r.out.outcomes()
	if n := len(r.out.leased); n != 0 {
		t.Errorf("%d events leased after Run, want 0", n)
	}
}

// TestContextEndsRunWhileReceiverWaits relies on the receiver to end with the context.
func TestContextEndsRunWhileReceiverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := newRig(t, f.dial, nil)
		r.in.hold = make(chan struct{})
		r.start()
		synctest.Wait()
		f.conn(1).push("0,10,6,0,,,-,1")
		wantEndsAtOnce(t, r)
	})
}
