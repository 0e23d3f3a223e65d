package queue

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestPeekLeases(t *testing.T) {
	q := newQueue(t, DefaultOptions())
	q.Push(rows("a b c d"))
	for _, limit := range []int{0, -1} {
		if got := q.Peek(nil, limit); len(got) != 0 {
			t.Errorf("Peek(nil, %d) = %q, want nothing", limit, texts(got))
		}
	}
	if got, want := texts(q.Peek(rows("before"), 2)), "before a b"; got != want {
		t.Errorf("Peek(before, 2) = %q, want %q", got, want)
	}
	if got, want := texts(q.Peek(nil, 10)), "c d"; got != want {
		t.Errorf("second Peek(nil, 10) = %q, want %q", got, want)
	}
	if got := q.Peek(nil, 10); len(got) != 0 {
		t.Errorf("third Peek(nil, 10) = %q, want nothing", texts(got))
	}
	want := Stats{Events: 4, Leased: 4, Bytes: 4 * (1 + RowOverhead), Pushed: 4, Text: Volume{Held: 4, Pushed: 4}}
	if got := counted(q.Stats()); got != want {
		t.Errorf("Stats() = %+v, want %+v", got, want)
	}
}

func TestRemoveEndsOldestLeases(t *testing.T) {
	q := newQueue(t, DefaultOptions())
	q.Push(rows("a b c d e"))
	q.Peek(nil, 3)
	q.Remove(0)
	q.Remove(2)
	want := Stats{Events: 3, Leased: 1, Bytes: 3 * (1 + RowOverhead), Pushed: 5, Removed: 2, Text: Volume{Held: 3, Pushed: 5, Removed: 2}}
	if got := counted(checkBalance(t, q)); got != want {
		t.Errorf("Stats() = %+v, want %+v", got, want)
	}
	if got, _ := q.Waiting(); got != 2 {
		t.Errorf("Waiting() = %d, want 2", got)
	}
	q.Release()
	if got, want := texts(q.Peek(nil, 10)), "c d e"; got != want {
		t.Errorf("Peek after Remove and Release = %q, want %q", got, want)
	}
}

func TestReleaseKeepsOrder(t *testing.T) {
	q := newQueue(t, DefaultOptions())
	q.Push(rows("a b c d"))
	q.Peek(nil, 1)
	q.Peek(nil, 2)
	q.Push(rows("e"))
	q.Release()
	q.Release() // nothing is leased: no effect
	if got := q.Stats().Leased; got != 0 {
		t.Errorf("Leased after Release = %d, want 0", got)
	}
	if got, want := texts(q.Peek(nil, 10)), "a b c d e"; got != want {
		t.Errorf("Peek after Release = %q, want %q", got, want)
	}
}

func TestReleasedEventsMayBeEvicted(t *testing.T) {
	q := newQueue(t, limits(3, 1<<20, DropOldest))
	q.Push(rows("a b c"))
	q.Peek(nil, 3)
	q.Release()
	q.Push(rows("d e"))
	if got, want := texts(q.Peek(nil, 10)), "c d e"; got != want {
		t.Errorf("Peek after Release and Push = %q, want %q", got, want)
	}
	if got, want := checkBalance(t, q).Dropped, (Drops{Oldest: 2}); got != want {
		t.Errorf("dropped %+v, want %+v", got, want)
	}
}

func TestRemoveTooMany(t *testing.T) {
	for _, n := range []int{-1, 2, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			q := newQueue(t, DefaultOptions())
			q.Push(rows("a b"))
			q.Peek(nil, 1)
			defer func() {
				if got, want := recover(), fmt.Sprintf("queue: Remove of %d events, but 1 are leased", n); got != want {
					t.Errorf("Remove(%d) panicked with %v, want %q", n, got, want)
				}
				// The panic must not leave the queue locked or miscounted.
				if s := checkBalance(t, q); s.Events != 2 || s.Removed != 0 {
					t.Errorf("Stats() after the panic = %+v, want 2 events and none removed", s)
				}
			}()
			q.Remove(n)
		})
	}
}

func TestOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(t, limits(10, 1<<20, DropOldest))
		check := func(when string, stats, waits time.Time) {
			t.Helper()
			if got := q.Stats().Oldest; !got.Equal(stats) {
				t.Errorf("Stats().Oldest %s = %v, want %v", when, got, stats)
			}
			if _, got := q.Waiting(); !got.Equal(waits) {
				t.Errorf("Waiting() %s says that the oldest came at %v, want %v", when, got, waits)
			}
		}
		check("of an empty queue", time.Time{}, time.Time{})
		first := time.Now()
		q.Push(rows("a"))
		time.Sleep(time.Second)
		second := time.Now()
		q.Push(rows("b"))
		check("of two events", first, first)
		q.Peek(nil, 1)
		check("with the first leased", first, second)
		q.Remove(1)
		check("without the first", second, second)
		q.Peek(nil, 1)
		q.Release()
		check("after a release", second, second)
	})
}
