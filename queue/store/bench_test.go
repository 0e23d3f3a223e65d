package store

import (
	"fmt"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// BenchmarkStopped measures an event on its way into a stopped queue and out of it.
func BenchmarkStopped(b *testing.B) {
	h, err := At(vfs.OS{}, b.TempDir()).Lock()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = h.Close() }()
	row := new(vscp.Row)
	if err := row.Parse(fmt.Append(nil, "352,10,6,0,2026-02-02T02:40:00Z,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:01,72,53,54")); err != nil {
		b.Fatal(err)
	}
	const n = 100_000
	done, err := h.Import(b.Context(), sites, func(yield func(queue.Letter, error) bool) {
		for range n {
			if !yield(queue.Letter{Row: row}, nil) {
				return
			}
		}
	})
	if err != nil || done.Events != n {
		b.Fatalf("Import = %d, %v, want %d", done.Events, err, n)
	}
	b.Run("look", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if info, err := h.Look(b.Context(), sites); err != nil || info.Events != n {
				b.Fatalf("Look = %d, %v, want %d", info.Events, err, n)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
	})
	b.Run("events", func(b *testing.B) {
		b.ReportAllocs()
		var line []byte
		for b.Loop() {
			for l, err := range h.Events(b.Context(), sites) {
				if err == nil {
					line, err = l.AppendLine(line[:0])
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
	})
}
