package remote

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestSetSendingWithAPeerThatIsFull does not wait for room.
func TestSetSendingWithAPeerThatIsFull(t *testing.T) {
	for _, connections := range []int{1, 2} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			var full sync.Map
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				_, roomy := full.Load("has room")
				return "-OK - Transmit buffer full\r\n", !roomy && strings.HasPrefix(line, "SEND")
			}
			r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Window = connections, 2 }).start()
			synctest.Wait()
			r.out.pushNumbered(0, 10)
			time.Sleep(1500 * time.Millisecond)
			r.wantSending(false, true)
			synctest.Wait()
			r.out.wantOutcomes(0, 0, 10)
			if got := len(f.all("QUIT")); got != connections {
				t.Errorf("QUIT was said %d times, want on each of %d connections", got, connections)
			}
			full.Store("has room", true)
			r.wantSending(true, true)
			time.Sleep(time.Minute)
			r.out.wantOutcomes(10, 0, 0)
			for i, s := range r.out.results() {
				if got := number(t, string(s.row.Text)); got != i {
					t.Fatalf("event %d that was settled has number %d, want them in order", i, got)
				}
			}
		})
	}
}

// TestSetSendingToOneConnection has a device that takes one connection, which receives until something is to be sent.
func TestSetSendingToOneConnection(t *testing.T) {
	for _, tt := range []struct {
		name string
		meet func(f *fake, r *rig) // makes the connection that receives look around
	}{
		{"with the next keep-alive", func(f *fake, _ *rig) { f.conn(1).push("+OK") }},
		{"after a break", func(f *fake, _ *rig) { _ = f.conn(1).conn.Close() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := oneConnection(t)
				r := newRig(t, f.dial, func(o *Options) { o.Sends = false }).start()
				time.Sleep(time.Second)
				r.wantLinks("receive: receiving", true)
				r.wantSending(true, true)
				time.Sleep(time.Second)
				r.wantSending(false, true) // before the connection saw it
				f.conn(1).push("+OK")
				time.Sleep(time.Second)
				r.wantLinks("receive: receiving", true)
				if got := len(f.dialed()); got != 1 {
					t.Fatalf("%d connections made, want one", got)
				}
				r.out.pushNumbered(0, 3)
				r.wantSending(true, true)
				tt.meet(f, r)
				time.Sleep(10 * time.Second)
				r.wantLinks("single: ready", true)
				r.out.wantOutcomes(3, 0, 0)
				if got := r.log.find(t, "link failed"); len(got) > 1 {
					t.Errorf("failures logged: %v, want none but the break", got)
				}
				r.wantSending(true, true)
				r.wantSending(false, false)
			})
		})
	}
}

// TestSetSendingDuringTheStop has the connections that send go and come while the manager ends.
func TestSetSendingDuringTheStop(t *testing.T) {
	for name, stop := range map[string]func(*Manager){"stop receiving": (*Manager).StopReceiving, "flush": (*Manager).Flush} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := slowly(t, 10*time.Millisecond)
				r := newRig(t, f.dial, func(o *Options) { o.Window = 1 }).start()
				synctest.Wait()
				r.out.pushNumbered(0, 100)
				stop(r.m)
				<-r.m.Received()
				time.Sleep(95 * time.Millisecond)
				r.wantSending(false, true)
				r.wantSending(true, true)
				time.Sleep(200 * time.Millisecond)
				if sent := len(f.conn(3).lines("SEND")); sent < 10 {
					t.Errorf("%d events sent on the connection that came during the stop, want 10 or more", sent)
				}
				r.wantSending(false, true)
				wantClosed(t, "end of Run", r.done, 5*time.Millisecond)
				sent := len(f.all("SEND"))
				r.out.wantOutcomes(sent, 0, 100-sent)
				r.wantSending(true, true) // too late, and harmless
				time.Sleep(time.Minute)
				if got := len(f.all("SEND")); got != sent {
					t.Errorf("%d events sent after the end, want none", got-sent)
				}
			})
		})
	}
}
