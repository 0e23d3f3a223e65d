package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

func benchBatch(n int) (payloads [][]byte, times []int64) {
	payload := bytes.Repeat([]byte("e"), 100)
	for i := range n {
		payloads = append(payloads, payload)
		times = append(times, int64(i))
	}
	return payloads, times
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	o := DefaultOptions(t.TempDir())
	o.Sync, o.Interval, o.SegmentBytes = SyncNever, time.Hour, 1<<30
	j, _ := mustOpen(t, o)
	payloads, times := benchBatch(64)
	r := j.NewReader(0)
	cycle := func() {
		first, err := j.Append(payloads, times)
		if err != nil {
			t.Fatalf("Append = %v, want nil", err)
		}
		for range payloads {
			if _, err := r.Next(); err != nil {
				t.Fatalf("Next = %v, want a record", err)
			}
		}
		j.Ack(first)
	}
	cycle()
	if got := testing.AllocsPerRun(100, cycle); got > 0 {
		t.Errorf("%v allocations for an append of 64 records, reading them and an Ack, want 0", got)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close of the reader = %v, want nil", err)
	}
	mustClose(t, j)
}

// TestReaderMemory reads a journal that is much larger than what the reader may use.
func TestReaderMemory(t *testing.T) {
	o := testOptions(faultfs.New())
	j, _ := mustOpen(t, o)
	payloads, times := benchBatch(1000)
	for range 200 {
		if _, err := j.Append(payloads, times); err != nil {
			t.Fatalf("Append = %v, want nil", err)
		}
	}
	r := j.NewReader(0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for ; ; n++ {
		if _, err := r.Next(); err != nil {
			break
		}
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; n != 200_000 || got > 2*maxRecord {
		t.Errorf("reading %d records allocated %d bytes, want 200000 and at most %d", n, got, 2*maxRecord)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close of the reader = %v, want nil", err)
	}
	mustClose(t, j)
}

func perRecord(b *testing.B, records int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
}

// BenchmarkAppend has a consumer that keeps up, so that the disk does not fill.
func BenchmarkAppend(b *testing.B) {
	for _, mode := range allModes {
		for _, n := range []int{1, 10, 64, 100} {
			b.Run(fmt.Sprintf("%v/batch%d", mode, n), func(b *testing.B) {
				o := DefaultOptions(b.TempDir())
				o.Sync = mode
				j, _, err := Open(o)
				if err != nil {
					b.Fatal(err)
				}
				payloads, times := benchBatch(n)
				b.ReportAllocs()
				for b.Loop() {
					first, err := j.Append(payloads, times)
					if err != nil {
						b.Fatal(err)
					}
					j.Ack(first)
				}
				perRecord(b, b.N*n)
				mustClose(b, j)
			})
		}
	}
}

// BenchmarkBareSync is what "always" is compared with: the same bytes, a write and a data sync each.
func BenchmarkBareSync(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("batch%d", n), func(b *testing.B) {
			f, err := vfs.OS{}.OpenFile(filepath.Join(b.TempDir(), "f"), os.O_CREATE|os.O_RDWR, 0o600)
			if err != nil {
				b.Fatal(err)
			}
			data := bytes.Repeat([]byte("e"), n*(headerSize+100))
			off := int64(0)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.WriteAt(data, off); err != nil {
					b.Fatal(err)
				}
				if err := f.Sync(); err != nil {
					b.Fatal(err)
				}
				off += int64(len(data))
			}
			perRecord(b, b.N*n)
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	o := DefaultOptions(b.TempDir())
	o.Sync = SyncNever
	j, _, err := Open(o)
	if err != nil {
		b.Fatal(err)
	}
	payloads, times := benchBatch(1000)
	for range 500 {
		if _, err := j.Append(payloads, times); err != nil {
			b.Fatal(err)
		}
	}
	r := j.NewReader(0)
	b.ReportAllocs()
	for b.Loop() {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			if err := r.Close(); err != nil {
				b.Fatal(err)
			}
			r = j.NewReader(0)
		} else if err != nil {
			b.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
	mustClose(b, j)
}

// BenchmarkRecovery opens a journal of 1 GiB.
func BenchmarkRecovery(b *testing.B) {
	if testing.Short() {
		b.Skip("writes 1 GiB")
	}
	o := DefaultOptions(b.TempDir())
	o.Sync = SyncNever
	j, _, err := Open(o)
	if err != nil {
		b.Fatal(err)
	}
	payloads, times := benchBatch(1000)
	records := uint64(0)
	for j.Stats().Bytes < 1<<30 {
		if _, err := j.Append(payloads, times); err != nil {
			b.Fatal(err)
		}
		records += 1000
	}
	mustClose(b, j)
	o.Sync = SyncInterval
	b.ReportAllocs()
	for b.Loop() {
		j, found, err := Open(o)
		if err != nil || found.Records != records {
			b.Fatalf("Open = %d records, %v, want %d", found.Records, err, records)
		}
		mustClose(b, j)
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/GiB")
}
