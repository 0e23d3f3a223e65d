package remote

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// hostileAnswers are what no server should say, to any command.
func hostileAnswers() map[string]string {
	return map[string]string{
		"noise":            strings.Repeat("\x00\x01\xFE\r\n\xFF", 50),
		"noise without LF": strings.Repeat("\x00\xFF", 10000),
		"endless line":     strings.Repeat("x", 10<<20),
		"endless lines":    strings.Repeat("x\r\n", 20000),
		"endless statuses": strings.Repeat("+OK\r\n-OK\r\n", 20000),
		"never sent":       testGUID.String() + "\r\n+OK - Success.\r\n15,2,0,0\r\n+OK\r\n7\r\n+OK\r\n",
		"long statuses":    strings.Repeat("+OK - "+strings.Repeat("y", 4000)+"\r\n", 5000),
	}
}

// TestHostileAnswers gives each of them to each command, and then to the next: time and memory are bounded, and the connection
// works or has ended.
func TestHostileAnswers(t *testing.T) {
	for name, answer := range hostileAnswers() {
		t.Run(name, func(t *testing.T) {
			for _, victim := range calls() {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t)
					f.answer = func(*fakeConn, string) (string, bool) { return answer, true }
					c := connect(t, f.dial)
					start := time.Now()
					for range 3 {
						_ = victim.run(t.Context(), c) // whatever: it comes back
					}
					// A command, and a mark of each kind, in each of the calls.
					if took, most := time.Since(start), 3*5*c.opts.ReplyTimeout; took > most {
						t.Errorf("three times %s took %v, want at most %v", victim.name, took, most)
					}
				})
			}
		})
	}
}

// TestHostileAnswersMemory measures what a client still holds after such an answer, and what it took on the way.
func TestHostileAnswersMemory(t *testing.T) {
	const most, mostOnTheWay = 512 << 10, 16 << 20
	for name, answer := range hostileAnswers() {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.answer = func(*fakeConn, string) (string, bool) { return answer, true }
			c, err := Dial(t.Context(), testAddress, ClientOptions{Dial: f.dial, ReplyTimeout: 50 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			held, all := heap(), allocated()
			_, _ = c.Help(t.Context(), "") // keeps all lines, and some answers are errors
			_ = c.Noop(t.Context())
			if got := allocated() - all; got > mostOnTheWay+uint64(2*len(answer)) { // the fake copies the answer
				t.Errorf("client allocated %d KiB, want at most %d", got>>10, mostOnTheWay>>10)
			}
			_ = c.Close()
			f.wg.Wait() // it holds what it could not say
			if got := heap(); got > held+most {
				t.Errorf("client holds %d KiB, want at most %d", (got-held)>>10, most>>10)
			}
			runtime.KeepAlive(c)
		})
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestDrip has a server that answers each command a byte a second: each call is over in time, and the connection ends.
func TestDrip(t *testing.T) {
	for _, victim := range calls() {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.answer = func(c *fakeConn, line string) (string, bool) {
				for _, b := range []byte(strings.Repeat(tagged(line, 1), 3)) {
					time.Sleep(time.Second)
					if _, err := c.conn.Write([]byte{b}); err != nil {
						break
					}
				}
				return "", true
			}
			c := connect(t, f.dial)
			start := time.Now()
			first := victim.run(t.Context(), c)
			second := c.Noop(t.Context())
			if CauseOf(first) != CauseTimeout || CauseOf(second) != CauseTimeout {
				t.Errorf("%s = %v, then Noop = %v, want time-outs", victim.name, first, second)
			}
			if took, most := time.Since(start), 3*c.opts.ReplyTimeout; took > most {
				t.Errorf("%s and Noop took %v, want at most %v", victim.name, took, most)
			}
			wantEnded(t, c)
		})
	}
}

// TestTwin runs the commands against our own link server.
func TestTwin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, func(o *linkserver.Options) { o.Version = [4]int{15, 2, 7, 9} })
		c := login(t, h.dial)
		ctx := t.Context()
		if got, err := c.Statistics(ctx); err != nil || got.Overruns != 0 {
			t.Errorf("Statistics = %+v, %v, want no overruns, nil", got, err)
		}
		if got, err := c.Info(ctx); err != nil || got.Status != 0 {
			t.Errorf("Info = %+v, %v, want status 0, nil", got, err)
		}
		list, err := c.Interfaces(ctx)
		if err != nil || len(list) != 1 || list[0].GUID != testGUID.Interface(1) || list[0].Index != 1 || list[0].Started == "" {
			t.Errorf("Interfaces = %+v, %v, want the one of this connection", list, err)
		}
		guid := vscp.GUID{15: 7}
		if err := c.SetGUID(ctx, guid); err != nil {
			t.Errorf("SetGUID = %v, want nil", err)
		}
		if got, err := c.GUID(ctx); got != guid || err != nil {
			t.Errorf("GUID = %v, %v, want %v, nil", got, err, guid)
		}
		if got, err := c.Help(ctx, ""); err != nil || len(got) < 20 {
			t.Errorf("Help = %d lines, %v, want one for each command", len(got), err)
		}
		if got, err := c.Challenge(ctx, "token"); err != nil || len(got) != 32 {
			t.Errorf("Challenge = %q, %v, want 32 digits", got, err)
		}
		if got, err := c.Raw(ctx, "XFOO bar"); err != nil || got.OK || got.Text == "" {
			t.Errorf("Raw = %+v, %v, want a refusal that is no error", got, err)
		}
		for name, err := range map[string]error{
			"Binary": c.Binary(ctx), "SendVariable": c.SendVariable(ctx, "door"),
		} {
			if !Refused(err) {
				t.Errorf("%s = %v, want it refused", name, err)
			}
		}
		if err := c.Quit(ctx); err != nil {
			t.Errorf("Quit = %v, want nil", err)
		}
	})
}

// TestBinaryEnds has a server that would speak frames: the client does not.
func TestBinaryEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, newFake(t).dial)
		if err := c.Binary(t.Context()); err != nil {
			t.Errorf("Binary = %v, want nil", err)
		}
		wantEnded(t, c)
	})
}
