package remote

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestOverrunOfAStalledReader has our own server overrun because the receiver does not take the events, and compares both
// counters with what is missing.
func TestOverrunOfAStalledReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, func(o *linkserver.Options) { o.QueueEvents = 10 })
		r := newRig(t, h.dial, func(o *Options) { o.DeadAfter = DefaultOptions().DeadAfter })
		r.in.hold = make(chan struct{})
		r.start()
		synctest.Wait()
		const n = 98
		for i := range n {
			h.server.PublishEvent(&vscp.Event{Head: vscp.Head(i & 7), Class: 10, Type: uint16(i), GUID: senderGUID(1)})
			synctest.Wait()
		}
		close(r.in.hold)
		time.Sleep(10 * time.Second)
		h.server.PublishEvent(&vscp.Event{Head: vscp.Head(n & 7), Class: 10, Type: n, GUID: senderGUID(1)})
		time.Sleep(2 * time.Minute)
		got := r.in.all()
		lost := n + 1 - len(got)
		byIndex := 0
		for i := 1; i < len(got); i++ {
			if missing := int(got[i].event.Type-got[i-1].event.Type-1) & 7; missing != 7 { // that looks like the same event again
				byIndex += missing
			}
		}
		if lost == 0 || byIndex == 0 {
			t.Fatalf("%d events lost, %d by their index, want some: the test shows nothing", lost, byIndex)
		}
		if loss := r.m.Status().Loss; loss != (Loss{Overruns: uint64(lost), IndexGaps: uint64(byIndex)}) {
			t.Errorf("Loss = %+v, want %d overruns, %d missing by index, no gap", loss, lost, byIndex)
		}
		if lines := r.log.find(t, "remote lost events for want of room"); len(lines) != 1 || lines[0]["events"] != float64(lost) {
			t.Errorf("logged %v, want one line with %d events", lines, lost)
		}
		if l := r.link(roleReceive); l.Connects != 1 {
			t.Errorf("%d connections, want 1", l.Connects)
		}
	})
}

// rolled pushes events of one sender with these indices.
func rolled(c *fakeConn, obid int, indices ...int) {
	guid := senderGUID(1)
	for _, index := range indices {
		c.push(fmt.Sprintf("%d,10,6,%d,,,%v,1", index, obid, guid))
	}
}

// TestIndexGapsWithFilters counts nothing where the peer holds events back because it was told to.
func TestIndexGapsWithFilters(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Options)
		want   uint64
	}{
		{"no filter", func(*Options) {}, 2},
		{"filter", func(o *Options) { o.Filter = &vscp.Filter{Class: 10} }, 0},
		{"mask", func(o *Options) { o.Mask = &vscp.Filter{Class: 10} }, 0},
		{"filter not set at the peer", func(o *Options) { o.Filter, o.Profile = &vscp.Filter{Class: 10}, FamilyFirmware }, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := newRig(t, f.dial, tt.change).start()
				synctest.Wait()
				rolled(f.conn(1), 0, 5, 6, 7, 2, 3)
				synctest.Wait()
				if got := r.m.Status().Loss.IndexGaps; got != tt.want {
					t.Errorf("%d events missing, want %d", got, tt.want)
				}
			})
		})
	}
}

// TestIndexGapsOfOwnEvents leaves out what we sent: others of the same sender need not take this way.
func TestIndexGapsOfOwnEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := newRig(t, f.dial, nil).start()
		synctest.Wait()
		rolled(f.conn(1), 2, 0, 1, 2, 5, 6, 7, 2) // CHID of the connection that sends
		synctest.Wait()
		if got := r.m.Status().Loss.IndexGaps; got != 0 {
			t.Errorf("%d of our own events missing, want 0", got)
		}
		rolled(f.conn(1), 3, 0, 1, 2, 5)
		synctest.Wait()
		if got := r.m.Status().Loss.IndexGaps; got != 2 {
			t.Errorf("%d events of another connection missing, want 2", got)
		}
	})
}

// TestReceiveGap cuts the connection that receives, twice, and compares the gaps to the nanosecond. What the rolling index did
// meanwhile is not counted.
func TestReceiveGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if line == "PASS secret" && c.n > 2 {
				time.Sleep(2 * time.Second)
			}
			return "", false
		}
		registry := prometheus.NewPedanticRegistry()
		r := newRig(t, f.dial, func(o *Options) { o.Backoff.Jitter, o.Metrics = 0, NewMetrics(registry) }).start()
		time.Sleep(20 * time.Second)
		rolled(f.conn(1), 0, 0, 1, 2)
		time.Sleep(3 * time.Second)
		_ = f.conn(1).conn.Close()
		synctest.Wait()
		if got := r.m.Status().Loss; got != (Loss{}) {
			t.Errorf("Loss with the connection down = %+v, want none so far", got)
		}
		time.Sleep(10 * time.Second)
		first := 3*time.Second + 500*time.Millisecond + 2*time.Second // the delay before the second attempt, and the login
		want := Loss{Gaps: 1, GapTotal: first, GapLast: first}
		if got := r.m.Status().Loss; got != want {
			t.Errorf("Loss after the first cut = %+v, want %+v", got, want)
		}
		var second *fakeConn // no line came on it but the answers
		for _, c := range f.connections()[2:] {
			if len(c.lines("RCVLOOP")) > 0 {
				second = c
			}
		}
		rolled(second, 0, 6)
		time.Sleep(time.Hour)
		_ = second.conn.Close()
		time.Sleep(10 * time.Second)
		want.Gaps, want.GapLast = 2, time.Hour+first-3*time.Second
		want.GapTotal += want.GapLast
		if got := r.m.Status().Loss; got != want {
			t.Errorf("Loss after the second cut = %+v, want %+v", got, want)
		}
		lines := r.log.find(t, "link up")
		var gaps []any
		for _, line := range lines {
			if line["link"] == roleReceive {
				gaps = append(gaps, line["gap"])
			}
		}
		if len(gaps) != 3 || gaps[0] != nil || gaps[1] != first.String() || gaps[2] != want.GapLast.String() {
			t.Errorf("gaps logged are %v, want none, %v and %v", gaps, first, want.GapLast)
		}
		got := gather(t, registry)
		if n, s := got["receive_gaps_total remote=house"], got["receive_gap_seconds_total remote=house"]; n != 2 || math.Abs(s-want.GapTotal.Seconds()) > 1e-6 {
			t.Errorf("metrics are %v gaps in %v s, want 2 in %v", n, s, want.GapTotal)
		}
	})
}

// TestReceiveGapOfALostConnection has a connection that breaks before anything came on it: its own start was the last sign.
func TestReceiveGapOfALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := newRig(t, f.dial, func(o *Options) { o.Backoff.Jitter, o.Backoff.Multiplier = 0, 1 }).start()
		time.Sleep(4 * time.Second)
		_ = f.conn(1).conn.Close()
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		for n := 3; n < 6; n++ {
			if c := f.conn(n); c != nil && len(c.lines("RCVLOOP")) > 0 {
				_ = c.conn.Close()
			}
		}
		time.Sleep(time.Second)
		want := Loss{Gaps: 2, GapTotal: 5 * time.Second, GapLast: 500 * time.Millisecond}
		if got := r.m.Status().Loss; got != want {
			t.Errorf("Loss = %+v, want %+v", got, want)
		}
	})
}

// TestReceiveGapOfPolls lasts from the last fetch that was answered.
func TestReceiveGapOfPolls(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Options)
	}{
		{"polls and sends", func(o *Options) { o.Receive, o.PollEvery = ReceivePoll, 4*time.Second }},
		{"polls beside one that sends", func(o *Options) { o.Receive, o.PollEvery, o.Connections = ReceivePoll, 4*time.Second, 2 }},
		{"held", func(o *Options) { o.Schedule = &Schedule{Every: 20 * time.Second} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := newRig(t, f.dial, func(o *Options) {
					o.Backoff.Jitter = 0
					tt.change(o)
				}).start()
				time.Sleep(51 * time.Second)
				_ = f.conn(1).conn.Close()
				time.Sleep(50 * time.Second)
				fetched := f.conn(1).times("RETR")
				var back time.Time
				for _, c := range f.connections()[1:] {
					if at := c.times("VERS"); len(at) > 0 && len(c.lines("RETR")) > 0 {
						back = at[0]
					}
				}
				gap := back.Sub(fetched[len(fetched)-1])
				want := Loss{Gaps: 1, GapTotal: gap, GapLast: gap}
				if got := r.m.Status().Loss; got != want || gap <= 0 {
					t.Errorf("Loss = %+v, want %+v", got, want)
				}
			})
		})
	}
}

// TestReceiveGapOfALostPoll has a connection that breaks at its first fetch: what came since it was made is lost, and no more.
func TestReceiveGapOfALostPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			cut := strings.HasPrefix(line, "RETR") && (c.n == 2 || c.n == 1 && len(c.lines("RETR")) == 3)
			if cut {
				time.Sleep(time.Second)
			}
			return markClose, cut
		}
		r := newRig(t, f.dial, func(o *Options) {
			o.Receive, o.PollEvery, o.Backoff.Jitter, o.Backoff.Multiplier = ReceivePoll, 4*time.Second, 0, 1
		}).start()
		time.Sleep(time.Minute)
		first, second := 5*time.Second+500*time.Millisecond, time.Second+500*time.Millisecond
		want := Loss{Gaps: 2, GapTotal: first + second, GapLast: second}
		if got := r.m.Status().Loss; got != want {
			t.Errorf("Loss = %+v, want %+v", got, want)
		}
	})
}

// TestNoReceiveGap is where being away is meant to be, and where nothing is received.
func TestNoReceiveGap(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Options)
	}{
		{"visits", func(o *Options) { o.Schedule = &Schedule{Every: time.Minute, Mode: Visit} }},
		{"only sends", func(o *Options) { o.Receive = ReceiveNone }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := newRig(t, f.dial, tt.change).start()
				for range 5 {
					time.Sleep(time.Minute)
					c := f.connections()
					_ = c[len(c)-1].conn.Close()
					r.out.pushNumbered(0, 1)
				}
				time.Sleep(time.Minute)
				if n := len(f.connections()); n < 3 {
					t.Fatalf("%d connections, want several", n)
				}
				if got := r.m.Status().Loss; got != (Loss{}) {
					t.Errorf("Loss = %+v, want none", got)
				}
			})
		})
	}
}
