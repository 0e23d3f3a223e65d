package queue

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// BenchmarkDiskPushPeekRemove pushes, waits until the keeper has written, and removes: what a batch costs at least if it is to be
// on disk before it is sent. In the bridge nobody waits for that.
func BenchmarkDiskPushPeekRemove(b *testing.B) {
	for _, mode := range []journal.Sync{journal.SyncNever, journal.SyncInterval, journal.SyncAlways} {
		for _, n := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("%s/batch%d", mode, n), func(b *testing.B) {
				at := journal.DefaultOptions(filepath.Join(b.TempDir(), "queue"))
				at.Sync = mode
				q, _, err := openDisk(DefaultOptions(), at)
				if err != nil {
					b.Fatalf("openDisk = %v, want a queue", err)
				}
				batch := numbered(0, n)
				lease := make([]*vscp.Row, 0, n)
				b.ReportAllocs()
				for b.Loop() {
					q.Push(batch)
					if _, err := q.write(); err != nil {
						b.Fatalf("write = %v, want nil", err)
					}
					lease = q.Peek(lease[:0], n)
					q.Remove(len(lease))
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
				if err := q.Close(); err != nil {
					b.Fatalf("Close = %v, want nil", err)
				}
			})
		}
	}
}

// A million events wait in little memory, whatever their texts need. The rules that find events in the midst need a slot for each.
func TestDiskMemory(t *testing.T) {
	for rule := range Overflow(len(overflowNames)) {
		t.Run(rule.String(), func(t *testing.T) {
			most := uint64(8 << 20)
			switch rule {
			case DropLowestPriority:
				most = 40 << 20
			case LatestOnly: // with the subjects
				most = 200 << 20
			default:
			}
			testDiskMemory(t, rule, most)
		})
	}
}

func testDiskMemory(t *testing.T, rule Overflow, most uint64) {
	t.Helper()
	const n = 1_000_000
	if os.Getenv("TCPIPLINK_MEMORY") == "" {
		t.Skip("TCPIPLINK_MEMORY is not set; this writes 150 MB")
	}
	at := journal.DefaultOptions(filepath.Join(t.TempDir(), "queue"))
	at.Sync = journal.SyncNever
	o := limits(n, 1<<40, rule)
	o.MaxAge = 24 * time.Hour
	q, _, err := openDisk(o, at)
	if err != nil {
		t.Fatalf("openDisk = %v, want a queue", err)
	}
	var largest uint64
	measure := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		largest = max(largest, m.HeapInuse+m.StackInuse)
	}
	for i := 0; i < n; i += 1000 {
		batch := numbered(i, 1000)
		for j, row := range batch { // each about something else
			binary.BigEndian.PutUint32(row.GUID[:], uint32(i+j))
		}
		q.Push(batch)
		if err := q.settle(t); err != nil {
			t.Fatalf("settle = %v, want nil", err)
		}
		if i%10_000 == 0 {
			measure()
		}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d events: %.1f MiB live, %.1f MiB in use at most", q.Stats().Events, float64(m.HeapAlloc)/(1<<20), float64(largest)/(1<<20))
	if m.HeapAlloc > most {
		t.Errorf("%d bytes are live while %d events wait, want at most %d", m.HeapAlloc, n, most)
	}
	if err := q.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}
