package journal

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
)

func TestFailedSyncBeginsNewSegment(t *testing.T) {
	t.Parallel()
	for _, mode := range []Sync{SyncInterval, SyncAlways} {
		disk := faultfs.New()
		o := testOptions(disk)
		o.Sync = mode
		j, _ := mustOpen(t, o)
		appendN(t, j, 5)
		if err := j.Sync(); err != nil {
			t.Fatalf("%v: Sync = %v, want nil", mode, err)
		}
		disk.Fail(func(_ int, kind, name string) error {
			if kind == "sync" && strings.HasSuffix(name, segmentSuffix) {
				return syscall.EIO
			}
			return nil
		})
		payloads, times := batchFrom(6, 2, 0)
		_, err := j.Append(payloads, times)
		want := uint64(8)
		if mode == SyncAlways {
			if !errors.Is(err, syscall.EIO) {
				t.Errorf("%v: Append with a failing sync = %v, want EIO", mode, err)
			}
			want = 6
		} else if err = j.Sync(); !errors.Is(err, syscall.EIO) {
			t.Errorf("%v: Sync = %v, want EIO", mode, err)
		}
		s := j.Stats()
		if s.Next != want || s.SyncErrors != 1 || !errors.Is(s.LastError, syscall.EIO) || s.LastErrorAt.IsZero() ||
			(s.Doubtful > 0) != (mode == SyncInterval) {
			t.Errorf("%v: Stats() = %+v, want Next %d, the error, and bytes in doubt with interval only", mode, s, want)
		}
		disk.Fail(nil)
		if first := appendN(t, j, 2); first != want {
			t.Errorf("%v: Append = %d, want %d", mode, first, want)
		}
		if names := segmentNames(disk); len(names) != 2 {
			t.Errorf("%v: segments %v after the error, want a second one", mode, names)
		}
		checkSeqs(t, readAll(t, j, 0), span(1, want+1))
		mustClose(t, j)
		if err := j.Stats().LastError; err != nil {
			t.Errorf("%v: Stats().LastError = %v after a sync that succeeded, want nil", mode, err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	j, _ := mustOpen(t, testOptions(disk))
	disk.Fail(func(int, string, string) error { return syscall.EROFS })
	if _, err := j.Append([][]byte{nil}, []int64{0}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Append = %v, want ErrReadOnly", err)
	}
	disk.Fail(nil)
	appendN(t, j, 1)
	mustClose(t, j)
}

func TestIntervalSyncs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := DefaultOptions(testDir)
		disk := faultfs.New()
		o.FS, o.SegmentBytes = disk, 200
		j, _, err := Open(o)
		if err != nil {
			t.Fatalf("Open = %v, want a journal", err)
		}
		time.Sleep(time.Hour)
		idle := disk.Ops()
		time.Sleep(time.Hour)
		if got := disk.Ops(); got != idle {
			t.Errorf("%d operations while idle, want none", got-idle)
		}
		for range 5 {
			appendN(t, j, 4)
		}
		time.Sleep(o.Interval - time.Millisecond)
		if s := j.Stats(); s.Pending == 0 {
			t.Errorf("Stats() before the interval = %+v, want bytes pending", s)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if s := j.Stats(); s.Pending != 0 || s.Segments != 5 {
			t.Errorf("Stats() after the interval = %+v, want nothing pending in 5 segments", s)
		}
		j.Ack(10)
		time.Sleep(o.Interval + time.Millisecond)
		synctest.Wait()
		if s := j.Stats(); s.Segments != 3 {
			t.Errorf("Stats() after Ack(10) = %+v, want 3 segments", s)
		}
		disk.Fail(func(_ int, kind, _ string) error {
			if kind == "remove" {
				return syscall.EIO
			}
			return nil
		})
		j.Ack(14)
		time.Sleep(5 * o.Interval)
		if s := j.Stats(); s.Segments != 3 || !errors.Is(s.LastError, syscall.EIO) {
			t.Errorf("Stats() while nothing can be removed = %+v, want 3 segments and EIO", s)
		}
		disk.Fail(nil)
		time.Sleep(2 * o.Interval)
		if s := j.Stats(); s.Segments != 2 || s.LastError != nil {
			t.Errorf("Stats() when it can = %+v, want 2 segments and no error", s)
		}
		mustClose(t, j)
	})
}

// TestSyncContext: it is done at once, in each mode, and also for a cursor that was written without a sync.
func TestSyncContext(t *testing.T) {
	for _, mode := range []Sync{SyncInterval, SyncAlways, SyncNever} {
		for seed := range uint64(20) {
			synctest.Test(t, func(t *testing.T) {
				disk := faultfs.New()
				o := testOptions(disk)
				o.Sync, o.Interval = mode, time.Second
				j, _, err := Open(o)
				if err != nil {
					t.Fatal(err)
				}
				appendN(t, j, 6)
				j.Ack(4)
				if seed%2 == 0 {
					time.Sleep(2 * o.Interval) // the tender was there before
				}
				began := time.Now()
				if err := j.SyncContext(t.Context()); err != nil || time.Since(began) > 0 {
					t.Errorf("%v: SyncContext = %v in %v, want nil at once", mode, err, time.Since(began))
				}
				o.FS = disk.PowerLoss(rand.New(rand.NewPCG(seed, 1)))
				_ = j.Close() // its disk is gone
				j, found, err := Open(o)
				if err != nil {
					t.Fatal(err)
				}
				if s := j.Stats(); s.First != 4 || s.Next != 7 || found.Records != 3 {
					t.Errorf("%v, seed %d: from %d to %d with %d records, want from 4 to 7 with 3", mode, seed, s.First, s.Next, found.Records)
				}
				mustClose(t, j)
				if err := j.SyncContext(t.Context()); !errors.Is(err, ErrClosed) {
					t.Errorf("%v: SyncContext after Close = %v, want ErrClosed", mode, err)
				}
			})
		}
	}
}

// TestSyncContextEnds without an answer while nobody tends.
func TestSyncContextEnds(t *testing.T) {
	t.Parallel()
	j, _, err := open(testOptions(faultfs.New()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.SyncContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("SyncContext = %v, want context.Canceled", err)
	}
	mustClose(t, j)
}

// TestSetSync changes the mode of a living journal: what is appended keeps the promise of the new one, what was there becomes durable.
func TestSetSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := testOptions(faultfs.New())
		o.Sync, o.Interval = SyncNever, time.Second
		j, _, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		defer mustClose(t, j)
		pending := func(what string, want bool) {
			t.Helper()
			if got := j.Stats().Pending; (got > 0) != want {
				t.Errorf("%s: %d bytes are not durable, want some: %v", what, got, want)
			}
		}
		appendN(t, j, 3)
		time.Sleep(time.Minute)
		pending("never", true)
		for _, step := range []struct {
			mode          Sync
			before, after bool // whether something is not durable, at once and after the interval
		}{{SyncAlways, false, false}, {SyncInterval, true, false}, {SyncNever, true, true}, {SyncInterval, true, false}} {
			if err := j.SetSync(step.mode); err != nil {
				t.Fatalf("SetSync(%v) = %v, want nil", step.mode, err)
			}
			if step.mode == SyncAlways {
				time.Sleep(time.Minute) // for what was there
			}
			appendN(t, j, 3)
			pending(step.mode.String()+", at once", step.before)
			time.Sleep(time.Minute)
			pending(step.mode.String()+", later", step.after)
		}
		if err := j.SetSync(99); err == nil {
			t.Error("SetSync(99) = nil, want an error")
		}
		checkSeqs(t, readAll(t, j, 0), span(1, 15))
	})
}
