package bridge

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// sized makes a row whose text has so many bytes.
func sized(n int) *vscp.Row {
	return &vscp.Row{Class: 10, Type: 6, Text: bytes.Repeat([]byte("x"), n)}
}

// TestBytesByReason loses an event of another length for each reason.
func TestBytesByReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := queue.Options{MaxEvents: 3, MaxBytes: 3000, MaxAge: time.Hour, Overflow: queue.DropOldest}
		d := newDirection(t, o, hclog.NewNullLogger())
		d.removed = new(atomic.Uint64)
		defer d.endEpisodes()
		l := lane{d: d}
		take := func(sizes ...int) {
			for _, n := range sizes {
				l.rows = append(l.rows, sized(n))
			}
			l.deliver(t.Context())
		}
		lose := func(rule queue.Overflow, sizes ...int) { // the queue is left empty
			o.Overflow = rule
			if err := d.queue.SetLimits(o); err != nil {
				t.Fatal(err)
			}
			take(sizes...)
			d.settle(len(d.queue.Peek(nil, 3)), remote.Forwarded)
		}
		settle := func(size int, as remote.Outcome) {
			take(size)
			d.settle(len(d.queue.Peek(nil, 1)), as)
		}
		lose(queue.DropOldest, 101, 1, 1, 1)
		lose(queue.DropNewest, 1, 1, 1, 102)
		lose(queue.DropLowestPriority, 103, 1, 1, 1)
		lose(queue.LatestOnly, 104, 1)
		take(105)
		time.Sleep(time.Hour)
		take(3106)
		if s := d.status(); s.Queued != 0 {
			t.Fatalf("%d events wait, want none", s.Queued)
		}
		settle(107, remote.RefusedForGood)
		settle(108, remote.TooLong)
		settle(109, remote.Unfit)
		take(110)
		row := d.queue.Peek(nil, 1)[0]
		d.release([]remote.Fate{{Row: row, Outcome: remote.RetryExpired}})
		settle(111, remote.Ambiguous)
		take(112)
		d.queue.Purge()
		o.Overflow = queue.Block
		if err := d.queue.SetLimits(o); err != nil {
			t.Fatal(err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		l.rows = []*vscp.Row{sized(1), sized(1), sized(1), sized(113)}
		l.deliver(ended)
		d.leave.closed = true
		take(114)
		want := map[Reason]uint64{
			ReasonQueueOldest: 101, ReasonQueueNewest: 102, ReasonQueuePriority: 103, ReasonQueueReplaced: 104, ReasonQueueExpired: 105,
			ReasonQueueTooLarge: 3106, ReasonRefused: 107, ReasonTooLong: 108, ReasonUnfit: 109, ReasonRetryExpired: 110, ReasonAmbiguous: 111,
			ReasonPurged: 112, ReasonStopped: 113, ReasonRouteRemoved: 114, ReasonQueueDamaged: 0,
		}
		for i, reason := range append(policy.Filtered(), policy.Suppressed()...) {
			want[reason] = uint64(200 + i)
			l.held.addRow(reason, sized(200+i))
		}
		take()
		s := d.status()
		if !s.Balanced() || s.Text.Queued != 3 {
			t.Errorf("status %+v, want it balanced, with 3 bytes queued", s)
		}
		checkBytes(t, &s, want)
	})
}

// checkBytes compares the bytes of all reasons with what the status has and with what is exported.
func checkBytes(t *testing.T, s *DirectionStatus, want map[Reason]uint64) {
	t.Helper()
	b := byteFlow(func(name, _ string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, "help", append([]string{"route", "to"}, more...), nil)
	})
	out := make(chan prometheus.Metric, 100)
	b.collect(out, s, &s.Text)
	close(out)
	exported := map[Reason]uint64{}
	for m := range out {
		var v dto.Metric
		if err := m.Write(&v); err != nil {
			t.Fatal(err)
		}
		for _, label := range v.GetLabel() {
			if label.GetName() == "reason" {
				exported[Reason(label.GetValue())] = uint64(v.GetCounter().GetValue())
			}
		}
	}
	reasons := 0
	for _, by := range []map[Reason]uint64{s.Text.Filtered, s.Text.Suppressed, s.Text.Dropped} {
		for reason, n := range by {
			reasons++
			if w, known := want[reason]; n != w || exported[reason] != w || !known {
				t.Errorf("%s: %d bytes, %d exported, want %d", reason, n, exported[reason], w)
			}
		}
	}
	if reasons != len(want) || len(exported) != len(want) {
		t.Errorf("%d reasons in the status and %d exported, want %d", reasons, len(exported), len(want))
	}
}
