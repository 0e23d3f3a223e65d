package journal

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

func TestAppendReadAckReopen(t *testing.T) {
	t.Parallel()
	o := DefaultOptions(filepath.Join(t.TempDir(), "a", "b"))
	o.SegmentBytes = 2000
	j, found, err := Open(o)
	if err != nil {
		t.Fatalf("Open = %v, want a journal", err)
	}
	if found.Cursor != CursorMissing || !found.Clean() {
		t.Errorf("Recovery of a new folder = %+v, want a clean one without cursor", found)
	}
	for range 20 {
		appendN(t, j, 10)
	}
	checkSeqs(t, readAll(t, j, 0), span(1, 200))
	checkSeqs(t, readAll(t, j, 150), span(150, 200))
	checkSeqs(t, readAll(t, j, 201), nil)
	j.Ack(100)
	j.Ack(50) // never back
	if s := j.Stats(); s.First != 100 || s.Next != 201 || s.Segments < 5 || s.Pending == 0 {
		t.Errorf("Stats() = %+v, want First 100, Next 201, several segments, something pending", s)
	}
	before := j.Stats()
	if err := j.Sync(); err != nil {
		t.Fatalf("Sync = %v, want nil", err)
	}
	if s := j.Stats(); s.Pending != 0 || s.Segments >= before.Segments || s.LastSync.IsZero() || s.LastError != nil {
		t.Errorf("Stats() after Sync = %+v, want nothing pending, fewer segments than %d", s, before.Segments)
	}
	mustClose(t, j)
	mustClose(t, j)
	if _, err := j.Append([][]byte{nil}, []int64{0}); !errors.Is(err, ErrClosed) {
		t.Errorf("Append after Close = %v, want ErrClosed", err)
	}
	if err := j.Sync(); !errors.Is(err, ErrClosed) {
		t.Errorf("Sync after Close = %v, want ErrClosed", err)
	}

	j, found, err = Open(o)
	if err != nil {
		t.Fatalf("second Open = %v, want a journal", err)
	}
	if found.Records != 101 || found.Cursor != CursorOK || !found.Clean() {
		t.Errorf("second Recovery = %+v, want 101 records", found)
	}
	checkSeqs(t, readAll(t, j, 0), span(100, 200))
	if first := appendN(t, j, 1); first != 201 {
		t.Errorf("Append after Open = %d, want 201", first)
	}
	j.Ack(1 << 50)
	if got := j.Stats().First; got != 202 {
		t.Errorf("Stats().First after an Ack beyond the end = %d, want 202", got)
	}
	mustClose(t, j)
}

func TestAppendTakesAllOrNothing(t *testing.T) {
	t.Parallel()
	j, _ := mustOpen(t, testOptions(faultfs.New()))
	large := make([]byte, MaxPayload+1)
	if _, err := j.Append([][]byte{nil, large}, []int64{1, 2}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("Append of %d bytes = %v, want ErrTooLarge", len(large), err)
	}
	if _, err := j.Append([][]byte{nil}, nil); err == nil {
		t.Error("Append of a payload without a time = nil, want an error")
	}
	if first, err := j.Append(nil, nil); first != 1 || err != nil {
		t.Errorf("Append of nothing = %d, %v, want 1, nil", first, err)
	}
	first, err := j.Append([][]byte{nil, large[1:], nil}, []int64{1, 2, 3})
	if first != 1 || err != nil {
		t.Fatalf("Append of %d bytes = %d, %v, want 1, nil", MaxPayload, first, err)
	}
	got := readAll(t, j, 0)
	if len(got) != 3 || len(got[1].Payload) != MaxPayload || len(got[0].Payload)+len(got[2].Payload) != 0 {
		t.Errorf("read %d records, want an empty one, one of %d bytes, an empty one", len(got), MaxPayload)
	}
	mustClose(t, j)
}

// TestBatchIsOneWrite counts what a batch costs on the disk.
func TestBatchIsOneWrite(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	j, _ := mustOpen(t, testOptions(disk))
	appendN(t, j, 1)
	before := disk.Ops()
	appendN(t, j, 64)
	if got := disk.Ops() - before; got != 1 {
		t.Errorf("a batch of 64 took %d operations, want 1 write", got)
	}
	mustClose(t, j)
}

func TestFolderHasOneOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := DefaultOptions(filepath.Join(dir, "queue"))
	j, _, err := Open(o)
	if err != nil {
		t.Fatalf("Open = %v, want a journal", err)
	}
	_, _, err = Open(o)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), o.Dir) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("second Open = %v, want ErrLocked with the folder %s", err, o.Dir)
	}
	mustClose(t, j)
	lock, err := LockDir(vfs.OS{}, dir)
	if err != nil {
		t.Fatalf("LockDir = %v, want a lock", err)
	}
	if _, err := LockDir(vfs.OS{}, dir); !errors.Is(err, ErrLocked) {
		t.Errorf("second LockDir = %v, want ErrLocked", err)
	}
	o.Locked = true
	for range 2 {
		j, _, err := Open(o)
		if err != nil {
			t.Fatalf("Open under a lock = %v, want a journal", err)
		}
		mustClose(t, j)
	}
	if err := lock.Close(); err != nil {
		t.Errorf("Close of the lock = %v, want nil", err)
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	for _, mode := range allModes {
		o := DefaultOptions(t.TempDir())
		o.Sync, o.Interval, o.SegmentBytes = mode, time.Millisecond, 10_000
		j, _, err := Open(o)
		if err != nil {
			t.Fatalf("Open = %v, want a journal", err)
		}
		const total = 2000
		var all sync.WaitGroup
		all.Go(func() {
			for range total / 20 {
				payloads, times := batchFrom(j.Stats().Next, 20, 0)
				if _, err := j.Append(payloads, times); err != nil {
					t.Errorf("Append = %v, want nil", err)
					return
				}
			}
		})
		all.Go(func() {
			r := j.NewReader(0)
			for seq := uint64(1); seq <= total; {
				rec, err := r.Next()
				if errors.Is(err, io.EOF) {
					continue
				}
				if err != nil || rec.Seq != seq || string(rec.Payload) != text(seq, 0) {
					t.Errorf("Next = %d, %v, want %d", rec.Seq, err, seq)
					return
				}
				seq++
				j.Ack(seq)
			}
			if err := r.Close(); err != nil {
				t.Errorf("Close of the reader = %v, want nil", err)
			}
		})
		all.Wait()
		mustClose(t, j)
		if s := j.Stats(); s.Segments != 0 || s.First != total+1 {
			t.Errorf("%v: Stats() = %+v, want no segment and First %d", mode, s, total+1)
		}
	}
}
