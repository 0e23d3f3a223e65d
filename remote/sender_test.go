package remote

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const bufferFull = "-OK - Buffer Full\r\n"

// number returns what pushNumbered put into the data of a SEND line.
func number(t testing.TB, line string) int {
	t.Helper()
	fields := strings.Split(line, ",")
	high, err1 := strconv.Atoi(fields[len(fields)-2])
	low, err2 := strconv.Atoi(fields[len(fields)-1])
	if err1 != nil || err2 != nil {
		t.Fatalf("line %q does not end with two numbers", line)
	}
	return high<<8 | low
}

// sendOnly makes a rig for a remote that is only sent to.
func sendOnly(t testing.TB, f *fake, window int) *rig {
	t.Helper()
	return newRig(t, f.dial, func(o *Options) { o.Receive, o.Window = ReceiveNone, window })
}

// TestWindow bounds how many SENDs are under way, and uses what it is allowed.
func TestWindow(t *testing.T) {
	for _, window := range []int{1, 2, 7, 100} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				var underWay, most int
				f.answer = func(c *fakeConn, line string) (string, bool) {
					if !strings.HasPrefix(line, "SEND") {
						return "", false
					}
					time.Sleep(time.Millisecond) // what was written comes meanwhile
					synctest.Wait()
					underWay = c.unread() + 1
					most = max(most, underWay)
					return "", false
				}
				r := sendOnly(t, f, window)
				r.out.pushNumbered(0, 300)
				r.start()
				time.Sleep(4 * time.Second)
				r.out.wantOutcomes(300, 0, 0)
				if most != window {
					t.Errorf("at most %d SENDs under way, want %d", most, window)
				}
				for i, line := range f.all("SEND") {
					if number(t, line) != i {
						t.Fatalf("event %d was sent at place %d, want them in order", number(t, line), i)
					}
				}
			})
		})
	}
}

// TestMixedAnswers has events that are taken, refused and too long, and some for which there is no room the first two times.
func TestMixedAnswers(t *testing.T) {
	const n = 240
	for _, window := range []int{1, 2, 5, 64} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				tries := make(map[int]int)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					if !strings.HasPrefix(line, "SEND") {
						return "", false
					}
					i := number(t, line)
					tries[i]++
					switch {
					case i%5 == 1:
						return "-OK - Invalid parameter or format\r\n", true
					case i%12 == 6 && tries[i] < 3:
						return bufferFull, true
					}
					return "", false
				}
				r := sendOnly(t, f, window)
				long := strings.Repeat(",255", vscp.MaxData)
				want := make(map[*vscp.Row]Outcome)
				for i := range n {
					line := fmt.Sprintf("0,10,6,0,,,-,%d,%d", i>>8, i&0xFF)
					outcome := Forwarded
					if i%5 == 1 {
						outcome = RefusedForGood
					}
					if i%7 == 3 {
						line, outcome = "0,10,6,0,,,-"+long, TooLong
					}
					row := mustRow(t, line)
					want[row] = outcome
					r.out.push(row)
				}
				f.answer = unknownPeer(f.answer) // for its limit
				r.start()
				time.Sleep(2 * time.Minute)
				r.out.outcomes()
				r.stop()
				for _, s := range r.out.results() {
					if s.outcome != want[s.row] {
						t.Errorf("event %.40q has outcome %d, want %d", s.row.Text, s.outcome, want[s.row])
					}
				}
				if got := len(r.out.results()); got != n {
					t.Errorf("%d events settled, want %d", got, n)
				}
				for i, count := range tries {
					if wantTries := map[bool]int{true: 3, false: 1}[i%12 == 6 && i%5 != 1]; count != wantTries {
						t.Errorf("event %d was sent %d times, want %d", i, count, wantTries)
					}
				}
			})
		})
	}
}

// unknownPeer changes what a fake says it is.
func unknownPeer(inner func(*fakeConn, string) (string, bool)) func(*fakeConn, string) (string, bool) {
	return func(c *fakeConn, line string) (string, bool) {
		if line == "WCYD" {
			return "-OK - Unknown command\r\n", true
		}
		return inner(c, line)
	}
}

const doubled = "-OK - User does not have rights to perform this operation.\r\n-OK - Not allowed to sen this event (contact admin).\r\n"

// TestDoubledAnswers has a peer that refuses with two lines, and one event under way at a time: each gets its own outcome.
func TestDoubledAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return doubled, strings.HasPrefix(line, "SEND") && number(t, line)%8 == 7
		}
		r := sendOnly(t, f, 1)
		r.out.pushNumbered(0, 80)
		r.start()
		time.Sleep(time.Second)
		r.out.wantOutcomes(70, 10, 0)
		for i, s := range r.out.results() {
			if want := map[bool]Outcome{true: RefusedForGood}[i%8 == 7]; s.outcome != want {
				t.Errorf("event %d has outcome %d, want %d", i, s.outcome, want)
			}
		}
		if l := r.link(roleSingle); l.Failures != 0 {
			t.Errorf("status %+v, want no failure", l)
		}
	})
}

// TestDoubledAnswersInAWindow cannot tell which event the surplus line is for, but the mistake ends with the window: a later
// refusal with one line is for its own event again.
func TestDoubledAnswersInAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const window, odd, later = 8, 20, 60
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			switch {
			case !strings.HasPrefix(line, "SEND"):
			case number(t, line) == odd:
				return doubled, true
			case number(t, line) == later:
				return "-OK - Invalid parameter or format\r\n", true
			}
			return "", false
		}
		r := sendOnly(t, f, window)
		r.out.pushNumbered(0, 100)
		r.start()
		time.Sleep(time.Second)
		r.out.outcomes()
		for i, s := range r.out.results() {
			doubtful := i > odd && i < odd+window
			if want := map[bool]Outcome{true: RefusedForGood}[i == odd || i == later]; s.outcome != want && !doubtful {
				t.Errorf("event %d has outcome %d, want %d", i, s.outcome, want)
			}
		}
		if got := len(r.out.results()); got != 100 {
			t.Errorf("%d events settled, want 100", got)
		}
	})
}

// TestLostLoginKeepsTheEvents has a peer that forgets the login: that is no fault of the events.
func TestLostLoginKeepsTheEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			return "-OK - Need to log in to perform this command.\r\n", c.n == 1 && strings.HasPrefix(line, "SEND")
		}
		r := sendOnly(t, f, 1)
		r.out.pushNumbered(0, 5)
		r.start()
		time.Sleep(10 * time.Second)
		r.out.wantOutcomes(5, 0, 0)
		if l := r.link(roleSingle); l.Failures != 1 || l.LastCause != CauseRefused {
			t.Errorf("status %+v, want one failure, refused", l)
		}
	})
}

// TestFullPeerIsRetried waits longer from try to try, and makes room each time.
func TestFullPeerIsRetried(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Options)
		room   string // the command that makes room
	}{
		{"two connections", nil, "CLRA"},
		{"only sent to", func(o *Options) { o.Receive = ReceiveNone }, "CLRA"},
		{"fetched from", func(o *Options) { o.Receive, o.PollEvery = ReceivePoll, time.Hour }, "RETR"},
		{"held", func(o *Options) { o.Schedule = &Schedule{Every: time.Hour} }, "RETR"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				var room atomic.Int64
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					if strings.HasPrefix(line, tt.room) {
						room.Add(1)
					}
					return bufferFull, strings.HasPrefix(line, "SEND") && room.Load() < 5
				}
				r := newRig(t, f.dial, func(o *Options) {
					o.StallAfter = time.Hour
					if tt.change != nil {
						tt.change(o)
					}
				}).start()
				time.Sleep(time.Second)
				room.Store(0)
				start := time.Now()
				r.out.pushNumbered(0, 2)
				time.Sleep(time.Minute)
				r.out.wantOutcomes(2, 0, 0)
				if took := r.out.results()[0].at.Sub(start); took != 25*time.Second {
					t.Errorf("first event was taken after %v, want tries after 1s, 2s, 4s, 8s and 10s", took)
				}
				if got := len(r.log.find(t, "remote refused an event")); got != 2 {
					t.Errorf("%d refusals logged in 25s, want one in 10s", got)
				}
			})
		})
	}
}

// TestBrokenConnections has a peer that closes at random, before and after it took an event, and now and then has no room:
// whatever happens, each event is settled once, and those forwarded were taken.
func TestBrokenConnections(t *testing.T) {
	for _, window := range []int{1, 3, 16} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%d/%d", window, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					const n = 200
					f := newFake(t)
					random := rand.New(rand.NewPCG(seed, uint64(window)))
					var taken []int
					f.answer = func(_ *fakeConn, line string) (string, bool) {
						if !strings.HasPrefix(line, "SEND") {
							return "", false
						}
						switch random.IntN(40) {
						case 0:
							return markClose, true // not taken
						case 1:
							taken = append(taken, number(t, line))
							return markClose, true
						case 2:
							taken = append(taken, number(t, line))
							return "+O" + markClose, true
						case 3:
							if window == 1 {
								return bufferFull, true
							}
						}
						taken = append(taken, number(t, line))
						return "", false
					}
					r := newRig(t, f.dial, func(o *Options) { o.Receive, o.Window = ReceiveNone, window })
					r.out.pushNumbered(0, n)
					r.start()
					time.Sleep(time.Hour)
					r.out.wantOutcomes(n, 0, 0)
					r.stop()
					first := slices.Clone(taken)
					seen := make(map[int]bool)
					first = slices.DeleteFunc(first, func(i int) bool { again := seen[i]; seen[i] = true; return again })
					if len(first) != n || !slices.IsSorted(first) {
						t.Errorf("peer took %d different events, sorted %v, want all %d in order", len(first), slices.IsSorted(first), n)
					}
					if again := len(taken) - n; again > window*len(f.connections()) {
						t.Errorf("peer took %d events again, want at most a window for each of %d connections", again, len(f.connections()))
					}
				})
			})
		}
	}
}

// TestAnswersBeforeABreak keeps what was answered when the connection broke in the middle of a window.
func TestAnswersBeforeABreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			return markClose, c.n == 1 && strings.HasPrefix(line, "SEND") && number(t, line) == 5
		}
		r := sendOnly(t, f, 10)
		r.out.pushNumbered(0, 10)
		r.start()
		synctest.Wait()
		r.out.wantOutcomes(5, 0, 5)
		if r.out.released != 5 {
			t.Errorf("%d events released, want the 5 without an answer", r.out.released)
		}
		time.Sleep(time.Second)
		r.out.wantOutcomes(10, 0, 0)
		if got := len(f.conn(2).lines("SEND")); got != 5 {
			t.Errorf("second connection sent %d events, want 5", got)
		}
	})
}
