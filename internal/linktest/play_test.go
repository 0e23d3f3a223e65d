package linktest

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// client does to a connection what a test says, in lock step.
type client struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func dialPipe(t *testing.T, dial DialFunc) *client {
	t.Helper()
	conn, err := dial(t.Context(), "tcp", "peer:9598")
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t: t, conn: conn, r: bufio.NewReader(conn)}
}

func (c *client) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Errorf("write %q: %v", text, err)
	}
}

func (c *client) read(want string) {
	c.t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c.r, got); err != nil || string(got) != want {
		c.t.Errorf("read = %q, %v, want %q", got, err, want)
	}
}

func (c *client) readEnd() {
	c.t.Helper()
	if b, err := c.r.ReadByte(); !errors.Is(err, io.EOF) {
		c.t.Errorf("read = %q, %v, want %v", b, err, io.EOF)
	}
}

func (c *client) close() {
	c.t.Helper()
	if err := c.conn.Close(); err != nil {
		c.t.Errorf("close: %v", err)
	}
}

func TestPlay(t *testing.T) {
	tests := []struct {
		name, script string
		client       func(c *client)
		want         string // the failure, empty for none
	}{
		{
			"all in order", "< hi\n> USER admin\n<< \"1 \\r\\n2\\r\\n\"\n> *\nclose\n",
			func(c *client) {
				c.read("hi\r\n")
				c.send("user admin\r\n")
				c.read("1 \r\n2\r\n")
				c.send("whatever\r\n")
				c.readEnd()
			}, "",
		},
		{
			"pipelined", "> A\n< 1\n> B\n< 2\n",
			func(c *client) { c.send("A\r\nB\r\n"); c.read("1\r\n2\r\n") }, "",
		},
		{
			"both write at once", "< a\n< b\n> NOOP\n",
			func(c *client) { c.send("NOOP\r\n"); c.read("a\r\nb\r\n") }, "",
		},
		{
			"sent and closed without reading", "> QUIT\n< bye\nclose\n",
			func(c *client) { c.send("QUIT\r\n"); c.close() }, "",
		},
		{
			"wrong line", "< hi\n> NOOP\n",
			func(c *client) { c.read("hi\r\n"); c.send("QUIT\r\n"); c.readEnd() },
			`play recorder, recorder:2: got the line "QUIT", want the line "NOOP"`,
		},
		{
			"line feed only", "> NOOP\n",
			func(c *client) { c.send("NOOP\n") },
			`recorder:1: got the line "NOOP\n", want the line "NOOP"`,
		},
		{
			"line feed only for a pattern", "> SEND *\n",
			func(c *client) { c.send("SEND 1\n") },
			`recorder:1: got the line "SEND 1\n", want the line "SEND *"`,
		},
		{
			"unfinished line", "> NOOP\n",
			func(c *client) { c.send("NOO"); c.close() },
			`recorder:1: got the unfinished line "NOO", want the line "NOOP"`,
		},
		{
			"endless line", "> NOOP\n",
			func(c *client) { _, _ = io.WriteString(c.conn, strings.Repeat("X", maxClientLine+1)) },
			`recorder:1: got a line of more than 65536 bytes, want the line "NOOP"`,
		},
		{
			"closed too early", "> NOOP\n> QUIT\n",
			func(c *client) { c.send("NOOP\r\n"); c.close() },
			`recorder:2: got the connection closed, want the line "QUIT"`,
		},
		{
			"not enough until the end of the test", "> NOOP\n> QUIT\n",
			func(c *client) { c.send("NOOP\r\n") },
			`recorder:2: got nothing until the test ended, want the line "QUIT"`,
		},
		{
			"one line too many", "> NOOP\n< ok\n",
			func(c *client) { c.send("NOOP\r\n"); c.read("ok\r\n"); c.send("QUIT\r\n"); c.readEnd() },
			`recorder:2: got the line "QUIT", want the end of the dialogue`,
		},
		{
			"closed where it may", "> A\nmay close\n< 1\n> NOOP\n",
			func(c *client) { c.send("A\r\n"); c.close() }, "",
		},
		{
			"open where it may close", "> A\nmay close\n> NOOP\n",
			func(c *client) { c.send("A\r\n") }, "",
		},
		{
			"wrong line where it may close", "may close\n> NOOP\n",
			func(c *client) { c.send("QUIT\r\n") },
			`recorder:2: got the line "QUIT", want the line "NOOP"`,
		},
		{
			"stall takes all", "< hi\nstall\n",
			func(c *client) { c.read("hi\r\n"); c.send("A\r\nB\r\nC"); c.close() }, "",
		},
		{
			"stall until the end of the test", "stall\n",
			func(c *client) { c.send("A\r\n") }, "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rec := &recorder{}
				c := dialPipe(t, Dialer(rec, Inline(rec, tt.script)))
				tt.client(c)
				synctest.Wait()
				if got := rec.finish(); !sameFailure(got, tt.want) {
					t.Errorf("failure = %q, want %q", got, tt.want)
				}
			})
		})
	}
}

func sameFailure(got, want string) bool {
	return (got == "") == (want == "") && strings.Contains(got, want) && strings.Count(got, "\n") == 0
}

func TestPlayWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := dialPipe(t, Dialer(t, Inline(t, "wait 1h\n< a\nwait 2s\n< b\n> QUIT\n")))
		c.read("a\r\n")
		if got, want := time.Since(start), time.Hour; got != want {
			t.Errorf("first line after %v, want %v", got, want)
		}
		c.send("QUIT\r\n") // kept until the peer is there
		c.read("b\r\n")
		if got, want := time.Since(start), time.Hour+2*time.Second; got != want {
			t.Errorf("second line after %v, want %v", got, want)
		}
	})
}

func TestPlayWaitEndsWithClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		rec := &recorder{}
		c := dialPipe(t, Dialer(rec, Inline(rec, "wait 1h\n> NOOP\n")))
		c.close()
		synctest.Wait()
		if got, want := rec.finish(), "recorder:2: got the connection closed"; !sameFailure(got, want) {
			t.Errorf("failure = %q, want %q", got, want)
		}
		if got := time.Since(start); got != 0 {
			t.Errorf("the wait ended after %v, want at once", got)
		}
	})
}

func TestPlayGraceAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		c := dialPipe(t, Dialer(rec, Inline(rec, "wait 1h\n< a\n> QUIT\n")))
		go func() {
			c.read("a\r\n")
			time.Sleep(grace / 2)
			c.send("QUIT\r\n")
		}()
		start := time.Now()
		if got := rec.finish(); got != "" {
			t.Errorf("failure = %q, want none", got)
		}
		if got, want := time.Since(start), grace/2; got != want {
			t.Errorf("the test ended after %v, want %v", got, want)
		}
	})
}

func TestPlayDoesNotNeedAReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		dialPipe(t, Dialer(rec, Inline(rec, "< a\n< b\n")))
		start := time.Now()
		if got := rec.finish(); got != "" {
			t.Errorf("failure = %q, want none", got)
		}
		if got := time.Since(start); got != grace {
			t.Errorf("the test ended after %v, want %v", got, grace)
		}
	})
}
