package queue

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestSetLimitsEvictsByTheNewRule makes a queue of five events, the first one leased, smaller.
func TestSetLimitsEvictsByTheNewRule(t *testing.T) {
	for rule, want := range map[Overflow]struct {
		left  string
		drops Drops
	}{
		DropOldest:         {"a d e", Drops{Oldest: 2}},
		DropNewest:         {"a b c d e", Drops{}},
		Block:              {"a b c d e", Drops{}},
		DropLowestPriority: {"a c e", Drops{LowestPriority: 2}},
		LatestOnly:         {"a d e", Drops{Replaced: 1, Oldest: 1}},
	} {
		for name, open := range map[string]func() limited{
			"memory": func() limited { return newQueue(t, limits(10, 1<<20, DropOldest)) },
			"disk":   func() limited { return mustOpenDisk(t, limits(10, 1<<20, DropOldest), diskOptions(faultfs.New())) },
		} {
			q := open()
			batch := rows("a b c d e")
			for i, row := range batch {
				row.Type = uint16([]int{1, 2, 3, 4, 2}[i]) // e is about the same as b
				row.Head = row.Head.WithPriority(uint8([]int{7, 7, 1, 6, 2}[i]))
			}
			q.Push(batch)
			q.Peek(nil, 1)
			if err := q.SetLimits(limits(3, 1<<20, rule)); err != nil {
				t.Fatalf("%s, %v: SetLimits = %v, want nil", name, rule, err)
			}
			q.Release()
			s := q.Stats()
			if got := texts(q.Peek(nil, 10)); got != want.left || s.Dropped != want.drops {
				t.Errorf("%s, %v: %q is left, dropped %+v, want %q and %+v", name, rule, got, s.Dropped, want.left, want.drops)
			}
			if d, ok := q.(*Disk); ok {
				if err := d.Close(); err != nil {
					t.Fatalf("Close = %v, want nil", err)
				}
			}
		}
	}
}

type limited interface {
	Push(rows []*vscp.Row) int
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	Release()
	Stats() Stats
	SetLimits(o Options) error
}

func TestSetLimitsRefusesWhatNewDoes(t *testing.T) {
	q := newQueue(t, limits(3, 1<<20, DropOldest))
	for _, o := range []Options{{}, limits(0, 1, Block), limits(1, 1, Overflow(99)), {MaxEvents: 1, MaxBytes: 1, MaxAge: -1}} {
		if err := q.SetLimits(o); err == nil {
			t.Errorf("SetLimits(%+v) = nil, want an error", o)
		}
	}
	if err := q.SetLimits(Options{MaxEvents: 3, MaxBytes: 1 << 20, Ready: make(chan struct{})}); err != nil {
		t.Errorf("SetLimits with a channel that New refuses = %v, want nil as it is ignored", err)
	}
	q.Push(rows("a b c d"))
	if got, want := texts(q.Peek(nil, 10)), "b c d"; got != want {
		t.Errorf("after what was refused %q waits, want %q", got, want)
	}
}

// TestSetLimitsFreesSources has several sources wait for room when there is more of it, or when none has to wait any more.
func TestSetLimitsFreesSources(t *testing.T) {
	for _, o := range []Options{limits(100, 1<<20, Block), limits(2, 1<<20, DropOldest), limits(2, 1<<20, DropNewest)} {
		synctest.Test(t, func(t *testing.T) {
			q := newQueue(t, limits(2, 1<<20, Block))
			q.Push(rows("a b"))
			var sources sync.WaitGroup
			for i := range 5 {
				sources.Go(func() {
					for batch := rows(fmt.Sprint(i)); ; <-q.Space() {
						if batch = batch[q.Push(batch):]; len(batch) == 0 {
							return
						}
					}
				})
			}
			synctest.Wait()
			if got := q.Stats().Events; got != 2 {
				t.Fatalf("%d events while the sources wait, want 2", got)
			}
			if err := q.SetLimits(o); err != nil {
				t.Fatalf("SetLimits = %v, want nil", err)
			}
			sources.Wait()
			if got := q.Stats().Pushed; got != 7 {
				t.Errorf("%v: %d events pushed, want all 7", o.Overflow, got)
			}
		})
	}
}

func TestSetLimitsMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(t, limits(10, 1<<20, DropOldest))
		q.Push(rows("a b"))
		time.Sleep(time.Hour)
		q.Push(rows("c"))
		o := limits(10, 1<<20, DropOldest)
		o.MaxAge = time.Hour
		if err := q.SetLimits(o); err != nil {
			t.Fatalf("SetLimits = %v, want nil", err)
		}
		if got := q.Stats(); got.Events != 1 || got.Dropped.Expired != 2 {
			t.Errorf("%d events are left and %d expired, want 1 and 2", got.Events, got.Dropped.Expired)
		}
	})
}

// TestDiskSetLimitsBeyondTheWindow changes the rule of a long queue: it says no as long as it cannot, and then does it.
func TestDiskSetLimitsBeyondTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := faultfs.New()
		q, _, err := OpenDisk(limits(1<<20, 1<<40, DropOldest), diskOptions(disk))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = q.Close() }()
		const n = windowEvents + 5000
		q.Push(batchOf(n))
		synctest.Wait()
		for _, rule := range []Overflow{DropLowestPriority, LatestOnly} {
			if err := q.SetLimits(limits(100, 1<<40, rule)); !errors.Is(err, ErrNotInMemory) {
				t.Errorf("SetLimits to %v with %d events = %v, want ErrNotInMemory", rule, n, err)
			}
		}
		if got := q.Stats().Events; got != n {
			t.Errorf("%d events after it was refused, want still %d", got, n)
		}
		if err := q.SetLimits(limits(1<<20, 1<<40, Block)); err != nil {
			t.Errorf("SetLimits to block = %v, want nil", err)
		}
		for left := n; left > 1000; {
			lease := q.Peek(nil, min(1000, left-1000))
			q.Remove(len(lease))
			left -= len(lease)
			synctest.Wait()
		}
		if err := q.SetLimits(limits(100, 1<<40, DropLowestPriority)); err != nil {
			t.Fatalf("SetLimits with 1000 events = %v, want nil", err)
		}
		s := q.Stats()
		if s.Events != 100 || s.Dropped.LowestPriority != 900 {
			t.Errorf("%d events are left, %d dropped, want 100 and 900", s.Events, s.Dropped.LowestPriority)
		}
		for _, row := range q.Peek(nil, 100) {
			if row.Head.Priority() != 0 {
				t.Fatalf("an event of priority %d is left, want those of priority 0", row.Head.Priority())
			}
		}
	})
}

// TestDiskSetLimitsWhileAllGoesOn changes everything while a source, a consumer and the keeper are at work.
func TestDiskSetLimitsWhileAllGoesOn(t *testing.T) {
	q, _, err := OpenDisk(limits(1<<20, 1<<40, DropOldest), journal.DefaultOptions(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Close() }()
	var others sync.WaitGroup
	done := make(chan struct{})
	others.Go(func() {
		for batch := numbered(0, 100); ; {
			q.Push(batch)
			select {
			case <-done:
				return
			default:
			}
		}
	})
	others.Go(func() {
		for {
			q.Remove(len(q.Peek(nil, 100)))
			select {
			case <-done:
				return
			default:
			}
		}
	})
	changed := 0
	for i := range 200 {
		o := limits(1000+i*100, 1<<40, Overflow(i%len(overflowNames)))
		switch err := q.SetLimits(o); {
		case err == nil:
			changed++
		case !errors.Is(err, ErrNotInMemory):
			t.Errorf("SetLimits(%+v) = %v, want nil or ErrNotInMemory", o, err)
		}
	}
	close(done)
	others.Wait()
	s := q.Stats()
	if !balanced(&s) || s.Dropped.Damaged != 0 {
		t.Errorf("%+v, want removed + dropped + held to be what was pushed, and none damaged", s)
	}
	if changed < 100 {
		t.Errorf("%d of 200 changes made, want at least 100", changed)
	}
}
