package remote

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// spreadModel knows what a spread in front of a queue may do, whatever lane it chooses.
type spreadModel struct {
	t        *testing.T
	seed     uint64
	random   *rand.Rand
	queue    *settling
	spread   *spread
	senders  int
	lanes    []modelLane
	limit    int // the largest
	pushed   []*modelEvent
	bySender map[vscp.GUID][]*modelEvent // not answered, oldest first
}

type modelLane struct {
	up     bool
	leased []*modelEvent
}

type modelEvent struct {
	row      *vscp.Row
	lane     int // that leased it; -1: none
	gone     bool
	answered bool
	outcome  Outcome
}

func newSpreadModel(t *testing.T, seed uint64) *spreadModel {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	o := queue.DefaultOptions()
	o.MaxEvents = []int{10, 200, 10_000}[random.IntN(3)]
	o.Overflow = []queue.Overflow{queue.DropOldest, queue.DropNewest}[random.IntN(2)]
	m := &spreadModel{
		t: t, seed: seed, random: random, queue: newSettling(t, o), senders: 1 + random.IntN(30), limit: 1,
		bySender: map[vscp.GUID][]*modelEvent{}, lanes: make([]modelLane, 1+random.IntN(8)),
	}
	m.spread = newSpread(m.queue, len(m.lanes))
	return m
}

func (m *spreadModel) fatalf(format string, args ...any) {
	m.t.Helper()
	m.t.Fatalf("seed %d: "+format, append([]any{m.seed}, args...)...)
}

func (m *spreadModel) push() {
	for range m.random.IntN(40) {
		e := &modelEvent{row: spreadRow(m.random.IntN(1+m.random.IntN(m.senders)), len(m.pushed)), lane: -1}
		m.pushed = append(m.pushed, e)
		m.bySender[e.row.GUID] = append(m.bySender[e.row.GUID], e)
		m.queue.Push([]*vscp.Row{e.row})
	}
	m.queue.arrived(m.spread)
}

// peek checks that an event goes out only if all older ones of its sender are answered, or under way on the same lane.
func (m *spreadModel) peek(i, limit int) int {
	m.t.Helper()
	m.limit = max(m.limit, limit)
	rows := m.spread.lane(i).Peek(nil, limit)
	if len(rows) > limit || (len(rows) > 0 && !m.lanes[i].up) {
		m.fatalf("Peek of %d from lane %d (open: %v) = %d events", limit, i, m.lanes[i].up, len(rows))
	}
	for _, row := range rows {
		e := m.pushed[row.ObID]
		if e.answered || e.gone || e.lane >= 0 {
			m.fatalf("lane %d got event %d, which is answered: %v, was passed over: %v, leased by lane %d", i, row.ObID, e.answered, e.gone, e.lane)
		}
		for _, older := range m.bySender[row.GUID] {
			if older == e {
				break
			}
			if older.lane >= 0 && older.lane != i {
				m.fatalf("lane %d got event %d before lane %d settled event %d of the same sender", i, row.ObID, older.lane, older.row.ObID)
			}
			older.gone = older.lane < 0 // the queue dropped it, or else it is late
		}
		e.lane = i
		m.lanes[i].leased = append(m.lanes[i].leased, e)
	}
	return len(rows)
}

func (m *spreadModel) settle(i int) {
	l := &m.lanes[i]
	n, outcome := m.random.IntN(len(l.leased)+1), Outcome(m.random.IntN(4))
	if m.random.IntN(2) == 0 {
		outcome = Forwarded
	}
	m.settleN(i, n, outcome)
}

func (m *spreadModel) settleN(i, n int, outcome Outcome) {
	l := &m.lanes[i]
	m.spread.lane(i).Settle(n, outcome)
	for _, e := range l.leased[:n] {
		e.answered, e.outcome, e.lane = true, outcome, -1
		m.bySender[e.row.GUID] = slices.DeleteFunc(m.bySender[e.row.GUID], func(o *modelEvent) bool { return o == e || o.gone })
	}
	l.leased = l.leased[n:]
}

func (m *spreadModel) release(i int) {
	m.spread.lane(i).Release(nil)
	l := &m.lanes[i]
	for _, e := range l.leased {
		e.lane = -1
	}
	l.leased, l.up = l.leased[:0], false
}

func (m *spreadModel) open(i int) {
	m.spread.lane(i).open()
	m.lanes[i].up = true
}

func (m *spreadModel) anyUp() bool {
	return slices.ContainsFunc(m.lanes, func(l modelLane) bool { return l.up })
}

// check looks at what must be true after each step.
func (m *spreadModel) check() {
	m.t.Helper()
	m.queue.arrived(m.spread)
	s := m.queue.Stats()
	bound := min(4096, len(m.lanes)*max(64, 4*m.limit))
	if s.Leased > bound {
		m.fatalf("%d events are outstanding, want at most %d", s.Leased, bound)
	}
	if s.Leased > 0 && !m.anyUp() {
		m.fatalf("%d events are outstanding with no lane open, want none", s.Leased)
	}
	if m.spread.idle() != (s.Events == 0) {
		m.fatalf("idle() with %d events in the queue = %v, want %v", s.Events, s.Events > 0, s.Events == 0)
	}
	// A link that waits must not miss anything.
	i := m.random.IntN(len(m.lanes))
	if l := m.lanes[i]; l.up && len(l.leased) == 0 {
		woken := m.spread.lane(i).signalled()
		if n := m.peek(i, 1); n > 0 && !woken {
			m.fatalf("lane %d was not woken, and Peek = %d events", i, n)
		}
	}
}

func (m *spreadModel) step() {
	i := m.random.IntN(len(m.lanes))
	switch n := m.random.IntN(100); {
	case n < 25:
		m.push()
	case n < 60:
		m.peek(i, m.random.IntN(1+m.random.IntN(40)))
	case n < 85:
		m.settle(i)
	case n < 95:
		m.open(i)
	default:
		m.release(i)
	}
}

// drain sends everything that is left on the lanes that are open.
func (m *spreadModel) drain() {
	m.t.Helper()
	m.open(m.random.IntN(len(m.lanes)))
	m.queue.arrived(m.spread)
	for rounds := 0; !m.spread.idle(); rounds++ {
		if rounds > len(m.pushed)+len(m.lanes) {
			m.fatalf("no end after %d rounds: %+v", rounds, m.queue.Stats())
		}
		for i := range m.lanes {
			m.peek(i, 5)
			m.settleN(i, len(m.lanes[i].leased), Forwarded)
			m.queue.arrived(m.spread)
		}
	}
}

// wantBalance checks at the end that what was answered was settled once, with its outcome, and nothing else was.
func (m *spreadModel) wantBalance() {
	m.t.Helper()
	times := make([]int, len(m.pushed))
	for _, got := range m.queue.settled {
		e := m.pushed[got.row.ObID]
		times[got.row.ObID]++
		if !e.answered || got.outcome != e.outcome {
			m.fatalf("event %d was settled with %d, want %d; answered: %v", got.row.ObID, got.outcome, e.outcome, e.answered)
		}
	}
	lost, released := 0, 0
	for i, e := range m.pushed {
		if times[i] > 1 {
			m.fatalf("event %d was settled %d times, want once", i, times[i])
		}
		if times[i] == 0 {
			lost++
			if e.answered {
				released++ // and dropped before it could be settled
			}
		}
	}
	s := m.queue.Stats()
	if got := s.Dropped.Total(); got != uint64(lost) || s.Events != 0 || s.Removed != uint64(len(m.queue.settled)) {
		m.fatalf("%d events were not settled, %d were; the queue says %+v", lost, len(m.queue.settled), s)
	}
	if released > 0 && s.Dropped.Oldest == 0 {
		m.fatalf("%d answered events were never settled though the queue evicted none", released)
	}
}

func TestSpreadModel(t *testing.T) {
	for seed := range repeat.Times(uint64(1000)) {
		m := newSpreadModel(t, seed)
		for range 100 + m.random.IntN(200) {
			m.step()
			m.check()
		}
		m.drain()
		m.wantBalance()
	}
}
