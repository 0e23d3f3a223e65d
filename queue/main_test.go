package queue

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newQueue(tb testing.TB, o Options) *Memory {
	tb.Helper()
	q, err := New(o)
	if err != nil {
		tb.Fatalf("New(%+v) = %v, want a queue", o, err)
	}
	return q
}

func limits(events int, bytes int64, rule Overflow) Options {
	return Options{MaxEvents: events, MaxBytes: bytes, Overflow: rule}
}

// rows makes one row for each word.
func rows(words string) []*vscp.Row {
	var out []*vscp.Row
	for word := range strings.FieldsSeq(words) {
		out = append(out, &vscp.Row{Text: []byte(word)})
	}
	return out
}

// texts is the inverse of rows.
func texts(rows []*vscp.Row) string {
	words := make([]string, len(rows))
	for i, row := range rows {
		words[i] = string(row.Text)
	}
	return strings.Join(words, " ")
}

// checkBalance fails the test if events got lost from the counters.
func checkBalance(tb testing.TB, q *Memory) Stats {
	tb.Helper()
	s := q.Stats()
	if !balanced(&s) {
		tb.Fatalf("%+v, want removed + dropped + held to be what was pushed", s)
	}
	return s
}

// balanced reports whether what became of all events is known, and of all their bytes.
func balanced(s *Stats) bool {
	return s.Removed+s.Dropped.Total()+uint64(s.Events) == s.Pushed && s.Text.Removed+s.Text.Dropped.Total()+s.Text.Held == s.Text.Pushed
}

func signalled(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// waiting returns how many events wait.
func waiting(q *Memory) int {
	n, _ := q.Waiting()
	return n
}

// counted returns s without the time, which comes from the clock.
func counted(s Stats) Stats {
	s.Oldest = time.Time{}
	return s
}
