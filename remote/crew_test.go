package remote

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// slowly makes a fake that takes so long for each event.
func slowly(t *testing.T, d time.Duration) *fake {
	t.Helper()
	f := newFake(t)
	f.answer = func(_ *fakeConn, line string) (string, bool) {
		if strings.HasPrefix(line, "SEND") {
			time.Sleep(d)
		}
		return "", false
	}
	return f
}

// wantSending checks what SetSending answers.
func (r *rig) wantSending(on, want bool) {
	r.t.Helper()
	if got := r.m.SetSending(on); got != want {
		r.t.Errorf("SetSending(%v) = %v, want %v", on, got, want)
	}
}

// wantLinks checks which connections Status shows, with their states, and whether the remote is up.
func (r *rig) wantLinks(want string, up bool) {
	r.t.Helper()
	s := r.m.Status()
	var got []string
	for _, l := range s.Links {
		got = append(got, l.Name+": "+l.State.String())
	}
	if text := strings.Join(got, ", "); text != want || s.Up != up {
		r.t.Errorf("links are %q, up: %v, want %q, up: %v", text, s.Up, want, up)
	}
}

// TestSetSending has the connections that send come and go a hundred times while events flow in both directions. The one that
// receives does not notice.
func TestSetSending(t *testing.T) {
	for _, connections := range []int{1, 3} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(connections), 1))
				f := slowly(t, time.Millisecond)
				r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Sends = connections, false }).start()
				synctest.Wait()
				r.wantLinks("receive: receiving", true)
				var flow sync.WaitGroup
				const events = 3000
				flow.Go(func() {
					for i := range events {
						f.conn(1).push(fmt.Sprintf("0,10,6,0,,,-,%d,%d", i>>8, i&0xFF))
						time.Sleep(time.Millisecond)
					}
				})
				flow.Go(func() {
					for i := range events / 10 {
						r.pushOneOf(10, i)
						time.Sleep(10 * time.Millisecond)
					}
				})
				for i := range 200 {
					r.wantSending(i%2 == 0, true)
					time.Sleep(time.Duration(random.IntN(30)) * time.Millisecond)
				}
				flow.Wait()
				time.Sleep(time.Second)
				r.wantLinks("receive: receiving", true)
				for _, c := range f.connections()[1:] {
					if !c.isGone() {
						t.Errorf("connection %d is open after sending was ended, want it closed", c.n)
					}
				}
				r.wantSending(true, true)
				time.Sleep(time.Minute)
				r.out.wantOutcomes(events, 0, 0)
				wantOrderPerSender(t, f)
				r.wantAllInOrder(events)
				if l := r.link(roleReceive); l.Connects != 1 || l.Failures != 0 || f.conn(1).isGone() || len(f.conn(1).lines("QUIT")) > 0 {
					t.Errorf("status of the connection that receives %+v, want the first one still up", l)
				}
				if got := r.log.find(t, "link failed"); len(got) != 0 {
					t.Errorf("failures logged: %v, want none", got)
				}
			})
		})
	}
}

// pushOneOf pushes event i of each of several senders.
func (r *rig) pushOneOf(senders, i int) {
	r.t.Helper()
	for sender := range senders {
		r.out.push(mustRow(r.t, fmt.Sprintf("0,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:%02X,%d,%d", sender, i>>8, i&255)))
	}
}

// wantAllInOrder checks that n events numbered by their data were received, in order.
func (r *rig) wantAllInOrder(n int) {
	r.t.Helper()
	got := r.in.all()
	if len(got) != n {
		r.t.Fatalf("received %d events, want %d", len(got), n)
	}
	for i, a := range got {
		if number := int(a.event.Data[0])<<8 | int(a.event.Data[1]); number != i {
			r.t.Fatalf("event %d received has number %d, want them in order", i, number)
		}
	}
}

// TestSetSendingEndsInOrder looks at how a connection goes: what is under way is answered, the rest stays, then comes QUIT.
func TestSetSendingEndsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := slowly(t, 10*time.Millisecond)
		r := newRig(t, f.dial, func(o *Options) { o.Window = 4 }).start()
		synctest.Wait()
		r.wantLinks("receive: receiving, send: ready", true)
		r.out.pushNumbered(0, 100)
		time.Sleep(35 * time.Millisecond)
		r.wantSending(false, true)
		r.wantLinks("receive: receiving", true)
		time.Sleep(time.Second)
		sent := len(f.conn(2).lines("SEND"))
		if sent < 4 || sent > 8 {
			t.Errorf("%d events sent, want those under way and no more", sent)
		}
		r.out.wantOutcomes(sent, 0, 100-sent)
		if got := f.conn(2).lines("QUIT"); len(got) != 1 || !f.conn(2).isGone() {
			t.Errorf("QUIT was said %d times, gone: %v, want once and gone", len(got), f.conn(2).isGone())
		}
		r.out.pushNumbered(100, 1)
		r.wantSending(true, true)
		synctest.Wait()
		r.wantLinks("receive: receiving, send: sending", true)
		time.Sleep(2 * time.Second)
		r.out.wantOutcomes(101, 0, 0)
		wantNumbered(t, f, 101)
	})
}

// wantNumbered checks that the events 0 to n-1 reached a fake in order, on whatever connection.
func wantNumbered(t *testing.T, f *fake, n int) {
	t.Helper()
	got := f.all("SEND")
	for i, line := range got {
		if number(t, line) != i {
			t.Fatalf("event %d that was sent is %q, want them in order", i, line)
		}
	}
	if len(got) != n {
		t.Errorf("%d events sent, want %d", len(got), n)
	}
}

// TestSetSendingQuickly changes its mind faster than anything can follow, and from several goroutines.
func TestSetSendingQuickly(t *testing.T) {
	for _, connections := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Sends = connections, false })
			for i := range 10 {
				r.wantSending(i%2 == 0, true) // before Run
			}
			r.start()
			synctest.Wait()
			var callers sync.WaitGroup
			for range 8 {
				callers.Go(func() {
					for i := range 1000 {
						r.m.SetSending(i%2 == 0)
						_ = r.m.Status()
					}
				})
			}
			callers.Wait()
			r.wantSending(false, true)
			time.Sleep(time.Second)
			r.wantLinks("receive: receiving", true)
			r.out.pushNumbered(0, 3)
			r.wantSending(true, true)
			time.Sleep(time.Second)
			r.out.wantOutcomes(3, 0, 0)
			if s := r.m.Status(); !s.Up || len(s.Links) != 1+connections {
				t.Errorf("Status = %+v, want %d links, up", s, 1+connections)
			}
			open := 0
			for _, c := range f.connections() {
				if !c.isGone() {
					open++
				}
			}
			if open != 1+connections || f.conn(1).isGone() {
				t.Errorf("%d connections open, the first one gone: %v, want %d with the first one", open, f.conn(1).isGone(), 1+connections)
			}
		})
	}
}

// TestSetSendingElsewhere has managers whose connections would be others, and some for which nothing has to change.
func TestSetSendingElsewhere(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Options)
		on     bool // the sending is to be, having been the opposite
		want   bool
	}{
		{"one connection for both", func(o *Options) { o.Connections = 1 }, true, false},
		{"one connection for both", func(o *Options) { o.Connections = 1 }, false, false},
		{"polling", func(o *Options) { o.Receive = ReceivePoll }, true, false},
		{"polling", func(o *Options) { o.Receive = ReceivePoll }, false, false},
		{"polling on two", func(o *Options) { o.Receive, o.Connections = ReceivePoll, 2 }, true, true},
		{"polling on two", func(o *Options) { o.Receive, o.Connections = ReceivePoll, 2 }, false, true},
		{"several that only send", func(o *Options) { o.Receive, o.SendConnections = ReceiveNone, 2 }, true, false},
		{"one that only sends", func(o *Options) { o.Receive = ReceiveNone }, false, true},
		{"hold", func(o *Options) { o.Schedule = &Schedule{Every: time.Hour} }, true, true},
		{"visit", func(o *Options) { o.Schedule = &Schedule{Every: time.Hour, Mode: Visit} }, false, true},
	} {
		t.Run(fmt.Sprintf("%s, %v", tt.name, tt.on), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := newRig(t, f.dial, func(o *Options) { tt.change(o); o.Sends = !tt.on }).start()
				time.Sleep(1500 * time.Millisecond)
				dials, links := len(f.dialed()), len(r.m.Status().Links)
				r.wantSending(!tt.on, true) // as it is
				r.wantSending(tt.on, tt.want)
				time.Sleep(500 * time.Millisecond)
				if got := len(r.m.Status().Links); !tt.want && (got != links || len(f.dialed()) != dials) {
					t.Errorf("%d links and %d connections after it was refused, want still %d and %d", got, len(f.dialed()), links, dials)
				}
			})
		})
	}
	m, err := NewManager(func() Options {
		o := DefaultOptions()
		o.Name, o.Addresses = "house", []string{testAddress}
		return o
	}(), &inbox{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.SetSending(true) || !m.SetSending(false) {
		t.Error("SetSending without an outbox: true was taken or false refused, want nothing to send ever")
	}
}

// TestSetSendingWhileDown changes it while the peer cannot be reached.
func TestSetSendingWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(true)
		r := newRig(t, f.dial, func(o *Options) { o.Sends = false }).start()
		r.out.pushNumbered(0, 3)
		time.Sleep(time.Second)
		r.wantSending(true, true)
		synctest.Wait()
		r.wantLinks("receive: waiting, send: waiting", false)
		r.wantSending(false, true)
		synctest.Wait()
		r.wantLinks("receive: waiting", false)
		r.wantSending(true, true)
		f.setRefuse(false)
		time.Sleep(2 * time.Minute)
		r.wantLinks("receive: receiving, send: ready", true)
		r.out.wantOutcomes(3, 0, 0)
		if got := len(f.connections()); got != 2 {
			t.Errorf("%d connections, want one that receives and one that sends", got)
		}
	})
}

// TestSetSendingAtEveryMoment ends the connection that sends while something is under way on it, at a peer that is silent then.
func TestSetSendingAtEveryMoment(t *testing.T) {
	for _, m := range moments() {
		if m.role != roleSend {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				m.odd(f, markStall)
				r := m.rig(t, f)
				time.Sleep(time.Second)
				r.wantSending(false, true)
				if !m.push {
					synctest.Wait() // what only connects is cut short
				} else {
					time.Sleep(DefaultClientOptions().ReplyTimeout)
				}
				if !f.conn(2).isGone() || f.conn(1).isGone() {
					t.Errorf("connections gone: %v, %v, want only the second one", f.conn(1).isGone(), f.conn(2).isGone())
				}
				if got := r.log.find(t, "link failed"); len(got) != 0 {
					t.Errorf("the end logged %v, want nothing", got)
				}
				r.out.pushNumbered(3, 3)
				r.wantSending(true, true)
				time.Sleep(5 * time.Second)
				r.wantLinks("receive: receiving, send: ready", true)
				if forwarded, _, _, left := r.out.outcomes(); forwarded == 0 || left != 0 {
					t.Errorf("%d events forwarded and %d left, want all forwarded", forwarded, left)
				}
			})
		})
	}
}
