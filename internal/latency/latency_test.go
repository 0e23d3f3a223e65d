package latency_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
)

func read(t *testing.T, h *latency.Histogram) *dto.Histogram {
	t.Helper()
	var out dto.Metric
	if err := h.Metric(prometheus.NewDesc("h", "help", []string{"remote"}, nil), "north").Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.GetHistogram()
}

func TestHistogram(t *testing.T) {
	var h latency.Histogram
	bounds := latency.Bounds()
	for _, bound := range bounds {
		h.Observe(bound, 2)                 // within
		h.Observe(bound+time.Nanosecond, 1) // above
	}
	h.Observe(-time.Second, 1) // a clock that was set back
	got := read(t, &h)
	if want := uint64(3*len(bounds) + 1); got.GetSampleCount() != want {
		t.Errorf("count = %d, want %d", got.GetSampleCount(), want)
	}
	for i, b := range got.GetBucket() {
		if want := uint64(3*i + 3); b.GetUpperBound() != bounds[i].Seconds() || b.GetCumulativeCount() != want {
			t.Errorf("bucket %d = %d up to %v, want %d up to %v", i, b.GetCumulativeCount(), b.GetUpperBound(), want, bounds[i].Seconds())
		}
	}
}

func TestHistogramSum(t *testing.T) {
	var h latency.Histogram
	h.Observe(24*time.Hour, 1e6)
	h.Observe(1500*time.Microsecond, 1)
	if got, want := read(t, &h).GetSampleSum(), 24*3600*1e6+0.0015; math.Abs(got-want) > 0.01 {
		t.Errorf("sum = %v, want %v", got, want)
	}
}

func TestNothing(t *testing.T) {
	var none *latency.Histogram
	none.Observe(time.Second, 1) // does not panic
	var h latency.Histogram
	h.Observe(time.Second, 0)
	if got := read(t, &h).GetSampleCount(); got != 0 {
		t.Errorf("count = %d, want 0", got)
	}
}

func BenchmarkObserve(b *testing.B) {
	b.ReportAllocs()
	var h latency.Histogram
	for b.Loop() {
		h.Observe(2*time.Millisecond, 1)
	}
}
