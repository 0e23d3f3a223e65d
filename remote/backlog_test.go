package remote

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// bus is a fake uvscpd: what it pushes on the receive connection it also queues for the one that sends.
type bus struct {
	*fake
	mu      sync.Mutex // guards what follows
	queued  map[int]int
	longest int
}

func newBus(t *testing.T, sendTakes time.Duration) *bus {
	t.Helper()
	b := &bus{fake: newFake(t), queued: make(map[int]int)}
	b.answer = func(c *fakeConn, line string) (string, bool) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch verb, _, _ := strings.Cut(line, " "); verb {
		case "VERS":
			return "1,0,0,N/A\r\n+OK\r\n", true
		case "CLRA":
			b.queued[c.n] = 0
		case "SEND":
			b.mu.Unlock()
			time.Sleep(sendTakes)
			b.mu.Lock()
		}
		return "", false
	}
	return b
}

// happen puts an event on the bus. Servers queue it everywhere before they write it anywhere.
func (b *bus) happen() {
	var loop *fakeConn
	for _, c := range b.connections() {
		switch {
		case c.isGone():
		case len(c.lines("RCVLOOP")) > 0:
			loop = c
		default:
			b.mu.Lock()
			b.queued[c.n]++
			b.longest = max(b.longest, b.queued[c.n])
			b.mu.Unlock()
		}
	}
	if loop != nil {
		loop.push("0,20,3,0,,,-,1")
	}
}

// wantLongest checks that the queue never came near the 101 events at which this server deadlocks, and was not cleared more
// often than it takes.
func (b *bus) wantLongest(t *testing.T, limit int) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.longest > limit {
		t.Errorf("%d events waited for the connection that sends, want at most %d", b.longest, limit)
	}
}

func TestBacklogIsCleared(t *testing.T) {
	for _, tt := range []struct {
		name      string
		window, n int
		takes     time.Duration
		limit     int // the events that come while a window is answered are beyond its reach
	}{
		{"idle", 1, 0, 0, maxBacklogUvscpd},
		{"busy", 1, 1000, 20 * time.Millisecond, maxBacklogUvscpd + 2},
		{"busy with a window", 16, 1000, 5 * time.Millisecond, maxBacklogUvscpd + 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBus(t, tt.takes)
				r := newRig(t, b.dial, func(o *Options) { o.Window = tt.window }).start()
				time.Sleep(time.Second)
				r.out.pushNumbered(0, tt.n)
				for range 500 {
					b.happen()
					time.Sleep(10 * time.Millisecond)
				}
				time.Sleep(20 * time.Second)
				b.wantLongest(t, tt.limit)
				if got, most := len(b.conn(2).lines("CLRA")), 500/maxBacklogUvscpd; got < 1 || got > most {
					t.Errorf("cleared %d times, want 1 to %d", got, most)
				}
				r.out.wantOutcomes(tt.n, 0, 0)
				if got := len(r.in.all()); got != 500 {
					t.Errorf("received %d events, want 500", got)
				}
			})
		})
	}
}

// TestBacklogWithoutAWitness clears by the clock where no connection sees what comes: nothing is received, or the receive
// connection is down.
func TestBacklogWithoutAWitness(t *testing.T) {
	t.Run("receive none", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBus(t, 0)
			r := newRig(t, b.dial, func(o *Options) { o.Receive = ReceiveNone }).start()
			for range 600 {
				b.happen()
				time.Sleep(50 * time.Millisecond)
			}
			b.wantLongest(t, 25)
			if got := len(b.conn(1).lines("CLRA")); got < 28 || got > 31 {
				t.Errorf("cleared %d times in 30s, want once a second", got)
			}
			if l := r.link(roleSingle); l.Failures != 0 {
				t.Errorf("status %+v, want no failure", l)
			}
		})
	})
	t.Run("receive down", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBus(t, 0)
			newRig(t, b.dial, nil).start()
			time.Sleep(time.Second)
			_ = b.conn(1).conn.Close()
			synctest.Wait()
			b.setRefuse(true)
			for range 600 {
				b.happen()
				time.Sleep(50 * time.Millisecond)
			}
			b.wantLongest(t, 25)
			b.setRefuse(false)
			time.Sleep(2 * time.Minute)
			for range 40 {
				b.happen()
				time.Sleep(50 * time.Millisecond)
			}
			b.wantLongest(t, maxBacklogUvscpd)
		})
	})
	t.Run("a peer with room", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			newRig(t, f.dial, func(o *Options) { o.Receive = ReceiveNone }).start()
			time.Sleep(10*time.Minute + time.Second)
			if clears, noops := len(f.all("CLRA")), len(f.all("NOOP")); clears != 20 || noops != 0 {
				t.Errorf("cleared %d times and tried %d times in 10 minutes, want once in 30s and never", clears, noops)
			}
		})
	})
}

// TestIdleProbe tries a connection that only sends while the other one counts what comes.
func TestIdleProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) { return "-OK - Unknown command\r\n", line == "NOOP" }
		r := newRig(t, f.dial, nil).start()
		time.Sleep(10*time.Minute + time.Second)
		if got := f.conn(2).lines("NOOP"); len(got) != 20 {
			t.Errorf("tried %d times in 10 minutes, want once in 30s", len(got))
		}
		if l := r.link(roleSend); l.Failures != 0 {
			t.Errorf("status %+v, want no failure: a refusal is a sign of life too", l)
		}
	})
}

// TestRestartIsNoticedOnBothConnections does not wait for the probe when the receive connection broke.
func TestRestartIsNoticedOnBothConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := newRig(t, f.dial, nil).start()
		time.Sleep(time.Second)
		_ = f.conn(2).conn.Close()
		_ = f.conn(1).conn.Close()
		synctest.Wait()
		for _, role := range []string{roleReceive, roleSend} {
			if l := r.link(role); l.Failures != 1 || l.LastCause != CauseClosed || l.State != StateWaiting {
				t.Errorf("status of %s %+v, want waiting after one failure, closed", role, l)
			}
		}
		time.Sleep(2 * time.Second)
		if s := r.m.Status(); !s.Up {
			t.Errorf("Status = %+v, want up again", s)
		}
	})
}

// TestFilters sets them on both connections, so that both queues hold the same, and reports a refusal once.
func TestFilters(t *testing.T) {
	filter, mask := vscp.Filter{Class: 20, Type: 3}, vscp.Filter{Class: 0xFFFF, Type: 0xFF}
	want := []string{"SMSK " + mask.String(), "SFLT " + filter.String()}
	for _, tt := range []struct {
		name, version, caps string
		refuse              bool
		want                []string
	}{
		{"vscpd", "15,2,0,0", "00-00-00-00-00-00-80-78", false, want},
		{"refused", "15,2,0,0", "00-00-00-00-00-00-80-78", true, want},
		{"firmware", "0,0,1,0", "40-00-00-00-00-00-80-28 4611686018427420712", false, nil}, // it would drop what is sent
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					switch verb, _, _ := strings.Cut(line, " "); verb {
					case "VERS":
						return tt.version + "\r\n+OK\r\n", true
					case "WCYD":
						return tt.caps + "\r\n+OK\r\n", true
					case "SFLT", "SMSK":
						return "-OK - User does not have rights to perform this operation.\r\n", tt.refuse
					}
					return "", false
				}
				r := newRig(t, f.dial, func(o *Options) { o.Filter, o.Mask = &filter, &mask }).start()
				for range 3 {
					synctest.Wait()
					for _, c := range f.connections() {
						got := append(c.lines("SMSK"), c.lines("SFLT")...)
						if fmt.Sprint(got) != fmt.Sprint(tt.want) {
							t.Errorf("connection %d was set %q, want %q", c.n, got, tt.want)
						}
						_ = c.conn.Close()
					}
					time.Sleep(10 * time.Second)
				}
				warnings := 0
				for line := range strings.Lines(r.log.String()) {
					if strings.Contains(line, "filtering here instead") && strings.Contains(line, `"warn"`) {
						warnings++
					}
				}
				if want := map[bool]int{true: 1}[tt.refuse]; warnings != want {
					t.Errorf("%d warnings of refused filters, want %d", warnings, want)
				}
			})
		})
	}
}
