// Package latency counts durations in buckets. A Histogram is small and takes no lock, so that thousands of them cost nothing
// while nobody reads them.
package latency

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Bounds returns the upper bounds of the buckets, inclusive, from the answer of a neighbour to an event that waited for a day.
func Bounds() []time.Duration { return slices.Clone(bounds[:]) }

var bounds = [...]time.Duration{
	100 * time.Microsecond, 300 * time.Microsecond, time.Millisecond, 3 * time.Millisecond, 10 * time.Millisecond, 30 * time.Millisecond,
	100 * time.Millisecond, 300 * time.Millisecond, time.Second, 3 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 5 * time.Minute, time.Hour, 24 * time.Hour,
}

// Histogram counts durations. The zero value is empty. It may be used by many goroutines.
type Histogram struct {
	buckets [len(bounds) + 1]atomic.Uint64
	micros  atomic.Uint64 // the sum: nanoseconds would overflow where millions of events wait for days
}

// Observe counts n durations of the same length; one below 0 counts as 0. A nil Histogram counts nothing.
func (h *Histogram) Observe(d time.Duration, n uint64) {
	if h == nil || n == 0 {
		return
	}
	d = max(d, 0)
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.buckets[i].Add(n)
	h.micros.Add(uint64(d.Round(time.Microsecond)/time.Microsecond) * n)
}

// Metric returns a reading as a metric of Prometheus.
func (h *Histogram) Metric(desc *prometheus.Desc, labels ...string) prometheus.Metric {
	cumulative := make(map[float64]uint64, len(bounds))
	var count uint64
	for i, bound := range bounds {
		count += h.buckets[i].Load()
		cumulative[bound.Seconds()] = count
	}
	count += h.buckets[len(bounds)].Load()
	return prometheus.MustNewConstHistogram(desc, count, float64(h.micros.Load())/1e6, cumulative, labels...)
}
