package remote

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestMetricsRemove has one manager take over from another of its name.
func TestMetricsRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		metrics := NewMetrics(registry)
		change := func(o *Options) { o.Metrics = metrics }
		const sent = "events_sent_total remote=house"
		wantSent := func(what string, want float64, there bool) {
			t.Helper()
			if got, ok := gather(t, registry)[sent]; got != want || ok != there {
				t.Errorf("%s: %s is %v (there: %v), want %v (there: %v)", what, sent, got, ok, want, there)
			}
		}
		before := newRig(t, newFake(t).dial, change).start()
		before.out.pushNumbered(0, 3)
		synctest.Wait()
		after := newRig(t, newFake(t).dial, change)
		wantSent("two of a name", 3, true)
		before.stop()
		metrics.Remove(before.m)
		metrics.Remove(before.m) // is harmless
		wantSent("the first removed", 0, true)
		after.start()
		after.out.pushNumbered(0, 5)
		synctest.Wait()
		wantSent("the second at work", 5, true)
		metrics.Remove(after.m)
		if got := gather(t, registry); len(got) != 0 {
			t.Errorf("metrics without a manager are %v, want none", got)
		}
		(*Metrics)(nil).Remove(after.m)
	})
}

// TestEndedManagerIsForgotten ends managers in all ways, and looks whether anything that lives longer still holds them: a goroutine, a
// timer, a context, the metrics.
func TestEndedManagerIsForgotten(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context()) // outlives the managers
	defer cancel()
	metrics := NewMetrics(prometheus.NewPedanticRegistry())
	dials := rate.NewLimiter(rate.Inf, 1)
	ends := map[string]func(m *Manager, hard context.CancelFunc){
		"flush":     func(m *Manager, _ context.CancelFunc) { m.Flush() },
		"hard":      func(_ *Manager, hard context.CancelFunc) { hard() },
		"both":      func(m *Manager, hard context.CancelFunc) { m.StopReceiving(); <-m.Received(); m.Flush(); hard() },
		"never run": nil,
	}
	for _, receive := range []ReceiveMode{ReceiveAuto, ReceivePush, ReceivePoll, ReceiveNone} {
		for _, answers := range []bool{true, false} {
			for name, end := range ends {
				t.Run(fmt.Sprintf("receive mode %d, %s, peer answers: %v", receive, name, answers), func(t *testing.T) {
					f := newFake(t)
					f.answer = func(_ *fakeConn, line string) (string, bool) {
						return markStall, !answers && strings.HasPrefix(line, "CHID")
					}
					forgotten := func() weak.Pointer[Manager] {
						o := DefaultOptions()
						o.Name, o.Addresses, o.Receive, o.Metrics, o.Dials = "house", []string{testAddress}, receive, metrics, dials
						o.Client.Dial = f.dial
						m, err := NewManager(o, &inbox{}, newOutbox(t))
						if err != nil {
							t.Fatal(err)
						}
						if end != nil {
							hard, stop := context.WithCancel(ctx)
							defer stop()
							if name == "flush" { // Run must not leave anything with it
								hard = ctx
							}
							done := make(chan struct{})
							go func() {
								defer close(done)
								m.Run(hard)
							}()
							for len(f.dialed()) == 0 {
								runtime.Gosched()
							}
							end(m, stop)
							<-done
						}
						metrics.Remove(m)
						return weak.Make(m)
					}()
					limit := time.Now().Add(10 * time.Second)
					for forgotten.Value() != nil && time.Now().Before(limit) {
						runtime.GC()
					}
					if forgotten.Value() != nil {
						t.Error("the manager is still held by something, want it collected")
					}
				})
			}
		}
	}
}

// TestEndOfOneManager ends a manager while the process goes on, as a configuration without its remote asks for.
func TestEndOfOneManager(t *testing.T) {
	for _, connections := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			f := slowly(t, 10*time.Millisecond)
			r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Window = connections, 2 }).start()
			synctest.Wait()
			r.pushSenders(20, 30)
			f.conn(1).push("0,10,6,0,,,-,1")
			r.m.StopReceiving()
			<-r.m.Received()
			r.m.Flush()
			<-r.done
			r.out.wantOutcomes(600, 0, 0)
			wantOrderPerSender(t, f)
			if got := len(r.in.all()); got != 1 {
				t.Errorf("received %d events, want the one before the end", got)
			}
			synctest.Wait()
			for _, c := range f.connections() {
				if !c.isGone() || len(c.lines("QUIT")) != 1 {
					t.Errorf("connection %d is gone: %v, QUIT %d times, want gone after one", c.n, c.isGone(), len(c.lines("QUIT")))
				}
			}
		})
	}
}

// TestNextManagerOfAnOutbox ends a manager hard whose peer is dead: the next one for the outbox sends what it could not.
func TestNextManagerOfAnOutbox(t *testing.T) {
	const n = 50
	for name, tt := range map[string]struct {
		dead  func(f *fake)
		class int // 30: must not be sent twice
		sent  int // events that the dead peer got
		lost  int // of those, the ones that the next does not send
	}{
		"down":                     {func(f *fake) { f.setRefuse(true) }, 10, 0, 0},
		"silent":                   {nil, 10, 4, 0},
		"silent, to be taken once": {nil, 30, 4, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					return "", strings.HasPrefix(line, "SEND")
				}
				if tt.dead != nil {
					tt.dead(f)
				}
				before := newRig(t, f.dial, func(o *Options) { o.Window = 4 }).start()
				time.Sleep(time.Second)
				rows := make([]*vscp.Row, n)
				for i := range rows {
					rows[i] = mustRow(t, fmt.Sprintf("0,%d,6,0,,,-,%d,%d", tt.class, i>>8, i&0xFF))
				}
				before.out.push(rows...) // in one piece, so that the sender finds a whole window
				before.m.StopReceiving()
				<-before.m.Received()
				before.m.Flush()
				time.Sleep(3 * time.Second)
				if isClosed(before.done) {
					t.Error("Run returned with events left, want it to wait for the hard end")
				}
				start := time.Now()
				before.stop()
				if took := time.Since(start); took != 0 {
					t.Errorf("the hard end took %v, want it at once", took)
				}
				if got := len(f.all("SEND")); got != tt.sent {
					t.Errorf("the dead peer got %d events, want %d", got, tt.sent)
				}
				next := newFake(t)
				after := newRig(t, next.dial, nil)
				after.m.outbox, after.m.crew.links[0].outbox = before.out, before.out
				after.start()
				time.Sleep(time.Second)
				after.m.Flush()
				<-after.done
				got := next.all("SEND")
				if len(got) != n-tt.lost {
					t.Fatalf("the next peer got %d events, want %d", len(got), n-tt.lost)
				}
				for i, line := range got {
					if number(t, line) != i+tt.lost {
						t.Fatalf("the next peer got event %d as %q, want number %d", i, line, i+tt.lost)
					}
				}
				ambiguous := 0
				for _, s := range before.out.results() {
					if s.outcome == Ambiguous {
						ambiguous++
					}
				}
				if all := len(before.out.results()); ambiguous != tt.lost || all != n {
					t.Errorf("%d events settled, %d of them ambiguous, want %d and %d", all, ambiguous, n, tt.lost)
				}
			})
		})
	}
}
