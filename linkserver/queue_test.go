package linkserver

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func batchOf(t testing.TB, lines ...string) *batch {
	t.Helper()
	b := &batch{lines: make([][]byte, len(lines)), form: vscp.TextForm{Time: vscp.TimeNanos}}
	for _, line := range lines {
		b.rows = append(b.rows, mustRow(t, line))
	}
	return b
}

func openQueue(maxEvents int, maxBytes int64) *rowQueue {
	q := newRowQueue(maxEvents, maxBytes)
	q.start()
	return q
}

// TestQueueAgainstModel runs random operations on a queue and on a plain slice.
func TestQueueAgainstModel(t *testing.T) {
	const limit = 40
	rnd := rand.New(rand.NewPCG(1, 2))
	q := openQueue(limit, 1<<20)
	var model []string
	var overrun, taken, cleared uint64
	for step, next := 0, 0; step < 20000; step++ {
		switch op := rnd.IntN(100); {
		case op < 50:
			var lines []string
			for range 1 + rnd.IntN(9) {
				line := fmt.Sprintf("352,20,3,0,,%d,-,1", 1795366769001000000+int64(next))
				next++
				lines = append(lines, line)
				if len(model) < limit {
					model = append(model, line+"\r\n")
				} else {
					overrun++
				}
			}
			q.push(batchOf(t, lines...))
		case op < 98:
			n := rnd.IntN(12)
			got := q.take(nil, n, 1<<20)
			want := model[:min(n, len(model))]
			model = model[len(want):]
			taken += uint64(len(want))
			if fmt.Sprintf("%s", got) != fmt.Sprintf("%s", want) {
				t.Fatalf("step %d: take(%d) = %s, want %s", step, n, got, want)
			}
		default:
			cleared += uint64(len(model))
			model = nil
			q.clear()
		}
		if got := q.len(); got != len(model) {
			t.Fatalf("step %d: len = %d, want %d", step, got, len(model))
		}
	}
	s := q.snapshot()
	if s.overrun != overrun || s.cleared != cleared || s.offered != overrun+taken+cleared+uint64(s.waiting) {
		t.Errorf("stats = %+v, want overrun %d, cleared %d, offered the sum with %d taken", s, overrun, cleared, taken)
	}
}

func TestQueueTakeFillsAWrite(t *testing.T) {
	line := "352,20,3,0,,1795366769001000000,-,1"
	q := openQueue(100, 1<<20)
	q.push(batchOf(t, line, line, line, line, line))
	size := len(line) + 2
	for _, tc := range []struct{ room, want int }{{2 * size, 2}, {2*size - 1, 1}, {1, 1}, {1 << 20, 1}, {1 << 20, 0}} {
		if got := len(q.take(nil, 100, tc.room)); got != tc.want {
			t.Errorf("take with room for %d bytes = %d lines of %d, want %d", tc.room, got, size, tc.want)
		}
	}
}

func TestQueueBoundsBytes(t *testing.T) {
	line := "96,20,3,0,,1795366769001000000,-" + strings.Repeat(",255", 500)
	q := openQueue(1000, 10000)
	for range 10 {
		q.push(batchOf(t, line))
	}
	if s := q.snapshot(); s.waiting != 4 || s.overrun != 6 {
		t.Errorf("waiting = %d, overrun = %d, want 4 and 6", s.waiting, s.overrun)
	}
	q.take(nil, 1, 1<<20)
	q.push(batchOf(t, line, line))
	if s := q.snapshot(); s.waiting != 4 || s.overrun != 7 {
		t.Errorf("after a take: waiting = %d, overrun = %d, want 4 and 7", s.waiting, s.overrun)
	}
}

func TestQueueLetsGoOfMemory(t *testing.T) {
	q := openQueue(10000, 1<<24)
	for range 5000 {
		q.push(batchOf(t, testRow))
	}
	q.take(nil, 5000, 1<<24)
	if got := len(q.ring); got != 0 {
		t.Errorf("ring of the empty queue holds %d, want 0", got)
	}
	q.push(batchOf(t, testRow))
	q.take(nil, 1, 1<<24)
	for i, line := range q.ring {
		if line != nil {
			t.Errorf("ring[%d] = %q after it was taken, want nil", i, line)
		}
	}
}

func TestLinesAreSharedBetweenQueues(t *testing.T) {
	a, b := openQueue(10, 1<<20), openQueue(10, 1<<20)
	events := batchOf(t, testRow)
	a.push(events)
	b.push(events)
	x, y := a.take(nil, 1, 1<<20), b.take(nil, 1, 1<<20)
	if &x[0][0] != &y[0][0] {
		t.Errorf("two queues hold copies of %q, want one line", x[0])
	}
}

func TestClosedQueueTakesNothing(t *testing.T) {
	q := newRowQueue(10, 1<<20)
	q.push(batchOf(t, testRow))
	q.start()
	q.push(batchOf(t, testRow))
	q.close()
	q.push(batchOf(t, testRow))
	if s := q.snapshot(); s.offered != 1 || s.discarded != 1 || s.waiting != 0 {
		t.Errorf("stats = %+v, want one offered and discarded", s)
	}
}
