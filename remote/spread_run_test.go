package remote

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// N connections to a peer with 20 ms a round trip move N times as much as one.
func TestSpreadThroughput(t *testing.T) {
	const events, answer = 1600, 20 * time.Millisecond
	for _, lanes := range []int{1, 2, 4, 8} {
		synctest.Test(t, func(t *testing.T) {
			o := newSettling(t, queue.DefaultOptions())
			s := newSpread(o, lanes)
			ctx, cancel := context.WithCancel(t.Context())
			var group sync.WaitGroup
			group.Go(func() { s.run(ctx) })
			for i := range events {
				o.Push([]*vscp.Row{spreadRow(i%1000, i)})
			}
			start := time.Now()
			var last time.Duration
			for i := range lanes {
				group.Go(func() {
					sendLane(ctx, s.lane(i), 1, func([]*vscp.Row) { time.Sleep(answer) })
				})
			}
			for {
				if last = time.Since(start); s.idle() {
					break
				}
				time.Sleep(answer)
				synctest.Wait()
			}
			cancel()
			group.Wait()
			// At the end a lane may have one more than another.
			if want := events / time.Duration(lanes) * answer; last < want || last > want+2*answer {
				t.Errorf("%d lanes took %v for %d events, want %v, and two answers more at most", lanes, last, events, want)
			}
			wantInOrder(t, o, events)
		})
	}
}

// sendLane is what a link does with its outbox. When ctx ends, half of what answer saw is settled.
func sendLane(ctx context.Context, l *lane, window int, answer func([]*vscp.Row)) {
	l.open()
	defer l.Release(nil)
	var rows []*vscp.Row
	for {
		for rows = l.Peek(rows[:0], window); len(rows) > 0; rows = l.Peek(rows[:0], window) {
			answer(rows)
			if ctx.Err() != nil {
				l.Settle(len(rows)/2, Forwarded)
				return
			}
			l.Settle(len(rows), Forwarded)
		}
		select {
		case <-l.Ready():
		case <-ctx.Done():
			return
		}
	}
}

// wantInOrder checks that everything was settled once, in the order in which it was pushed.
func wantInOrder(t *testing.T, o *settling, events int) {
	t.Helper()
	if len(o.settled) != events {
		t.Errorf("%d events settled, want %d", len(o.settled), events)
	}
	for i, got := range o.settled {
		if got.row.ObID != uint32(i) {
			t.Fatalf("settled %d is event %d, want %d", i, got.row.ObID, i)
		}
	}
}

// In the bubble time stands still while anything runs, so a lost wake-up ends the context at once.
func TestSpreadNoLostWakeUp(t *testing.T) {
	for _, lanes := range []int{1, 3, 8} {
		for _, window := range []int{1, 7} {
			synctest.Test(t, func(t *testing.T) {
				const events = 20_000
				random := rand.New(rand.NewPCG(uint64(lanes), uint64(window)))
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				limits := queue.DefaultOptions()
				limits.MaxEvents, limits.Overflow = 2*events, queue.Block
				o := newSettling(t, limits)
				s := newSpread(o, lanes)
				var group sync.WaitGroup
				group.Go(func() { s.run(ctx) })
				for i := range lanes {
					group.Go(func() { sendLane(ctx, s.lane(i), window, func([]*vscp.Row) {}) })
				}
				for i := 0; i < events; {
					for range 1 + random.IntN(20) {
						if i < events {
							o.Push([]*vscp.Row{spreadRow(random.IntN(30), i)})
							i++
						}
					}
					if random.IntN(4) == 0 {
						synctest.Wait() // all lanes wait
						if !s.idle() {
							t.Fatalf("%d lanes, window %d: stalled after %d events: %+v", lanes, window, i, o.Stats())
						}
					}
				}
				synctest.Wait()
				cancel()
				group.Wait()
				wantInOrder(t, o, events)
			})
		}
	}
}

// Real goroutines, for the race detector: links come and go while events arrive.
func TestSpreadConcurrently(t *testing.T) {
	const events, lanes, senders = 20_000, 4, 50
	limits := queue.DefaultOptions()
	limits.MaxEvents, limits.Overflow = events, queue.Block
	o := newSettling(t, limits)
	o.total = events
	s := newSpread(o, lanes)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { s.run(ctx) })
	var mu sync.Mutex // guards sent
	sent := make([]bool, events)
	check := func(rows []*vscp.Row) {
		mu.Lock()
		defer mu.Unlock()
		for _, row := range rows {
			n := int(row.ObID)
			if n >= senders && !sent[n-senders] {
				t.Errorf("event %d was sent before event %d of the same sender", n, n-senders)
			}
			sent[n] = true
		}
	}
	for i := range lanes {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			for ctx.Err() == nil {
				session, broke := context.WithCancel(ctx)
				sendLane(session, s.lane(i), 1+random.IntN(8), func(rows []*vscp.Row) {
					check(rows)
					if random.IntN(50) == 0 {
						broke()
					}
				})
				broke()
			}
		})
	}
	for i := range events {
		o.Push([]*vscp.Row{spreadRow(i%senders, i)})
	}
	<-o.done
	cancel()
	group.Wait()
	wantInOrder(t, o, events)
}
