package remote

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// settling makes an Outbox of a queue and notes what was settled.
type settling struct {
	*queue.Memory
	leased  []*vscp.Row
	settled []verdict
	calls   int // of Settle
	total   int // done is closed when so many are settled
	done    chan struct{}
}

type verdict struct {
	row     *vscp.Row
	outcome Outcome
}

func newSettling(t testing.TB, o queue.Options) *settling {
	t.Helper()
	q, err := queue.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &settling{Memory: q, done: make(chan struct{})}
}

func (o *settling) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	before := len(dst)
	dst = o.Memory.Peek(dst, limit)
	o.leased = append(o.leased, dst[before:]...)
	return dst
}

func (o *settling) Settle(n int, outcome Outcome) {
	o.calls++
	for _, row := range o.leased[:n] {
		o.settled = append(o.settled, verdict{row, outcome})
	}
	o.leased = o.leased[n:]
	o.Remove(n)
	if o.total > 0 && len(o.settled) == o.total {
		close(o.done)
	}
}

func (o *settling) Refuse(a Fate) { o.Settle(1, a.Outcome) }

func (o *settling) Again(int, *vscp.Row, time.Duration) bool { return true }

func (o *settling) Release(answers []Fate) {
	o.ReleaseBut(func(l queue.Lease) bool {
		if l.N >= len(answers) || answers[l.N].Outcome == Returned {
			return false
		}
		o.settled = append(o.settled, verdict{o.leased[l.N], answers[l.N].Outcome})
		return true
	})
	o.leased = o.leased[:0]
}

// spreadRow is event number n of a sender.
func spreadRow(sender, n int) *vscp.Row {
	row := &vscp.Row{GUID: testGUID, ObID: uint32(n), Text: []byte("row")}
	binary.BigEndian.PutUint16(row.GUID[14:], uint16(sender))
	return row
}

func (l *lane) signalled() bool {
	select {
	case <-l.ready:
		return true
	default:
		return false
	}
}

func (o *settling) arrived(s *spread) {
	select {
	case <-o.Ready():
		s.arrived()
	default:
	}
}

func rowNumbers(rows []*vscp.Row) string {
	var text []byte
	for _, row := range rows {
		text = fmt.Appendf(text, "%d.%d ", row.GUID[15], row.ObID)
	}
	return string(text)
}

func TestSpreadBuckets(t *testing.T) {
	for at := range 16 {
		seen := map[uint16]bool{}
		g := testGUID
		for i := range 256 {
			g[at] = byte(i)
			seen[bucketOf(&g)] = true
		}
		// 256 random draws from 1024 buckets hit 227 on average, with a deviation of 5.
		if len(seen) < 200 {
			t.Errorf("256 GUIDs that differ in byte %d share %d buckets, want at least 200", at, len(seen))
		}
	}
}

func TestSpreadSettlesInOrder(t *testing.T) {
	o := newSettling(t, queue.DefaultOptions())
	s := newSpread(o, 2)
	a, b := s.lane(0), s.lane(1)
	a.open()
	b.open()
	for i := range 6 {
		o.Push([]*vscp.Row{spreadRow(i%2, i)})
	}
	s.arrived()
	rows, others := a.Peek(nil, 6), b.Peek(nil, 6)
	if len(rows) != 3 || len(others) != 3 {
		t.Fatalf("two lanes got %q and %q, want three events each", rowNumbers(rows), rowNumbers(others))
	}
	if rows[0].ObID != 0 {
		a, b = b, a
	}
	b.Settle(2, Forwarded)
	b.Settle(1, TooLong)
	if len(o.settled) != 0 {
		t.Errorf("settled behind the oldest: %d events, want 0", len(o.settled))
	}
	a.Settle(3, Forwarded)
	want := []Outcome{Forwarded, Forwarded, Forwarded, Forwarded, Forwarded, TooLong}
	for i, got := range o.settled {
		if got.row.ObID != uint32(i) || got.outcome != want[i] {
			t.Errorf("settled %d is event %d with %d, want event %d with %d", i, got.row.ObID, got.outcome, i, want[i])
		}
	}
	if o.calls != 2 {
		t.Errorf("%d calls of Settle, want 2, one for each run of equal outcomes", o.calls)
	}
	if !s.idle() {
		t.Errorf("idle() after everything was settled = false, want true")
	}
}

func TestSpreadPanicsOnMisuse(t *testing.T) {
	for _, n := range []int{-1, 2} {
		o := newSettling(t, queue.DefaultOptions())
		l := newSpread(o, 2).lane(0)
		o.Push([]*vscp.Row{spreadRow(0, 0), spreadRow(0, 1)})
		l.open()
		l.Peek(nil, 1)
		func() {
			defer func() {
				want := fmt.Sprintf("remote: Settle of %d events, but 1 are leased", n)
				if got := recover(); got != want {
					t.Errorf("Settle(%d) panics with %v, want %q", n, got, want)
				}
			}()
			l.Settle(n, Forwarded)
		}()
		if got := len(l.Peek(nil, 5)); got != 1 {
			t.Errorf("Peek after the panic = %d events, want 1", got)
		}
	}
}

// With no lane open the overflow rule of the queue applies to everything, and what was answered is not sent again.
func TestSpreadReleasesAll(t *testing.T) {
	limits := queue.DefaultOptions()
	limits.MaxEvents = 4
	o := newSettling(t, limits)
	s := newSpread(o, 2)
	s.lane(0).open()
	s.lane(1).open()
	o.Push([]*vscp.Row{spreadRow(0, 0), spreadRow(1, 1), spreadRow(0, 2), spreadRow(2, 3)})
	s.arrived()
	for _, l := range s.lanes {
		for _, row := range l.Peek(nil, 1) {
			if row.ObID == 1 {
				l.Settle(1, Unfit)
			}
		}
	}
	s.lane(0).Release(nil)
	if got := o.Stats().Leased; got != 4 {
		t.Errorf("leased with one lane open = %d, want 4", got)
	}
	s.lane(1).Release(nil)
	if got := o.Stats().Leased; got != 0 {
		t.Errorf("leased with no lane open = %d, want 0", got)
	}
	o.Push([]*vscp.Row{spreadRow(0, 4), spreadRow(0, 5)})
	if s.idle() {
		t.Errorf("idle() with events that wait = true, want false")
	}
	s.lane(0).open()
	if len(o.settled) != 1 {
		t.Errorf("settled when a lane opened = %d events, want the one that was answered before", len(o.settled))
	}
	if got, want := rowNumbers(s.lane(0).Peek(nil, 9)), "0.2 2.3 0.4 0.5 "; got != want {
		t.Errorf("Peek after all were released = %q, want %q", got, want)
	}
	s.lane(0).Settle(4, Forwarded)
	if got := o.settled[0]; len(o.settled) != 5 || got.row.ObID != 1 || got.outcome != Unfit {
		t.Errorf("%d settled, first event %d with %d, want 5, event 1 with %d", len(o.settled), got.row.ObID, got.outcome, Unfit)
	}
}

// A lane that opens gets its share also of senders that are never quiet.
func TestSpreadSharesWithNewLane(t *testing.T) {
	for _, window := range []int{1, 8, 64} {
		o := newSettling(t, queue.DefaultOptions())
		s := newSpread(o, 2)
		sent := make([]int, 2)
		serial := 0
		leased := make([]int, 2)
		step := func(lanes int) {
			for o.Stats().Events < 1000 {
				o.Push([]*vscp.Row{spreadRow(serial%10, serial)})
				serial++
			}
			for i := range lanes {
				leased[i] += len(s.lane(i).Peek(nil, window-leased[i]))
				n := (leased[i] + 1) / 2 // never quiet
				s.lane(i).Settle(n, Forwarded)
				leased[i] -= n
				sent[i] += n
			}
		}
		s.lane(0).open()
		for range 1000 {
			step(1)
		}
		s.lane(1).open()
		sent[0] = 0
		for range 1000 {
			step(2)
		}
		if sent[1] < sent[0]/2 {
			t.Errorf("window %d: the lane that opened sent %d events, the other one %d, want about the same", window, sent[1], sent[0])
		}
	}
}

// Two senders that are never quiet do not share a lane for ever while another one has nothing to do.
func TestSpreadPartsBusySenders(t *testing.T) {
	o := newSettling(t, queue.DefaultOptions())
	s := newSpread(o, 2)
	s.lane(0).open()
	s.lane(1).open()
	for i := range 20 {
		o.Push([]*vscp.Row{spreadRow(0, i)})
	}
	s.arrived() // the lane without these gets both busy senders
	sent := map[*lane]int{}
	for i := range 2000 {
		for o.Stats().Events < 1000 {
			o.Push([]*vscp.Row{spreadRow(1, i), spreadRow(2, i)})
		}
		for _, l := range s.lanes {
			n := len(l.Peek(nil, 1))
			l.Settle(n, Forwarded)
			sent[l] += n
		}
	}
	for i, l := range s.lanes {
		if sent[l] < 1800 {
			t.Errorf("lane %d sent %d events in 2000 turns, want at least 1800", i, sent[l])
		}
	}
}

// A busy sender hides the others when the lookahead is full of it, and no longer when a larger window makes that grow.
func TestSpreadLookaheadGrows(t *testing.T) {
	o := newSettling(t, queue.DefaultOptions())
	s := newSpread(o, 2)
	s.lane(0).open()
	s.lane(1).open()
	for i := range 2 * lookaheadMin {
		o.Push([]*vscp.Row{spreadRow(1, i)})
	}
	o.Push([]*vscp.Row{spreadRow(2, 0)})
	s.arrived()
	busy, other := s.lane(0), s.lane(1)
	if other.signalled() {
		busy, other = other, busy
	}
	if got := other.Peek(nil, 1); len(got) != 0 {
		t.Errorf("Peek beyond the lookahead = %q, want nothing", rowNumbers(got))
	}
	busy.Peek(nil, lookaheadMin)
	if !other.signalled() {
		t.Errorf("the other lane was not woken when the lookahead grew")
	}
	if got, want := rowNumbers(other.Peek(nil, 1)), "2.0 "; got != want {
		t.Errorf("Peek when the lookahead grew = %q, want %q", got, want)
	}
}

// idle reports whether nothing waits and nothing is outstanding.
func (s *spread) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	events, _ := s.outbox.Waiting()
	return s.first == s.next && events == 0
}
