package queue

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// witness counts what it is told, and which events these are.
type witness struct {
	t     *testing.T
	drops Drops
	seen  map[int]bool
}

func (w *witness) Dropped(row *vscp.Row, why Cause) {
	if n := number(row); w.seen[n] {
		w.t.Errorf("event %d was dropped twice", n)
	} else {
		w.seen[n] = true
	}
	switch why {
	case CauseOldest:
		w.drops.Oldest++
	case CauseNewest:
		w.drops.Newest++
	case CauseLowestPriority:
		w.drops.LowestPriority++
	case CauseReplaced:
		w.drops.Replaced++
	case CauseExpired:
		w.drops.Expired++
	case CauseTooLarge:
		w.drops.TooLarge++
	case CauseDamaged:
		w.drops.Damaged++
	default:
		w.t.Errorf("event dropped for %d, want a cause that is told of", why)
	}
}

// TestObserver drives queues by every rule, and compares what was told with what was counted and with what is left.
func TestObserver(t *testing.T) {
	t.Parallel()
	for rule := range Overflow(len(overflowNames)) {
		for _, onDisk := range []bool{false, true} {
			name := rule.String() + map[bool]string{false: " in memory", true: " on disk"}[onDisk]
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := &witness{t: t, seen: map[int]bool{}}
					o := limits(20, 1<<20, rule)
					o.MaxAge, o.Observer = 10*time.Second, w
					if !onDisk {
						observe(t, w, newQueue(t, o))
						return
					}
					q := mustOpenDisk(t, o, diskOptions(faultfs.New()))
					defer q.Close() //nolint:errcheck // nothing is read afterwards
					observe(t, w, q)
				})
			})
		}
	}
}

// observed is what both kinds of queue have.
type observed interface {
	Push(rows []*vscp.Row) int
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	Remove(n int) int64
	Release()
	Purge() (purged, leased int)
	SetLimits(o Options) error
	Stats() Stats
}

func observe(t *testing.T, w *witness, q observed) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	sent, next := map[int]bool{}, 0
	for i := range 300 {
		next += q.Push(numbered(next, random.IntN(15)))
		taken := q.Peek(nil, random.IntN(8))
		n := random.IntN(len(taken) + 1)
		for _, row := range taken[:n] {
			sent[number(row)] = true
		}
		q.Remove(n)
		if random.IntN(2) == 0 {
			q.Release()
		} else {
			for _, row := range taken[n:] {
				sent[number(row)] = true
			}
			q.Remove(len(taken) - n)
		}
		time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
		if i%50 == 0 {
			time.Sleep(11 * time.Second)
		}
	}
	s := q.Stats() // it looks at ages
	if w.drops != s.Dropped || w.drops.Total() == 0 {
		t.Errorf("told of %+v, counted %+v, want the same, and some", w.drops, s.Dropped)
	}
	for n := range sent {
		if w.seen[n] {
			t.Errorf("event %d was sent, and told of as dropped", n)
		}
	}
	if left := next - len(sent) - len(w.seen); left != s.Events {
		t.Errorf("%d events are neither sent nor told of, want the %d that wait", left, s.Events)
	}
	q.Push(numbered(next, 5))
	before := w.drops
	if q.Purge(); w.drops.Total() != before.Total() {
		t.Errorf("told of %+v after a purge, want %+v as before", w.drops, before)
	}
}

// BenchmarkDropOldest pushes into a full queue whose drops are looked at by somebody who looks on, by nobody, or by none.
func BenchmarkDropOldest(b *testing.B) {
	for name, observer := range map[string]Observer{"none": nil, "nobody": blind{}} {
		b.Run(name, func(b *testing.B) {
			o := limits(1000, 1<<20, DropOldest)
			o.Observer = observer
			q, batch := newQueue(b, o), numbered(0, 100)
			b.ReportAllocs()
			for b.Loop() {
				q.Push(batch)
			}
		})
	}
}

// blind looks away.
type blind struct{}

func (blind) Dropped(*vscp.Row, Cause) {}
