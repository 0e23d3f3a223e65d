package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestExpiry(t *testing.T) {
	looks := map[string]func(q *Memory){
		"Push":    func(q *Memory) { q.Push(nil) },
		"Peek":    func(q *Memory) { q.Peek(nil, 0) },
		"Waiting": func(q *Memory) { q.Waiting() },
		"Stats":   func(q *Memory) { q.Stats() },
	}
	for name, look := range looks {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := limits(10, 1<<20, Block)
				o.MaxAge = 10 * time.Second
				q := newQueue(t, o)
				q.Push(rows("a b"))
				time.Sleep(5 * time.Second)
				q.Push(rows("c"))
				time.Sleep(5*time.Second - 1)
				look(q)
				if got := q.ledger.reading(q.began).Events; got != 3 {
					t.Errorf("%d events just before the age, want 3", got)
				}
				time.Sleep(time.Nanosecond)
				signalled(q.Space())
				look(q)
				if got, want := counted(q.ledger.reading(q.began)), (Stats{Events: 1, Bytes: 1 + RowOverhead, Pushed: 3, Dropped: Drops{Expired: 2}, Text: Volume{Held: 1, Pushed: 3, Dropped: Drops{Expired: 2}}}); got != want {
					t.Errorf("after %s at the age: %+v, want %+v", name, got, want)
				}
				if got, want := signalled(q.Space()), name != "Push"; got != want {
					t.Errorf("value from Space() after %s that found old events = %v, want %v", name, got, want)
				}
			})
		})
	}
}

func TestLeasedEventsDoNotExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := DefaultOptions()
		q := newQueue(t, o)
		q.Push(rows("a b c"))
		q.Peek(nil, 2)
		time.Sleep(o.MaxAge)
		q.Remove(1)
		if s := checkBalance(t, q); s.Leased != 1 || s.Dropped.Expired != 1 {
			t.Errorf("Stats() = %+v, want 1 leased and 1 expired", s)
		}
		q.Release()
		if got := texts(q.Peek(nil, 10)); got != "" {
			t.Errorf("Peek after Release = %q, want nothing, as what was given back is too old", got)
		}
		if s := checkBalance(t, q); s.Events != 0 || s.Dropped.Expired != 2 || s.Removed != 1 {
			t.Errorf("Stats() at the end = %+v, want 2 expired and 1 removed", s)
		}
	})
}

func TestNoAgeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(t, limits(10, 1<<20, DropOldest))
		q.Push(rows("a"))
		time.Sleep(10 * 365 * 24 * time.Hour)
		if got := texts(q.Peek(nil, 1)); got != "a" {
			t.Errorf("Peek after ten years = %q, want a", got)
		}
	})
}

func TestLedgerGivesMemoryBack(t *testing.T) {
	for _, rule := range []Overflow{DropOldest, DropLowestPriority, LatestOnly} {
		q := newQueue(t, limits(1<<20, 1<<30, rule))
		burst := make([]*vscp.Row, 10*slotsKept)
		for i := range burst {
			burst[i] = &vscp.Row{Type: uint16(i)}
		}
		for range 3 {
			q.Push(burst)
			q.Remove(len(q.Peek(nil, len(burst))))
			if got := len(q.ledger.slots); got > slotsKept {
				t.Errorf("%v: the empty queue keeps %d slots after a burst, want at most %d", rule, got, slotsKept)
			}
			for i, s := range q.ledger.slots {
				if s.handle != nil {
					t.Errorf("%v: slot %d of the empty queue holds a row, want none so that it can be freed", rule, i)
				}
			}
		}
		if got := checkBalance(t, q); got.Removed != uint64(3*len(burst)) {
			t.Errorf("%v: removed %d, want %d", rule, got.Removed, 3*len(burst))
		}
	}
}

// Between two bursts an empty queue keeps its slots, and gives them back when it is looked at and none came for a while.
func TestLedgerKeepsSlotsForTheNextBurst(t *testing.T) {
	for rule, want := range map[Overflow]int{DropOldest: 4 * slotsKept, Block: 4 * slotsKept, DropLowestPriority: 0, LatestOnly: 0} {
		synctest.Test(t, func(t *testing.T) {
			q := newQueue(t, limits(1<<20, 1<<30, rule))
			burst := make([]*vscp.Row, 3*slotsKept)
			for i := range burst {
				burst[i] = &vscp.Row{Type: uint16(i)}
			}
			for i := range 5 {
				q.Push(burst)
				q.Remove(len(q.Peek(nil, len(burst))))
				q.Peek(nil, 1)
				if got := len(q.ledger.slots); got != want {
					t.Errorf("%v: %d slots after burst %d, want %d", rule, got, i, want)
				}
				time.Sleep(restAfter - time.Millisecond)
				q.Peek(nil, 1)
			}
			if got := len(q.ledger.slots); got != want {
				t.Errorf("%v: %d slots %v after a burst, want %d", rule, got, restAfter-time.Millisecond, want)
			}
			time.Sleep(time.Millisecond)
			if q.Peek(nil, 1); len(q.ledger.slots) != 0 {
				t.Errorf("%v: %d slots %v after the last burst, want none", rule, len(q.ledger.slots), restAfter)
			}
			if got := checkBalance(t, q); got.Removed != uint64(5*len(burst)) {
				t.Errorf("%v: removed %d, want %d", rule, got.Removed, 5*len(burst))
			}
		})
	}
}
