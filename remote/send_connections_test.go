package remote

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pushSenders pushes n events of each of several senders, in turns, with the number of the event as data.
func (r *rig) pushSenders(senders, n int) {
	r.t.Helper()
	for i := range n {
		for sender := range senders {
			r.out.push(mustRow(r.t, fmt.Sprintf("0,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:%02X:%02X,%d,%d", sender>>8, sender&255, i>>8, i&255)))
		}
	}
}

// TestSendConnectionsAreFaster sends to a peer that is 20 ms away.
func TestSendConnectionsAreFaster(t *testing.T) {
	for _, receive := range []ReceiveMode{ReceiveAuto, ReceiveNone} {
		wantFaster(t, receive)
	}
}

func wantFaster(t *testing.T, receive ReceiveMode) {
	t.Helper()
	took := make(map[int]time.Duration)
	for _, connections := range []int{1, 8} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.answer = func(_ *fakeConn, line string) (string, bool) {
				if strings.HasPrefix(line, "SEND") {
					time.Sleep(20 * time.Millisecond)
				}
				return "", false
			}
			r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Window, o.Receive = connections, 1, receive }).start()
			synctest.Wait()
			want := connections
			if receive != ReceiveNone {
				want++
			}
			if got := len(r.m.Status().Links); got != want {
				t.Fatalf("%d links, want %d", got, want)
			}
			start := time.Now()
			r.pushSenders(64, 25)
			time.Sleep(time.Hour)
			r.out.wantOutcomes(1600, 0, 0)
			took[connections] = r.out.results()[1599].at.Sub(start)
			wantOrderPerSender(t, f)
		})
	}
	if ratio := float64(took[1]) / float64(took[8]); ratio < 7 {
		t.Errorf("8 connections took %v, 1 took %v: %.2f times as fast, want at least 7", took[8], took[1], ratio)
	}
}

// wantOrderPerSender checks that no event came before an earlier one of its sender, on whatever connection.
func wantOrderPerSender(t *testing.T, f *fake) {
	t.Helper()
	type arrival struct {
		number int
		at     time.Time
	}
	senders := make(map[string][]arrival)
	for _, c := range f.connections() {
		c.mu.Lock()
		for i, line := range c.got {
			if fields := strings.SplitN(line, ",", 8); strings.HasPrefix(line, "SEND") {
				var high, low int
				if _, err := fmt.Sscanf(fields[7], "%d,%d", &high, &low); err != nil {
					t.Fatal(err)
				}
				senders[fields[6]] = append(senders[fields[6]], arrival{high<<8 + low, c.at[i]})
			}
		}
		c.mu.Unlock()
	}
	for sender, got := range senders {
		slices.SortFunc(got, func(a, b arrival) int { return a.number - b.number })
		for i := 1; i < len(got); i++ {
			if got[i].at.Before(got[i-1].at) {
				t.Errorf("event %d of sender %s came at %v, before event %d at %v", got[i].number, sender, got[i].at, got[i-1].number, got[i-1].at)
			}
		}
	}
}

// TestSendConnectionBreaks has one of three break with an event under way, and stay away: the others send what it had.
func TestSendConnectionBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		var broken atomic.Bool
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if strings.HasPrefix(line, "SEND") {
				time.Sleep(20 * time.Millisecond)
				if c.n == 3 && !broken.Swap(true) {
					f.setRefuse(true)
					return markClose, true
				}
			}
			return "", false
		}
		r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Window = 3, 1 }).start()
		synctest.Wait()
		r.pushSenders(30, 10)
		time.Sleep(10 * time.Second)
		r.out.wantOutcomes(300, 0, 0)
		s := r.m.Status()
		failing := 0
		for _, l := range s.Links {
			if l.Failing {
				failing++
				if l.LastCause != CauseFull {
					t.Errorf("status %+v, want full: the other connections are up", l)
				}
			}
		}
		if failing != 1 || s.Up {
			t.Errorf("%d links failing, up: %v, want 1 and not up", failing, s.Up)
		}
		f.setRefuse(false)
		time.Sleep(2 * time.Minute)
		if s := r.m.Status(); !s.Up {
			t.Errorf("Status = %+v, want up again", s)
		}
		r.pushSenders(30, 10)
		time.Sleep(10 * time.Second)
		r.out.wantOutcomes(600, 0, 0)
	})
}

// TestSendConnectionsFlush stops with events under way on all of them.
func TestSendConnectionsFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			if strings.HasPrefix(line, "SEND") {
				time.Sleep(20 * time.Millisecond)
			}
			return "", false
		}
		r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Window = 4, 1 }).start()
		synctest.Wait()
		r.pushSenders(40, 5)
		r.m.Flush()
		<-r.done
		r.out.wantOutcomes(200, 0, 0)
		if got := len(f.all("QUIT")); got != 5 {
			t.Errorf("QUIT was said %d times, want on each of 5 connections", got)
		}
	})
}
