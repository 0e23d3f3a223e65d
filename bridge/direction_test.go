package bridge

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func blockingDirection(t *testing.T, room int) *direction {
	t.Helper()
	return newDirection(t, queue.Options{MaxEvents: room, MaxBytes: 1 << 20, Overflow: queue.Block}, hclog.NewNullLogger())
}

func newDirection(t *testing.T, o queue.Options, logger hclog.Logger) *direction {
	t.Helper()
	q, err := queue.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &direction{route: "r", from: []string{"a"}, to: "b", queue: q, limits: o, stopping: make(chan struct{}), watch: watch{logger: logger}}
}

// offer sends n admitted events down a lane, as a batch.
func offer(ctx context.Context, l *lane, n int) {
	var memory arena
	for range n {
		l.rows = append(l.rows, memory.keep(&vscp.Row{Class: 10, Type: 6, Text: []byte("0,10,6,0,,,-")}))
	}
	l.deliver(ctx)
}

func TestBlockWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := blockingDirection(t, 3)
		l := lane{d: d}
		done := make(chan struct{})
		go func() {
			defer close(done)
			offer(t.Context(), &l, 10)
		}()
		for forwarded := 0; forwarded < 10; {
			synctest.Wait()
			s := d.status()
			if !s.Balanced() || s.Received != uint64(min(10, forwarded+3)) {
				t.Fatalf("with %d forwarded: %+v, want balanced, received what the queue had room for", forwarded, s)
			}
			n := len(d.queue.Peek(nil, 2))
			d.settle(n, remote.Forwarded)
			forwarded += n
		}
		<-done
	})
}

func TestBlockGivesUpAtTheStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := blockingDirection(t, 3)
		l := lane{d: d}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			offer(ctx, &l, 10)
		}()
		synctest.Wait()
		cancel()
		<-done
		s := d.status()
		if s.Received != 10 || s.Queued != 3 || s.Dropped[ReasonStopped] != 7 || !s.Balanced() {
			t.Errorf("after the stop: %+v, want 10 received, 3 queued, 7 dropped as %s", s, ReasonStopped)
		}
	})
}

// Nobody takes events, and nobody looks: those that expire make room nevertheless.
func TestBlockEndsWhenEventsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirection(t, queue.Options{MaxEvents: 3, MaxBytes: 1 << 20, MaxAge: time.Minute, Overflow: queue.Block}, hclog.NewNullLogger())
		l := lane{d: d}
		start := time.Now()
		offer(t.Context(), &l, 6)
		if took := time.Since(start); took < time.Minute || took > time.Minute+recheck {
			t.Errorf("a batch of twice the room was queued after %v, want 1m and at most %v more", took, recheck)
		}
		if s := d.status(); s.Received != 6 || s.Queued != 3 || s.Dropped[ReasonQueueExpired] != 3 || !s.Balanced() {
			t.Errorf("status %+v, want 6 received, 3 queued, 3 dropped as %s", s, ReasonQueueExpired)
		}
		d.endEpisodes()
	})
}

func TestSettleCountsEveryOutcome(t *testing.T) {
	d := blockingDirection(t, 10)
	l := lane{d: d}
	offer(t.Context(), &l, 7)
	var o outbox
	o.add(d)
	if n := len(o.Peek(nil, 7)); n != 7 {
		t.Fatalf("Peek returned %d events, want 7", n)
	}
	o.Settle(2, remote.Forwarded)
	o.Settle(1, remote.RefusedForGood)
	o.Settle(1, remote.TooLong)
	o.Settle(1, remote.Unfit)
	o.Release(nil)
	s := d.status()
	if s.Forwarded != 2 || s.Dropped[ReasonRefused] != 1 || s.Dropped[ReasonTooLong] != 1 || s.Dropped[ReasonUnfit] != 1 ||
		s.Queued != 2 || !s.Balanced() {
		t.Errorf("status %+v, want 2 forwarded, 1 refused, 1 too long, 1 unfit, 2 queued, balanced", s)
	}
}

func TestOutboxTakesTurnsAndSettlesInOrder(t *testing.T) {
	one, two := blockingDirection(t, 10), blockingDirection(t, 10)
	offer(t.Context(), &lane{d: one}, 5)
	offer(t.Context(), &lane{d: two}, 5)
	var o outbox
	o.add(one)
	o.add(two)
	if n := len(o.Peek(nil, 4)); n != 4 {
		t.Fatalf("Peek returned %d events, want 4", n)
	}
	if a, b := one.queue.Stats().Leased, two.queue.Stats().Leased; a != 2 || b != 2 {
		t.Errorf("leased %d and %d, want 2 of each direction", a, b)
	}
	o.Settle(3, remote.Forwarded)
	if a, b := one.status().Forwarded, two.status().Forwarded; a != 2 || b != 1 {
		t.Errorf("forwarded %d and %d, want 2 and 1, in the order of the leases", a, b)
	}
	o.Release(nil)
	if n := len(o.Peek(nil, 100)); n != 7 {
		t.Errorf("after Release, Peek returned %d events, want 7", n)
	}
}

func TestArenaKeepsRowsApart(t *testing.T) {
	var memory arena
	long := make([]byte, arenaText+1)
	texts := [][]byte{[]byte("first"), long, []byte("second")}
	for range arenaRows {
		texts = append(texts, []byte("0,10,6,0,,,-,1,2,3"))
	}
	var kept []*vscp.Row
	for i, text := range texts {
		row := vscp.Row{Type: uint16(i), Text: append([]byte(nil), text...)}
		kept = append(kept, memory.keep(&row))
		clear(row.Text) // the reader's buffer goes on to the next line
	}
	for i, row := range kept {
		if string(row.Text) != string(texts[i]) || row.Type != uint16(i) {
			t.Errorf("row %d is %q of type %d, want %q of type %d", i, row.Text, row.Type, texts[i], i)
		}
	}
}

// TestDeliveryCounts has one of each: forwarded at once, refused, forwarded and not known before the connection ended, given back.
func TestDeliveryCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := blockingDirection(t, 10)
		offer(t.Context(), &lane{d: d}, 4)
		var o outbox
		o.add(d)
		rows := o.Peek(nil, 4)
		time.Sleep(2 * time.Second)
		o.Settle(1, remote.Forwarded)
		o.Refuse(remote.Fate{Row: rows[1], Outcome: remote.RefusedForGood})
		time.Sleep(3 * time.Second)
		o.Release([]remote.Fate{{Row: rows[2], Outcome: remote.Returned}, {Row: rows[3], Outcome: remote.Forwarded}})
		s := d.status()
		if want := uint64(2 * len(rows[0].Text)); s.Forwarded != 2 || s.Text.Forwarded != want || s.Queued != 1 || !s.Balanced() {
			t.Errorf("status %+v, want 2 forwarded with %d bytes, 1 queued, balanced", s, want)
		}
		var out dto.Metric
		if err := s.Delivery.Metric(prometheus.NewDesc("h", "help", nil, nil)).Write(&out); err != nil {
			t.Fatal(err)
		}
		if h := out.GetHistogram(); h.GetSampleCount() != 2 || h.GetSampleSum() != 7 {
			t.Errorf("%d deliveries took %v s, want 2 and 7 s", h.GetSampleCount(), h.GetSampleSum())
		}
	})
}
