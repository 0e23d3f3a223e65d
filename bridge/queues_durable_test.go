package bridge

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// durableQueue is a queue with its dead letters on a disk. The returned function closes it.
func durableQueue(t *testing.T, disk *faultfs.FS, letters int) (q Queue, stop func()) {
	t.Helper()
	d, stop := newDiskDirection(t, disk, hclog.NewNullLogger())
	d.limits, d.stopping = queue.DefaultOptions(), make(chan struct{})
	d.letters = store.At(disk, "/state").Letters(store.Name{Route: "r", To: "b"})
	for _, row := range rows(t, 100, letters) {
		if err := d.letters.Put(&queue.Letter{Time: time.Now(), Route: "r", To: "b", Reason: "refused", Row: row}); err != nil {
			t.Fatal(err)
		}
	}
	return Queue{d}, stop
}

// checkQueue fails the test unless these events and so many letters are there.
func checkQueue(t *testing.T, q Queue, when, events string, letters int) {
	t.Helper()
	s, err := q.LetterStats()
	if got := fmt.Sprint(waiting(t, q)); err != nil || got != events || s.Letters != letters {
		t.Errorf("%s: events %s and %d letters (%v), want %s and %d", when, got, s.Letters, err, events, letters)
	}
}

// TestChangesSurvivePowerLoss loses the power as soon as a change by hand is answered.
func TestChangesSurvivePowerLoss(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func(t *testing.T, q Queue) error
		events  string
		letters int
	}{
		"import": {func(t *testing.T, q Queue) error {
			t.Helper()
			_, err := q.Restore(t.Context(), rows(t, 3, 2))
			return errors.Join(err, q.Sync(t.Context()))
		}, "[0 1 2 3 4]", 2},
		"purge": {func(t *testing.T, q Queue) error {
			t.Helper()
			_, _, err := q.Purge()
			return errors.Join(err, q.Sync(t.Context()))
		}, "[]", 2},
		"retry": {func(t *testing.T, q Queue) error {
			t.Helper()
			_, err := q.Retry(t.Context())
			return err
		}, "[0 1 2 100 101]", 0},
	} {
		for seed := range uint64(20) {
			synctest.Test(t, func(t *testing.T) {
				disk := faultfs.New()
				q, _ := durableQueue(t, disk, 2)
				q.d.take(new(tally), rows(t, 0, 3))
				time.Sleep(time.Second)
				if err := disk.SyncDir("/state/dead"); err != nil { // letters are not synced when they are put
					t.Fatal(err)
				}
				if err := tt.change(t, q); err != nil {
					t.Errorf("%s: %v, want no error", name, err)
				}
				next := disk.PowerLoss(rand.New(rand.NewPCG(seed, 7)))
				_ = q.d.queue.(*queue.Disk).Close() // its disk is gone
				q, stop := durableQueue(t, next, 0)
				letters := tt.letters
				if s, err := q.LetterStats(); letters > 0 && err == nil {
					letters = s.Letters // what the disk had of them is not the point here
				}
				checkQueue(t, q, fmt.Sprintf("%s, seed %d", name, seed), tt.events, letters)
				stop()
			})
		}
	}
}

// TestChangesOnAFullDisk are done in memory, and say so. The letters stay.
func TestChangesOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := faultfs.New()
		q, stop := durableQueue(t, disk, 2)
		disk.Limit(1)
		if _, err := q.Retry(t.Context()); !errors.Is(err, ErrMemoryOnly) || !errors.Is(err, journal.ErrFull) {
			t.Errorf("Retry = %v, want ErrMemoryOnly and ErrFull", err)
		}
		checkQueue(t, q, "after the retry", "[100 101]", 2)
		if done, err := q.Retry(t.Context()); !errors.Is(err, ErrMemoryOnly) || done.Events != 0 {
			t.Errorf("Retry = %+v, %v, want ErrMemoryOnly and nothing done", done, err)
		}
		checkQueue(t, q, "after another retry", "[100 101]", 2)
		if _, err := q.Restore(t.Context(), rows(t, 0, 1)); err != nil {
			t.Fatal(err)
		}
		if err := q.Sync(t.Context()); !errors.Is(err, ErrMemoryOnly) {
			t.Errorf("Sync = %v, want ErrMemoryOnly", err)
		}
		if n, _, err := q.Purge(); n != 3 || err != nil {
			t.Errorf("Purge = %d, %v, want 3", n, err)
		}
		disk.Limit(0)
		if err := q.Sync(t.Context()); err != nil {
			t.Errorf("Sync with room = %v, want nil", err)
		}
		if done, err := q.Retry(t.Context()); err != nil || done.Events != 2 {
			t.Errorf("Retry with room = %+v, %v, want 2", done, err)
		}
		checkQueue(t, q, "with room", "[100 101]", 0)
		stop()
	})
}

// TestSyncOfAFailingDisk waits for the next attempt, and no longer.
func TestSyncOfAFailingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := faultfs.New()
		q, stop := durableQueue(t, disk, 0)
		disk.Limit(1)
		q.d.take(new(tally), rows(t, 0, 1))
		synctest.Wait() // the keeper had its attempt
		began := time.Now()
		if err := q.Sync(t.Context()); !errors.Is(err, ErrMemoryOnly) || time.Since(began) > 2*time.Second {
			t.Errorf("Sync = %v in %v, want ErrMemoryOnly within 2s", err, time.Since(began))
		}
		disk.Limit(0)
		stop()
	})
}

// hanging is a queue whose disk does not answer.
type hanging struct{ *queue.Memory }

func (hanging) Sync(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestSyncOfAHangingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := withLetters(t, blockingDirection(t, 10), 2)
		d.queue = hanging{d.queue.(*queue.Memory)}
		q := Queue{d}
		began := time.Now()
		if err := q.Sync(t.Context()); !errors.Is(err, ErrMemoryOnly) || time.Since(began) != syncTimeout {
			t.Errorf("Sync = %v in %v, want ErrMemoryOnly in %v", err, time.Since(began), syncTimeout)
		}
		if done, err := q.Retry(t.Context()); !errors.Is(err, ErrMemoryOnly) || done.Events != 0 {
			t.Errorf("Retry = %+v, %v, want ErrMemoryOnly and nothing done", done, err)
		}
		checkQueue(t, q, "after the retry", "[]", 2)
	})
}

// leaving is a queue whose operator goes away before what was put into it is safe.
type leaving struct {
	*queue.Memory
	leave func()
}

func (l leaving) Sync(ctx context.Context) error {
	if l.Stats().Events > 0 {
		l.leave()
	}
	return ctx.Err()
}

// TestRetryForNobody ends behind the letters that are in the queue: they are not letters too.
func TestRetryForNobody(t *testing.T) {
	t.Parallel()
	d := withLetters(t, blockingDirection(t, 1000), 150)
	for _, row := range rows(t, 0, 150) {
		if err := d.letters.Put(&queue.Letter{Time: time.Now(), Route: "r", To: "b", Reason: "refused", Row: row}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	d.queue = leaving{d.queue.(*queue.Memory), cancel}
	if done, err := (Queue{d}).Retry(ctx); !errors.Is(err, context.Canceled) || done.Events != 256 {
		t.Errorf("Retry = %+v, %v, want the first 256 and context.Canceled", done, err)
	}
	if s, err := (Queue{d}).LetterStats(); err != nil || s.Letters != 44 {
		t.Errorf("%d letters (%v), want the 44 others", s.Letters, err)
	}
}
