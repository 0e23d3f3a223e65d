package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// After Sync, a loss of power changes nothing: not what was pushed, not what was removed or purged, in each mode.
func TestSyncSurvivesPowerLoss(t *testing.T) {
	t.Parallel()
	for _, mode := range []journal.Sync{journal.SyncInterval, journal.SyncAlways, journal.SyncNever} {
		for _, rule := range []Overflow{DropOldest, DropLowestPriority} {
			for seed := range uint64(15) {
				t.Run(fmt.Sprintf("%v, %v, seed %d", mode, rule, seed), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { loseAfterSync(t, mode, rule, rand.New(rand.NewPCG(seed, 5))) })
				})
			}
		}
	}
}

func loseAfterSync(t *testing.T, mode journal.Sync, rule Overflow, random *rand.Rand) {
	t.Helper()
	disk := faultfs.New()
	next, want := 0, []int{}
	for range 10 {
		at := diskOptions(disk)
		at.Sync, at.Interval = mode, 500*time.Millisecond
		q, _, err := OpenDisk(limits(100_000, 1<<30, rule), at)
		if err != nil {
			t.Fatalf("OpenDisk = %v, want a queue", err)
		}
		t.Cleanup(func() { _ = q.Close() }) // of a test that ends early
		if got := q.Stats().Events; got != len(want) {
			t.Fatalf("%d events after the loss of power, want %d", got, len(want))
		}
		got := numbers(q.Peek(nil, len(want)+1))
		if q.Release(); !slices.Equal(got, want) {
			t.Fatalf("events %v after the loss of power, want %v", got, want)
		}
		for range 1 + random.IntN(8) {
			switch random.IntN(4) {
			case 0, 1:
				n := 1 + random.IntN(60)
				q.Push(numbered(next, n))
				want = append(want, span(next, n)...)
				next += n
			case 2:
				n := len(q.Peek(nil, 1+random.IntN(40)))
				q.Remove(n)
				want = want[n:]
			default:
				q.Purge()
				want = nil
			}
			if random.IntN(2) == 0 {
				time.Sleep(time.Duration(random.IntN(700)) * time.Millisecond)
			}
		}
		if err := q.Sync(t.Context()); err != nil {
			t.Fatalf("Sync = %v, want nil", err)
		}
		lost := disk.PowerLoss(random)
		_ = q.Close() // its disk is gone
		disk = lost
	}
}

// What is being written when it is purged comes to the disk after that, and must not stay there.
func TestSyncAfterAPurgeBesideAWrite(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	q := mustOpenDisk(t, limits(100, 1<<20, DropOldest), diskOptions(disk))
	q.Push(numbered(0, 5))
	q.takeLocked()
	q.encode()
	q.Purge()
	if !q.unwrittenLocked(q.ledger.next) {
		t.Error("unwrittenLocked = false while purged events are being written, want true")
	}
	first, err := q.journal.Append(q.out.payloads, q.out.times)
	if err != nil {
		t.Fatal(err)
	}
	q.wroteLocked(first)
	q.settleLocked()
	if err := q.Sync(t.Context()); err != nil {
		t.Fatalf("Sync = %v, want nil", err)
	}
	q = mustOpenDisk(t, limits(100, 1<<20, DropOldest), diskOptions(kill(q, disk)))
	if n := q.Stats().Events; n != 0 {
		t.Errorf("%d events after the kill, want none", n)
	}
	stopDisk(t, q)
}

// What was purged behind events that are being sent is the exception that Purge names.
func TestSyncBehindLeases(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := limits(100, 1<<20, DropOldest)
	q := startDisk(t, o, disk)
	q.Push(numbered(0, 10))
	q.Peek(nil, 3)
	q.Purge()
	q.Remove(3)
	if err := q.Sync(t.Context()); err != nil {
		t.Fatalf("Sync = %v, want nil", err)
	}
	q = startDisk(t, o, kill(q, disk))
	if n := q.Stats().Events; n != 0 {
		t.Errorf("%d events after those that were being sent were removed, want none", n)
	}
	stopDisk(t, q)
}

func TestSyncFails(t *testing.T) {
	t.Parallel()
	o := limits(1000, 1<<20, DropOldest)
	t.Run("disk is full", func(t *testing.T) {
		t.Parallel()
		disk := faultfs.New()
		q := startDisk(t, o, disk)
		disk.Limit(1)
		q.Push(numbered(0, 10))
		if err := q.Sync(t.Context()); !errors.Is(err, journal.ErrFull) {
			t.Errorf("Sync = %v, want ErrFull", err)
		}
		disk.Limit(0)
		for err := q.Sync(t.Context()); err != nil; err = q.Sync(t.Context()) {
			if !errors.Is(err, journal.ErrFull) { // of an attempt that began before
				t.Fatalf("Sync with room = %v, want nil", err)
			}
		}
		stopDisk(t, q)
	})
	t.Run("nobody writes", func(t *testing.T) {
		t.Parallel()
		q := mustOpenDisk(t, o, diskOptions(faultfs.New()))
		q.Push(numbered(0, 10))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := q.Sync(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Sync = %v, want context.Canceled", err)
		}
		stopDisk(t, q)
		if err := q.Sync(t.Context()); !errors.Is(err, journal.ErrClosed) {
			t.Errorf("Sync after Close = %v, want ErrClosed", err)
		}
	})
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		if err := newQueue(t, o).Sync(t.Context()); err != nil {
			t.Errorf("Sync of a queue in memory = %v, want nil", err)
		}
	})
}

// A sync that failed in the background is told of once: the journal writes to another file after it.
func TestSyncTellsOfDoubt(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	q := startDisk(t, limits(1000, 1<<20, DropOldest), disk)
	q.Push(numbered(0, 10))
	if err := q.waitWritten(t.Context(), q.ledger.next); err != nil {
		t.Fatal(err)
	}
	disk.Fail(func(_ int, kind, name string) error {
		if kind == "sync" && strings.HasSuffix(name, ".seg") {
			return syscall.EIO
		}
		return nil
	})
	if err := q.journal.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatalf("Sync of the journal = %v, want EIO", err)
	}
	disk.Fail(nil)
	if err := q.Sync(t.Context()); !errors.Is(err, ErrInDoubt) {
		t.Errorf("Sync = %v, want ErrInDoubt", err)
	}
	if err := q.Sync(t.Context()); err != nil {
		t.Errorf("Sync after it told = %v, want nil", err)
	}
	stopDisk(t, q)
}

// A write that finds nothing to do, as all was purged meanwhile, ends the wait for it.
func TestSyncWaitsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := mustOpenDisk(t, limits(1000, 1<<20, DropOldest), diskOptions(faultfs.New()))
		q.Push(numbered(0, 10))
		result := make(chan error, 1)
		go func() { result <- q.Sync(t.Context()) }()
		synctest.Wait()
		select {
		case err := <-result:
			t.Fatalf("Sync = %v while events are unwritten, want it to wait", err)
		default:
		}
		q.Purge()
		if wrote, err := q.write(); wrote || err != nil {
			t.Errorf("write = %v, %v, want nothing to do", wrote, err)
		}
		if err := <-result; err != nil {
			t.Errorf("Sync = %v, want nil", err)
		}
		stopDisk(t, q)
	})
}
