package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// checkStays fails the test unless h counted so many events, which were in a queue for so long together.
func checkStays(t *testing.T, h *latency.Histogram, count uint64, sum time.Duration) {
	t.Helper()
	var out dto.Metric
	if err := h.Metric(prometheus.NewDesc("h", "help", nil, nil)).Write(&out); err != nil {
		t.Fatal(err)
	}
	if got := out.GetHistogram(); got.GetSampleCount() != count || got.GetSampleSum() != sum.Seconds() {
		t.Errorf("%d events were in the queue for %v s, want %d for %v s", got.GetSampleCount(), got.GetSampleSum(), count, sum.Seconds())
	}
}

// TestDeliverCounts has events of three batches, of which the first does not reach its destination, and new limits between.
func TestDeliverCounts(t *testing.T) {
	for rule := range Overflow(len(overflowNames)) {
		synctest.Test(t, func(t *testing.T) {
			q := newQueue(t, limits(10, 1<<20, rule))
			push := func(from, n int) {
				for i, row := range numbered(from, n) {
					row.Type = uint16(from + i) // a subject of its own
					q.Push([]*vscp.Row{row})
				}
				time.Sleep(time.Second)
			}
			push(0, 1)
			push(1, 2)
			push(3, 1)
			leased := q.Peek(nil, 10)
			if len(leased) != 4 {
				t.Fatalf("%v: Peek gave %d events, want 4", rule, len(leased))
			}
			if err := q.SetLimits(limits(5, 1<<20, DropOldest)); err != nil {
				t.Fatal(err)
			}
			var took latency.Histogram
			if got, want := q.Remove(1), int64(len(leased[0].Text)); got != want {
				t.Errorf("%v: Remove = %d bytes, want %d", rule, got, want)
			}
			var want int64
			for _, row := range leased[1:] {
				want += int64(len(row.Text))
			}
			if got := q.Deliver(3, &took); got != want {
				t.Errorf("%v: Deliver = %d bytes, want %d", rule, got, want)
			}
			checkStays(t, &took, 3, 2*2*time.Second+time.Second)
			if s := checkBalance(t, q); s.Removed != 4 {
				t.Errorf("%v: %d removed, want 4", rule, s.Removed)
			}
		})
	}
}

// TestDeliverAfterARestart: what an earlier process took has waited since then, in the window and behind it.
func TestDeliverAfterARestart(t *testing.T) {
	for _, rule := range []Overflow{DropOldest, DropLowestPriority} {
		synctest.Test(t, func(t *testing.T) {
			const before, after = windowEvents + 300, 10
			disk := faultfs.New()
			o := limits(before+after, 1<<30, rule)
			q := startDisk(t, o, disk)
			q.Push(numbered(0, before))
			time.Sleep(time.Minute)
			stopDisk(t, q)
			time.Sleep(10 * time.Minute)
			q = startDisk(t, o, disk)
			q.Push(numbered(before, after))
			time.Sleep(time.Minute)
			began := time.Now()
			var took latency.Histogram
			for got := 0; got < before+after; {
				n := len(q.Peek(nil, 100))
				if n == 0 {
					t.Fatalf("%v: nothing to peek after %d events", rule, got)
				}
				q.Deliver(n, &took)
				got += n
			}
			if waited := time.Since(began); waited != 0 {
				t.Fatalf("%v: reading took %v of fake time, want 0", rule, waited)
			}
			checkStays(t, &took, before+after, before*12*time.Minute+after*time.Minute)
			stopDisk(t, q)
		})
	}
}
