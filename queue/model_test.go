package queue

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// model is a queue written the simple way: one slice, the first leased rows of which are leased.
type model struct {
	opts   Options
	rows   []*vscp.Row
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

func (m *model) push(rows []*vscp.Row) int {
	for i, row := range rows {
		switch {
		case !m.fits(nil, row):
			m.stats.Dropped.TooLarge++
		case m.fits(m.rows, row):
			m.rows = append(m.rows, row)
		case m.opts.Overflow == Block:
			return i
		case m.opts.Overflow == DropNewest || !m.fits(m.rows[:m.leased], row):
			m.stats.Dropped.Newest++
		default:
			for !m.fits(m.rows, row) {
				m.rows = append(m.rows[:m.leased:m.leased], m.rows[m.leased+1:]...)
				m.stats.Dropped.Oldest++
			}
			m.rows = append(m.rows, row)
		}
		m.stats.Pushed++
	}
	return len(rows)
}

func (m *model) peek(limit int) []*vscp.Row {
	from := m.leased
	m.leased = min(m.leased+limit, len(m.rows))
	return m.rows[from:m.leased]
}

func (m *model) remove(n int) {
	m.rows = m.rows[n:]
	m.leased -= n
	m.stats.Removed += uint64(n)
}

func (m *model) want() Stats {
	s := m.stats
	s.Events, s.Leased, s.Bytes = len(m.rows), m.leased, m.bytesOf(m.rows)
	return s
}

func TestModel(t *testing.T) {
	for _, o := range []Options{
		{MaxEvents: 1, MaxBytes: 1 << 20},
		{MaxEvents: 40, MaxBytes: 1 << 20},
		{MaxEvents: 1 << 20, MaxBytes: 40 * RowOverhead},
		{MaxEvents: 30, MaxBytes: 40 * RowOverhead},
		{MaxEvents: 300, MaxBytes: 1 << 20},
	} {
		for _, o.Overflow = range []Overflow{DropOldest, DropNewest, Block} {
			for seed := range uint64(3) {
				name := fmt.Sprintf("%d events, %d bytes, %s, seed %d", o.MaxEvents, o.MaxBytes, o.Overflow, seed)
				t.Run(name, func(t *testing.T) { runModel(t, o, rand.New(rand.NewPCG(seed, 1)), 3000) })
			}
		}
	}
}

func runModel(t *testing.T, o Options, random *rand.Rand, steps int) {
	t.Helper()
	q := newQueue(t, o)
	m := &model{opts: o}
	serial := 0
	for step := range steps {
		var did string
		switch random.IntN(8) {
		case 0, 1, 2:
			batch := randomRows(random, &serial, o)
			did = fmt.Sprintf("Push of %d", len(batch))
			if got, want := q.Push(batch), m.push(batch); got != want {
				t.Fatalf("step %d: %s = %d, want %d", step, did, got, want)
			}
		case 3, 4:
			limit := 1 + random.IntN(2*min(o.MaxEvents, 40))
			did = fmt.Sprintf("Peek(nil, %d)", limit)
			if got, want := texts(q.Peek(nil, limit)), texts(m.peek(limit)); got != want {
				t.Fatalf("step %d: %s = %.200q, want %.200q", step, did, got, want)
			}
		case 5, 6:
			n := random.IntN(m.leased + 1)
			did = fmt.Sprintf("Remove(%d)", n)
			q.Remove(n)
			m.remove(n)
		default:
			did = "Release"
			q.Release()
			m.leased = 0
		}
		got := checkBalance(t, q)
		if got.Oldest.IsZero() != (got.Events == 0) {
			t.Fatalf("step %d: Stats().Oldest after %s = %v, with %d events", step, did, got.Oldest, got.Events)
		}
		if got, want := counted(got), m.want(); got != want {
			t.Fatalf("step %d: Stats() after %s = %+v, want %+v", step, did, got, want)
		}
		if got, want := waiting(q), len(m.rows)-m.leased; got != want {
			t.Fatalf("step %d: Waiting() after %s = %d, want %d", step, did, got, want)
		}
		if !signalled(q.Ready()) && waiting(q) > 0 && !strings.HasPrefix(did, "Remove") {
			t.Fatalf("step %d: no value from Ready() after %s, want one as %d events wait", step, did, waiting(q))
		}
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
		batch[i] = &vscp.Row{Text: []byte(text)}
	}
	return batch
}
