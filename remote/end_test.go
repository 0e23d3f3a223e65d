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
