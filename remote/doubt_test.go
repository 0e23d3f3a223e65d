package remote

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// pushMixed pushes n numbered events, each third of which is a control event: one that must not be sent twice.
func (r *rig) pushMixed(t *testing.T, n int) (rows []*vscp.Row) {
	t.Helper()
	for i := range n {
		class := 10
		if i%3 == 0 {
			class = 30
		}
		row := mustRow(t, fmt.Sprintf("0,%d,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:%02X,%d,%d", class, i%7, i>>8, i&0xFF))
		rows = append(rows, row)
	}
	r.out.push(rows...)
	return rows
}

// TestLostAnswers has a peer that takes an event and everything that came after it, and closes without an answer. What must not
// be sent twice is not, and the rest comes again, in order.
func TestLostAnswers(t *testing.T) {
	const n, lost = 200, 60
	for _, window := range []int{1, 64} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(c *fakeConn, line string) (string, bool) {
					return markClose, c.n == 1 && strings.HasPrefix(line, "SEND") && number(t, line) == lost
				}
				r := sendOnly(t, f, window)
				rows := r.pushMixed(t, n)
				r.start()
				time.Sleep(time.Minute)
				// What was written with the lost one is in doubt as well.
				doubtful := map[bool]int{true: lost + 1, false: 64}[window == 1]
				want := make(map[*vscp.Row]Outcome)
				for i := lost; i < doubtful; i += 3 {
					want[rows[i]] = Ambiguous
				}
				results := r.out.results()
				if len(results) != n {
					t.Fatalf("%d events settled, want %d", len(results), n)
				}
				got := 0
				for _, s := range results {
					if s.outcome != Forwarded && s.outcome != Ambiguous {
						t.Errorf("event %q has outcome %d, want it forwarded or ambiguous", s.row.Text, s.outcome)
					}
					if s.outcome == Ambiguous {
						got++
					}
					if want[s.row] == Ambiguous && s.outcome != Ambiguous {
						t.Errorf("event %q has outcome %d, want it ambiguous", s.row.Text, s.outcome)
					}
				}
				if window == 1 && got != 1 {
					t.Errorf("%d events ambiguous, want 1", got)
				}
				last := -1
				for _, line := range f.conn(2).lines("SEND") {
					i := number(t, line)
					if i <= last {
						t.Errorf("event %d was sent again behind event %d, want them in order", i, last)
					}
					if last = i; want[rows[i]] == Ambiguous {
						t.Errorf("event %d was sent again, want it dropped", i)
					}
				}
				if len(r.log.find(t, "answer lost, event dropped as it must not be sent twice")) != 1 {
					t.Error("the loss is not logged once")
				}
			})
		})
	}
}

// TestLostAnswersOfSeveralConnections has one of several connections that breaks with events under way: none that must not be
// sent twice is seen twice by the peer, and all others arrive.
func TestLostAnswersOfSeveralConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 300
		f := newFake(t)
		seen := make(map[int]int)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			if !strings.HasPrefix(line, "SEND") {
				return "", false
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			i := number(t, line)
			seen[i]++
			return markClose, i%50 == 1 && seen[i] == 1 || i%50 == 3 && seen[i] == 1
		}
		r := newRig(t, f.dial, func(o *Options) { o.SendConnections, o.Window = 4, 8 })
		r.start()
		time.Sleep(time.Second)
		rows := r.pushMixed(t, n)
		time.Sleep(10 * time.Minute)
		ambiguous := 0
		for _, s := range r.out.results() {
			if s.outcome == Ambiguous {
				ambiguous++
			}
		}
		if got := len(r.out.results()); got != n || ambiguous == 0 {
			t.Errorf("%d events settled, %d ambiguous, want %d and some", got, ambiguous, n)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		for i, row := range rows {
			switch {
			case row.Class == 30 && seen[i] > 1:
				t.Errorf("control event %d was sent %d times, want once", i, seen[i])
			case row.Class == 10 && seen[i] == 0:
				t.Errorf("event %d was never sent, want at least once", i)
			}
		}
	})
}

// TestLoginLostIsNoDoubt: a peer that wants a login took nothing, so that also what must not be sent twice comes again.
func TestLoginLostIsNoDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			return "-OK - Need to log in to perform this command.\r\n", c.n == 1 && strings.HasPrefix(line, "SEND")
		}
		r := sendOnly(t, f, 8)
		r.pushMixed(t, 12)
		r.start()
		time.Sleep(time.Minute)
		r.out.wantOutcomes(12, 0, 0)
	})
}

// TestFullForTooLong gives an event up that the peer never has room for, across the connections that are made anew meanwhile, and
// goes on with the next one.
func TestFullForTooLong(t *testing.T) {
	const poison = 5
	for _, window := range []int{1, 64} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					return bufferFull, strings.HasPrefix(line, "SEND") && number(t, line) == poison
				}
				r := sendOnly(t, f, window)
				r.out.patience = 2 * time.Minute
				r.out.pushNumbered(0, 20)
				start := time.Now()
				r.start()
				time.Sleep(10 * time.Minute)
				results := r.out.results()
				if len(results) != 20 {
					t.Fatalf("%d events settled, want 20", len(results))
				}
				for _, s := range results { // what came behind the poison is known before it
					want, i := Forwarded, number(t, string(s.row.Text))
					if i == poison {
						want = RetryExpired
						if took := s.at.Sub(start); took < 2*time.Minute || took > 2*time.Minute+20*time.Second {
							t.Errorf("event given up after %v, want 2m and some seconds", took)
						}
					}
					if s.outcome != want {
						t.Errorf("event %d has outcome %d, want %d", i, s.outcome, want)
					}
				}
				if got := r.out.replies; len(got) != 1 || got[0] != "Buffer Full" {
					t.Errorf("replies = %q, want the peer's words", got)
				}
				if r.link(roleSingle).Failures < 2 {
					t.Error("the connection was not made anew, want it as it was stalled")
				}
				if r.m.full.some.Load() {
					t.Error("events are remembered as waiting for room, want none")
				}
			})
		})
	}
}
