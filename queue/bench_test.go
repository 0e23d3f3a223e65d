package queue

import (
	"fmt"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func batchOf(n int) []*vscp.Row {
	batch := make([]*vscp.Row, n)
	for i := range batch {
		batch[i] = &vscp.Row{Class: 10, Type: uint16(i), Text: make([]byte, 90)}
		batch[i].Head = batch[i].Head.WithPriority(uint8(i % 8))
	}
	return batch
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	for overflow := range Overflow(len(overflowNames)) {
		o := DefaultOptions()
		o.Overflow = overflow
		q := newQueue(t, o)
		batch := batchOf(100)
		lease := make([]*vscp.Row, 0, len(batch))
		var took latency.Histogram
		cycles := func() {
			for range 200 {
				q.Push(batch)
				lease = q.Peek(lease[:0], len(batch))
				q.Release()
				lease = q.Peek(lease[:0], len(batch))
				q.Remove(len(lease) / 2)
				q.Deliver(len(lease)-len(lease)/2, &took)
			}
		}
		if got := testing.AllocsPerRun(5, cycles); got != 0 {
			t.Errorf("%v: %v allocations in 200 cycles, want 0", overflow, got)
		}
	}
}

func BenchmarkPushPeekRemove(b *testing.B) {
	for rule := range Overflow(len(overflowNames)) {
		for _, n := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("%s/batch%d", rule, n), func(b *testing.B) {
				o := DefaultOptions()
				o.Overflow = rule
				q := newQueue(b, o)
				batch := batchOf(n)
				lease := make([]*vscp.Row, 0, n)
				b.ReportAllocs()
				for b.Loop() {
					q.Push(batch)
					lease = q.Peek(lease[:0], n)
					q.Remove(len(lease))
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
			})
		}
	}
}

// BenchmarkPushPeekDeliver is BenchmarkPushPeekRemove where the time in the queue is counted.
func BenchmarkPushPeekDeliver(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("batch%d", n), func(b *testing.B) {
			q := newQueue(b, DefaultOptions())
			batch := batchOf(n)
			lease := make([]*vscp.Row, 0, n)
			var took latency.Histogram
			b.ReportAllocs()
			for b.Loop() {
				q.Push(batch)
				lease = q.Peek(lease[:0], n)
				q.Deliver(len(lease), &took)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
		})
	}
}

// BenchmarkPushFull is the price of an event that evicts or replaces another.
func BenchmarkPushFull(b *testing.B) {
	for _, rule := range []Overflow{DropOldest, DropLowestPriority, LatestOnly} {
		b.Run(rule.String(), func(b *testing.B) {
			o := DefaultOptions()
			o.Overflow = rule
			q := newQueue(b, o)
			batch := batchOf(100)
			for q.Stats().Dropped.Total() == 0 {
				q.Push(batch)
			}
			b.ReportAllocs()
			for b.Loop() {
				q.Push(batch)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(batch)), "ns/event")
		})
	}
}
