package queue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// model is a queue written the simple way: one slice, the first leased rows of which are leased.
type model struct {
	opts   Options
	limits Options // what they were at first, which those of SetLimits stay near
	rows   []*vscp.Row
	came   map[*vscp.Row]time.Time
	leased int
	stats  Stats
}

func (m *model) bytesOf(rows []*vscp.Row) int64 {
	var sum int64
	for _, row := range rows {
		sum += int64(len(row.Text)) + RowOverhead
	}
	return sum
}

func (m *model) fits(rows []*vscp.Row, row *vscp.Row) bool {
	return len(rows) < m.opts.MaxEvents && m.bytesOf(rows)+m.bytesOf([]*vscp.Row{row}) <= m.opts.MaxBytes
}

// expire drops what is too old, as every method but Remove and Release does.
func (m *model) expire() {
	for m.opts.MaxAge > 0 && len(m.rows) > m.leased && time.Since(m.came[m.rows[m.leased]]) >= m.opts.MaxAge {
		m.drop(m.leased, causeExpired)
	}
}

func (m *model) drop(i int, c cause) {
	m.lose(m.rows[i:i+1], c)
	m.rows = slices.Concat(m.rows[:i], m.rows[i+1:])
}

// lose counts rows as dropped.
func (m *model) lose(rows []*vscp.Row, c cause) {
	count := func(d *Drops, n uint64) {
		*[causes]*uint64{
			causeOldest: &d.Oldest, causeNewest: &d.Newest, causeLowestPriority: &d.LowestPriority, causeReplaced: &d.Replaced,
			causeExpired: &d.Expired, causeTooLarge: &d.TooLarge, causeDamaged: &d.Damaged, causePurged: &d.Purged,
		}[c] += n
	}
	count(&m.stats.Dropped, uint64(len(rows)))
	count(&m.stats.Text.Dropped, m.textOf(rows))
}

func (m *model) textOf(rows []*vscp.Row) uint64 {
	return uint64(m.bytesOf(rows)) - uint64(len(rows))*RowOverhead
}

func (m *model) push(rows []*vscp.Row) int {
	m.expire()
	for i, row := range rows {
		if m.opts.Overflow == Block && m.fits(nil, row) && !m.fits(m.rows, row) {
			return i
		}
		m.stats.Pushed++
		m.stats.Text.Pushed += uint64(len(row.Text))
		if c, ok := m.makeRoom(row); !ok {
			m.lose(rows[i:i+1], c)
		} else {
			m.rows = append(m.rows, row)
			m.came[row] = time.Now()
		}
	}
	return len(rows)
}

func (m *model) restore(rows []*vscp.Row) int {
	n := m.push(rows)
	m.stats.Recovered += uint64(n)
	m.stats.Text.Recovered += m.textOf(rows[:n])
	return n
}

// makeRoom reports whether the row is to be taken, and why not.
func (m *model) makeRoom(row *vscp.Row) (c cause, taken bool) {
	if !m.fits(nil, row) {
		return causeTooLarge, false
	}
	if m.opts.Overflow == LatestOnly && m.fits(m.rows[:m.leased], row) {
		if old := m.find(m.leased, row); old >= 0 {
			m.drop(old, causeReplaced)
		}
	}
	if m.fits(m.rows, row) {
		return 0, true
	}
	if m.opts.Overflow == DropNewest || !m.fits(m.rows[:m.leased], row) {
		return causeNewest, false
	}
	if m.opts.Overflow != DropLowestPriority {
		for !m.fits(m.rows, row) {
			m.drop(m.leased, causeOldest)
		}
		return 0, true
	}
	kept := slices.Clone(m.rows[:m.leased])
	for _, r := range m.rows[m.leased:] {
		if r.Head.Priority() < row.Head.Priority() {
			kept = append(kept, r)
		}
	}
	if !m.fits(kept, row) || len(kept) == len(m.rows) {
		return causeLowestPriority, false
	}
	for !m.fits(m.rows, row) {
		m.drop(m.lowest(), causeLowestPriority)
	}
	return 0, true
}

// find returns the first row from i on that speaks about the same as row.
func (m *model) find(i int, row *vscp.Row) int {
	for ; i < len(m.rows); i++ {
		if r := m.rows[i]; r.GUID == row.GUID && r.Class == row.Class && r.Type == row.Type {
			return i
		}
	}
	return -1
}

// lowest returns the oldest waiting row of the lowest priority.
func (m *model) lowest() int {
	lowest := m.leased
	for i := m.leased; i < len(m.rows); i++ {
		if m.rows[i].Head.Priority() > m.rows[lowest].Head.Priority() {
			lowest = i
		}
	}
	return lowest
}

func (m *model) release() {
	border := m.leased
	m.leased = 0
	for i := border - 1; i >= 0 && m.opts.Overflow == LatestOnly; i-- {
		if m.find(i+1, m.rows[i]) >= 0 {
			m.drop(i, causeReplaced)
		}
	}
}

func (m *model) releaseBut(gone []bool) {
	for i, leaves := range slices.Backward(gone) {
		if leaves {
			m.take(i, 1)
			m.leased--
		}
	}
	m.release()
}

// setLimits drops what the new limits have no room for, as the new rule does.
func (m *model) setLimits(o Options) {
	before := m.opts.Overflow
	m.opts = o
	m.expire()
	for i := m.leased; o.Overflow == LatestOnly && before != LatestOnly && i < len(m.rows); {
		if m.find(i+1, m.rows[i]) >= 0 {
			m.drop(i, causeReplaced)
		} else {
			i++
		}
	}
	for len(m.rows) > m.leased && (len(m.rows) > o.MaxEvents || m.bytesOf(m.rows) > o.MaxBytes) {
		switch o.Overflow {
		case DropNewest, Block:
			return
		case DropLowestPriority:
			m.drop(m.lowest(), causeLowestPriority)
		default:
			m.drop(m.leased, causeOldest)
		}
	}
}

// otherLimits are near those of o, with any rule.
func otherLimits(random *rand.Rand, o Options) Options {
	o.MaxEvents = 1 + random.IntN(2*min(o.MaxEvents, 1000))
	o.MaxBytes = 1 + random.Int64N(2*min(o.MaxBytes, 1000*RowOverhead))
	if random.IntN(3) == 0 {
		o.MaxAge = time.Duration(random.IntN(40)) * time.Second
	}
	if random.IntN(3) > 0 {
		o.Overflow = Overflow(random.IntN(len(overflowNames)))
	}
	return o
}

func (m *model) peek(limit int) []*vscp.Row {
	m.expire()
	from := m.leased
	m.leased = min(m.leased+limit, len(m.rows))
	return m.rows[from:m.leased]
}

func (m *model) remove(n int) {
	m.take(0, n)
	m.leased -= n
}

// take takes n rows out.
func (m *model) take(i, n int) {
	m.stats.Removed += uint64(n)
	m.stats.Text.Removed += m.textOf(m.rows[i : i+n])
	m.rows = slices.Concat(m.rows[:i], m.rows[i+n:])
}

func (m *model) want() Stats {
	s := m.stats
	s.Events, s.Leased, s.Bytes, s.Text.Held = len(m.rows), m.leased, m.bytesOf(m.rows), m.textOf(m.rows)
	return s
}

func TestModel(t *testing.T) {
	for _, o := range []Options{
		{MaxEvents: 1, MaxBytes: 1 << 20},
		{MaxEvents: 40, MaxBytes: 1 << 20},
		{MaxEvents: 1 << 20, MaxBytes: 40 * RowOverhead},
		{MaxEvents: 30, MaxBytes: 40 * RowOverhead},
		{MaxEvents: 300, MaxBytes: 1 << 20},
		{MaxEvents: 100, MaxBytes: 1 << 20, MaxAge: 20 * time.Second},
	} {
		for o.Overflow = range Overflow(len(overflowNames)) {
			for seed := range uint64(3) {
				name := fmt.Sprintf("%d events, %d bytes, %v, %s, seed %d", o.MaxEvents, o.MaxBytes, o.MaxAge, o.Overflow, seed)
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { runModel(t, o, rand.New(rand.NewPCG(seed, 1)), repeat.Times(2000)) })
				})
			}
		}
	}
}

func runModel(t *testing.T, o Options, random *rand.Rand, steps int) {
	t.Helper()
	q := newQueue(t, o)
	m := &model{opts: o, limits: o, came: map[*vscp.Row]time.Time{}}
	begin := random.Uint32N(2) * (1<<32 - 1000) // positions wrap around
	q.ledger.first, q.ledger.front, q.ledger.end = begin, begin, begin
	serial := 0
	for step := range steps {
		did := stepModel(t, q, m, random, &serial)
		m.expire() // Stats does
		got := checkBalance(t, q)
		if got.Oldest.IsZero() != (got.Events == 0) || got.Events > 0 && !got.Oldest.Equal(m.came[m.rows[0]]) {
			t.Fatalf("step %d: Stats().Oldest after %s = %v, with %d events", step, did, got.Oldest, got.Events)
		}
		if got, want := counted(got), m.want(); got != want {
			t.Fatalf("step %d: Stats() after %s = %+v, want %+v", step, did, got, want)
		}
		if got, want := waiting(q), len(m.rows)-m.leased; got != want {
			t.Fatalf("step %d: Waiting() after %s = %d, want %d", step, did, got, want)
		}
		if !signalled(q.Ready()) && waiting(q) > 0 && !strings.HasPrefix(did, "Remove") && !strings.HasPrefix(did, "SetLimits") && did != "View" && did != "Take" {
			t.Fatalf("step %d: no value from Ready() after %s, want one as %d events wait", step, did, waiting(q))
		}
		if step%50 == 0 {
			checkSlots(t, q)
		}
		if got, most := len(q.ledger.slots), max(slotsKept, 4*len(m.rows)); got > most {
			t.Fatalf("step %d: %d slots for %d events, want at most %d", step, got, len(m.rows), most)
		}
		time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
	}
}

// checkSlots fails the test if a slot holds more than the events of the queue.
func checkSlots(t *testing.T, q *Memory) {
	t.Helper()
	held := 0
	for _, s := range q.ledger.slots {
		if s.handle != nil {
			held++
		}
	}
	if got, want := held, q.ledger.events(); got != want {
		t.Fatalf("%d rows in the slots, want those of the %d events, so that the others can be freed", got, want)
	}
}

// stepModel does the same to both, and says what.
func stepModel(t *testing.T, q *Memory, m *model, random *rand.Rand, serial *int) (did string) {
	t.Helper()
	switch random.IntN(10) {
	case 0, 1, 2:
		batch := randomRows(random, serial, m.opts)
		did = fmt.Sprintf("Push of %d", len(batch))
		push, wanted := q.Push, m.push
		if random.IntN(4) == 0 {
			push, wanted = q.Restore, m.restore
			did = fmt.Sprintf("Restore of %d", len(batch))
		}
		if got, want := push(batch), wanted(batch); got != want {
			t.Fatalf("%s = %d, want %d", did, got, want)
		}
	case 3, 4:
		limit := 1 + random.IntN(2*min(m.opts.MaxEvents, 40))
		did = fmt.Sprintf("Peek(nil, %d)", limit)
		if got, want := texts(q.Peek(nil, limit)), texts(m.peek(limit)); got != want {
			t.Fatalf("%s = %.200q, want %.200q", did, got, want)
		}
	case 5, 6:
		n := random.IntN(m.leased + 1)
		did = fmt.Sprintf("Remove(%d)", n)
		q.Remove(n)
		m.remove(n)
	case 7:
		gone := make([]bool, m.leased)
		for i := range gone {
			gone[i] = random.IntN(3) == 0
		}
		did = fmt.Sprintf("ReleaseBut %v", gone)
		q.ReleaseBut(func(l Lease) bool {
			row := m.rows[l.N]
			if !l.Came.Equal(m.came[row]) || l.Text != int64(len(row.Text)) {
				t.Errorf("ReleaseBut asks for %+v, want %d bytes that came at %v", l, len(row.Text), m.came[row])
			}
			return gone[l.N]
		})
		m.releaseBut(gone)
	case 8:
		if random.IntN(3) == 0 {
			o := otherLimits(random, m.limits)
			did = fmt.Sprintf("SetLimits(%+v)", o)
			if err := q.SetLimits(o); err != nil {
				t.Fatalf("%s = %v, want nil", did, err)
			}
			m.setLimits(o)
			break
		}
		did = "View"
		m.expire() // View does
		checkView(t, q.View, m, random)
		if random.IntN(20) == 0 {
			did = "Take"
			want := texts(m.rows[m.leased:])
			if got := texts(q.Take()); got != want {
				t.Fatalf("Take() = %.200q, want %.200q", got, want)
			}
			m.take(m.leased, len(m.rows)-m.leased)
			break
		}
		if random.IntN(5) == 0 {
			did = "Purge"
			waits := len(m.rows) - m.leased
			if purged, leased := q.Purge(); purged != waits || leased != m.leased {
				t.Fatalf("Purge() = %d, %d, want %d, %d", purged, leased, waits, m.leased)
			}
			m.lose(m.rows[m.leased:], causePurged)
			m.rows = m.rows[:m.leased]
		}
	default:
		did = "Release"
		q.Release()
		m.release()
	}
	return did
}

// checkView fails the test if the pages of View are not what is in the model.
func checkView(t *testing.T, view func(uint64, int) ([]Waiting, error), m *model, random *rand.Rand) {
	t.Helper()
	var got []*vscp.Row
	limit := 1 + random.IntN(50)
	for after := uint64(0); ; {
		page, err := view(after, limit)
		if err != nil || len(page) > limit {
			t.Fatalf("View(%d, %d) = %d events, %v, want at most %d and no error", after, limit, len(page), err, limit)
		}
		for _, w := range page {
			if len(got) >= len(m.rows) || w.ID <= after || w.Leased != (len(got) < m.leased) || !w.Came.Equal(m.came[m.rows[len(got)]]) ||
				w.Text != int64(len(w.Row.Text)) {
				t.Fatalf("event %d in View = %+v after ID %d, want one of %d events with a higher ID, the first %d leased", len(got), w, after, len(m.rows), m.leased)
			}
			after = w.ID
			got = append(got, w.Row)
		}
		if len(page) < limit {
			break
		}
	}
	if got, want := texts(got), texts(m.rows); got != want {
		t.Fatalf("View shows %.200q, want %.200q", got, want)
	}
}

// randomRows makes a batch of numbered rows: mostly short, some long, now and then one that is larger than the queue.
func randomRows(random *rand.Rand, serial *int, o Options) []*vscp.Row {
	batch := make([]*vscp.Row, random.IntN(random.IntN(60)+1))
	for i := range batch {
		*serial++
		text := fmt.Sprintf("%d:%s", *serial, strings.Repeat("x", random.IntN(60)))
		switch random.IntN(40) {
		case 0:
			text += strings.Repeat("y", random.IntN(20*RowOverhead))
		case 1:
			if o.MaxBytes < 1<<16 {
				text += strings.Repeat("z", int(o.MaxBytes))
			}
		}
		row := &vscp.Row{Class: vscp.Class(10 * random.IntN(8)), Type: uint16(random.IntN(9)), Text: []byte(text)}
		row.Head = row.Head.WithPriority(uint8(random.IntN(8) & random.IntN(8))) // high ones more often
		row.GUID[15] = uint8(random.IntN(3))
		batch[i] = row
	}
	return batch
}
