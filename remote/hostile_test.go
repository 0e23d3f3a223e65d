package remote

import (
	"context"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestGreetings(t *testing.T) {
	for _, tt := range []struct {
		name, greeting string
		lines          int
		want           Cause
	}{
		{"status line alone", "+OK\r\n", 0, CauseNone},
		{"three lines", "Welcome\r\n\r\nCopyright ©\r\n+OK - Success.\r\n", 3, CauseNone},
		{"LF only", "Welcome\n+OK\n", 1, CauseNone},
		{"as many as allowed", strings.Repeat("x\r\n", 1000) + "+OK\r\n", maxGreeting, CauseNone},
		{"one more", strings.Repeat("x\r\n", 1001) + "+OK\r\n", 0, CauseProtocol},
		{"refused", "-OK - Max number of clients connected.\r\n" + markClose, 0, CauseFull},
		{"refused for another reason", "-OK - Invalid or unknown peer.\r\n" + markClose, 0, CauseRefused},
		{"closed at once", markClose, 0, CauseFull},
		{"closed within a line", "Wel" + markClose, 0, CauseClosed},
		{"closed before the status line", "Welcome\r\n" + markClose, 0, CauseClosed},
		{"nothing", markStall, 0, CauseTimeout},
		{"no status line", "Welcome\r\n" + markStall, 0, CauseTimeout},
		{"endless line", strings.Repeat("x", 5000) + markStall, 0, CauseLineLength},
		{"noise", strings.Repeat("\x00\xFF\x80\r", 2000) + markStall, 0, CauseLineLength},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.greeting = tt.greeting
				start := time.Now()
				c, err := Dial(t.Context(), testAddress, ClientOptions{Dial: f.dial})
				if CauseOf(err) != tt.want {
					t.Errorf("Dial = %v (cause %s), want cause %s", err, CauseOf(err), tt.want)
				}
				if took := time.Since(start); took > DefaultClientOptions().GreetingTimeout {
					t.Errorf("Dial took %v, want at most %v", took, DefaultClientOptions().GreetingTimeout)
				}
				if err != nil {
					if text := err.Error(); !strings.HasPrefix(text, "remote: "+testAddress+": greeting") {
						t.Errorf("error is %q, want it to say where and when", text)
					}
					synctest.Wait()
					if !f.conn(1).isGone() {
						t.Error("connection is open after a failed greeting, want it closed")
					}
					return
				}
				defer func() { _ = c.Close() }()
				if n := len(c.Greeting()); n != tt.lines {
					t.Errorf("Greeting has %d lines, want %d", n, tt.lines)
				}
				if err := c.Noop(t.Context()); err != nil {
					t.Errorf("Noop = %v, want nil", err)
				}
			})
		})
	}
}

// TestGreetingDrips has a server that says one byte a second and never ends: the deadline is for the whole greeting.
func TestGreetingDrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		done := make(chan struct{})
		go func() {
			defer close(done)
			for n := 0; ; n++ {
				time.Sleep(time.Second)
				if _, err := io.WriteString(far, "x\n"[n%2:n%2+1]); err != nil {
					return
				}
			}
		}()
		start := time.Now()
		_, err := NewClient(t.Context(), near, ClientOptions{})
		if took := time.Since(start); CauseOf(err) != CauseTimeout || took != DefaultClientOptions().GreetingTimeout {
			t.Errorf("NewClient = %v after %v, want a time-out after %v", err, took, DefaultClientOptions().GreetingTimeout)
		}
		<-done
	})
}

// TestReplies sends commands to a server that answers wrongly. After an answer that leaves in doubt what the next line
// belongs to, the client has ended.
func TestReplies(t *testing.T) {
	var b Batch
	row := "0,10,6,0,,,-,1\r\n"
	retrieve := func(ctx context.Context, c *Client) error { return c.Retrieve(ctx, 2, &b) }
	chid := func(ctx context.Context, c *Client) error { _, err := c.ChannelID(ctx); return err }
	for _, tt := range []struct {
		name, answer string
		call         func(ctx context.Context, c *Client) error
		want         Cause
		ended        bool
	}{
		{"bare OK", "OK\r\n", chid, CauseProtocol, false},
		{"no data line", "+OK\r\n", chid, CauseProtocol, false},
		{"two data lines", "1\r\n2\r\n+OK\r\n", chid, CauseProtocol, false},
		{"no number", "one\r\n+OK\r\n", chid, CauseProtocol, false},
		{"negative number", "-1\r\n+OK\r\n", chid, CauseProtocol, false},
		{"refused", "-OK - no\r\n", chid, CauseRefused, false},
		{"refused without a word", "-OK\r\n", chid, CauseRefused, false},
		{"refused after data", "1\r\n-OK - no\r\n", chid, CauseRefused, false},
		{"no GUID", "1:2\r\n+OK\r\n", func(ctx context.Context, c *Client) error { _, err := c.GUID(ctx); return err }, CauseProtocol, false},
		{"no version", "1,2\r\n+OK\r\n", func(ctx context.Context, c *Client) error { _, err := c.Version(ctx); return err }, CauseProtocol, false},
		{"no numbers", "a,b,c,d\r\n+OK\r\n", func(ctx context.Context, c *Client) error { _, err := c.Version(ctx); return err }, CauseProtocol, false},
		{"no capabilities", "00-zz\r\n+OK\r\n", func(ctx context.Context, c *Client) error { _, _, err := c.Capabilities(ctx); return err }, CauseProtocol, false},
		{"no count", "many\r\n+OK\r\n", func(ctx context.Context, c *Client) error { _, err := c.DataCount(ctx); return err }, CauseProtocol, false},
		{"refused for ever", strings.Repeat("-OK\r\n", 4000), func(ctx context.Context, c *Client) error { return c.Resync(ctx) }, CauseProtocol, true},
		{"data after doubt", "-OK\r\nx\r\n", func(ctx context.Context, c *Client) error { return c.Resync(ctx) }, CauseNone, false},
		{"never", markStall, chid, CauseTimeout, true},
		{"not ended", "1\r\n" + markStall, chid, CauseTimeout, true},
		{"half a line", "1\r\n+O" + markStall, chid, CauseTimeout, true},
		{"closed", markClose, chid, CauseClosed, true},
		{"closed in mid reply", "1\r\n" + markClose, chid, CauseClosed, true},
		{"closed in mid line", "1\r\n+OK" + markClose, chid, CauseClosed, true},
		{"endless line", strings.Repeat("1", 5000) + markStall, chid, CauseLineLength, true},
		{"too many lines", strings.Repeat("1\r\n", 1001) + "+OK\r\n", chid, CauseProtocol, true},
		{"more than asked", row + row + row + "+OK\r\n", retrieve, CauseProtocol, true},
		{"no rows at all", "x\r\n\r\n+OK\r\n", retrieve, CauseNone, false},
		{"noise", "\x00\x01\r\n\xFF\r\n-OK - No event(s) available\r\n", retrieve, CauseNone, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				first := true
				f.answer = func(*fakeConn, string) (string, bool) {
					defer func() { first = false }()
					return tt.answer, first
				}
				c := connect(t, f.dial)
				start := time.Now()
				if err := tt.call(t.Context(), c); CauseOf(err) != tt.want {
					t.Errorf("error = %v (cause %s), want cause %s", err, CauseOf(err), tt.want)
				}
				// Resync asks again where a server does not say its version.
				if took, most := time.Since(start), 2*DefaultClientOptions().ReplyTimeout; took > most {
					t.Errorf("call took %v, want at most %v", took, most)
				}
				if tt.ended {
					wantEnded(t, c)
				} else if err := c.Noop(t.Context()); err != nil {
					t.Errorf("Noop after it = %v, want nil", err)
				}
			})
		})
	}
}

// TestRowsBeforeATrouble keeps the events that came whole before a connection broke.
func TestRowsBeforeATrouble(t *testing.T) {
	const row = "0,10,6,0,,,-,1\r\n"
	for _, trouble := range []string{markClose, "0,10,6" + markClose, markStall, row + row + "+OK\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.answer = func(_ *fakeConn, line string) (string, bool) { return row + row + row + trouble, line == "RETR 3" }
			c := connect(t, f.dial)
			var b Batch
			if err := c.Retrieve(t.Context(), 3, &b); err == nil || len(b.Rows) != 3 {
				t.Errorf("Retrieve before %q = %v with %d events, want an error with 3", trouble, err, len(b.Rows))
			}
		})
	}
}

// TestSplitReply delivers a reply byte by byte.
func TestSplitReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(c *fakeConn, line string) (string, bool) {
			if line != "RETR 2" {
				return "", false
			}
			for _, b := range []byte("0,10,6,0,,,-,1\r\n0,10,7,0,,,-,2\r\n+OK - Success.\r\n") {
				_, _ = c.conn.Write([]byte{b})
				time.Sleep(time.Millisecond)
			}
			return "", true
		}
		c := connect(t, f.dial)
		var b Batch
		if err := c.Retrieve(t.Context(), 2, &b); err != nil || len(b.Rows) != 2 || b.Rows[0].Type != 6 || b.Rows[1].Type != 7 {
			t.Errorf("Retrieve = %v with %+v, want nil with types 6 and 7", err, b.Rows)
		}
	})
}

// TestReceiveNoise gives the receive loop what is no event: it is counted, and the events beside it arrive.
func TestReceiveNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := login(t, f.dial)
		if err := c.ReceiveLoop(t.Context()); err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = io.WriteString(f.conn(1).conn, "\r\nhello\r\n0,10,6,0,,,-,1\r\n\x00\x01\xFF\r\n+OK\r\n0,10,6,0,,,-,999\r\n+OK - yes\r\n-OK - no\r\n0,10,7,0,,,-\r\n")
		}()
		rows, malformed, keepAlives, refusals := 0, 0, 0, 0
		var b Batch
		for rows < 2 {
			err := c.Receive(t.Context(), time.Second, &b)
			if Refused(err) {
				refusals++
			} else if err != nil {
				t.Fatalf("Receive = %v, want nil or a refusal", err)
			}
			if (b.Problem != nil) != (b.Malformed > 0) {
				t.Errorf("Problem = %v with %d malformed lines, want one exactly if there are some", b.Problem, b.Malformed)
			}
			rows, malformed, keepAlives = rows+len(b.Rows), malformed+b.Malformed, keepAlives+b.KeepAlives
		}
		if malformed != 4 || keepAlives != 2 || refusals != 1 {
			t.Errorf("received %d malformed lines, %d keep-alives, %d refusals, want 4, 2, 1", malformed, keepAlives, refusals)
		}
	})
}

// TestHostileMemory bounds what a client holds after a server sent as much as it may.
func TestHostileMemory(t *testing.T) {
	long := strings.Repeat("x", 4000) + "\r\n"
	row := "0,10,6,0,,,-" + strings.Repeat(",0xFF", vscp.MaxData) + "\r\n"
	for _, tt := range []struct {
		name, greeting, answer string
		most                   uint64
	}{
		{"greeting", strings.Repeat(long, 1000) + "+OK\r\n", "+OK\r\n", 512 << 10},
		{"reply", "+OK\r\n", strings.Repeat(long, 1000) + "+OK\r\n", 256 << 10},
		{"rows", "+OK\r\n", strings.Repeat(row, maxBatch) + "+OK\r\n", 4 << 20},
		{"endless line", "+OK\r\n", strings.Repeat("x", 10<<20) + markClose, 256 << 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.greeting = tt.greeting
			f.answer = func(*fakeConn, string) (string, bool) { return tt.answer, true }
			var b Batch
			before := heap()
			c := connect(t, f.dial)
			_ = c.Retrieve(t.Context(), maxBatch, &b) // some answers are errors
			if after := heap(); after > before+tt.most {
				t.Errorf("client holds %d KiB, want at most %d", (after-before)>>10, tt.most>>10)
			}
			runtime.KeepAlive(c)
			runtime.KeepAlive(&b)
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // the first one only empties pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// FuzzReply feeds any answer to the methods that take it apart: no panic, and no result beside an error.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{"1\r\n+OK\r\n", "15,2,0,0\r\n+OK\r\n", "00-00-00-00-00-00-80-28 32808\r\nOK\n", "-OK - no\r\n", "+OK\r\n-OK\r\n", "\x00\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		ask := func() *Client {
			c, err := NewClient(t.Context(), &canned{data: []byte("+OK\n"), answer: answer}, ClientOptions{})
			if err != nil {
				t.Fatalf("NewClient = %v, want nil", err)
			}
			return c
		}
		if v, err := ask().Version(t.Context()); err != nil && v != (Version{}) {
			t.Errorf("Version = %v beside %v, want none", v, err)
		}
		if v, _, err := ask().Capabilities(t.Context()); err != nil && v != 0 {
			t.Errorf("Capabilities = %v beside %v, want none", v, err)
		}
		if v, err := ask().ChannelID(t.Context()); err != nil && v != 0 {
			t.Errorf("ChannelID = %v beside %v, want none", v, err)
		}
		if v, err := ask().GUID(t.Context()); err != nil && !v.IsZero() {
			t.Errorf("GUID = %v beside %v, want none", v, err)
		}
		if v, err := ask().DataCount(t.Context()); v < 0 || err != nil && v != 0 {
			t.Errorf("DataCount = %v beside %v, want none", v, err)
		}
		if v, err := ask().Statistics(t.Context()); err != nil && v != (Statistics{}) {
			t.Errorf("Statistics = %v beside %v, want none", v, err)
		}
		if v, err := ask().Info(t.Context()); err != nil && v != (ChannelStatus{}) {
			t.Errorf("Info = %v beside %v, want none", v, err)
		}
		if v, err := ask().Interfaces(t.Context()); err != nil && v != nil {
			t.Errorf("Interfaces = %v beside %v, want none", v, err)
		}
		if v, err := ask().Help(t.Context(), ""); err != nil && v != nil {
			t.Errorf("Help = %q beside %v, want none", v, err)
		}
		if v, err := ask().Challenge(t.Context(), ""); (err == nil) != (v != "") {
			t.Errorf("Challenge = %q beside %v, want one of them", v, err)
		}
		if v, err := ask().Raw(t.Context(), "XFOO"); err != nil && (v.OK || v.Text != "" || v.Lines != nil) {
			t.Errorf("Raw = %+v beside %v, want none", v, err)
		}
		var b Batch
		if err := ask().Retrieve(t.Context(), 3, &b); len(b.Rows)+b.Malformed > 3 {
			t.Errorf("Retrieve(3) = %v with %d rows and %d malformed, want 3 at most", err, len(b.Rows), b.Malformed)
		}
		if p, err := ask().Probe(t.Context()); err != nil && p != (Profile{}) {
			t.Errorf("Probe = %+v beside %v, want none", p, err)
		}
	})
}

// canned is a connection that takes everything and says what it holds, in pieces; the answer to the first command.
type canned struct {
	net.Conn
	data, answer []byte
}

func (c *canned) Read(p []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.data[:min(len(c.data), 1+len(c.data)%7)])
	c.data = c.data[n:]
	return n, nil
}

func (c *canned) Write(p []byte) (int, error) {
	c.data, c.answer = append(c.data, c.answer...), nil
	return len(p), nil
}

func (*canned) SetDeadline(_ time.Time) error { return nil }
func (*canned) Close() error                  { return nil }
