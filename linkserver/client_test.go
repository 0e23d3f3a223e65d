package linkserver

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testGUID is the server's in all tests; client 1 gets ...:00:01:00:00.
var testGUID = vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 1, 2, 3, 4}

func testOptions() Options {
	opts := DefaultOptions()
	opts.GUID = testGUID
	return opts
}

func newTestServer(t testing.TB, opts Options) *Server {
	t.Helper()
	srv, err := New(opts)
	if err != nil {
		t.Fatalf("New = %v", err)
	}
	return srv
}

// testClient is the far end of a connection. A goroutine reads its lines, so that the server never waits for the test.
type testClient struct {
	t     testing.TB
	conn  net.Conn
	lines chan string // closed at the end of the stream
	ended chan struct{}
}

// dialPipe connects a client through net.Pipe. The session is over before the test is.
func dialPipe(t testing.TB, srv *Server) *testClient {
	t.Helper()
	return connect(t, srv, func(c net.Conn) net.Conn { return c })
}

// connect is dialPipe with the server's end wrapped.
func connect(t testing.TB, srv *Server, wrap func(net.Conn) net.Conn) *testClient {
	t.Helper()
	near, far := net.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	c := &testClient{t: t, conn: near, lines: make(chan string, 1<<16), ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		srv.ServeConn(ctx, wrap(far))
	}()
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read()
	}()
	t.Cleanup(func() {
		cancel()
		_ = near.Close()
		<-c.ended
		<-read
	})
	return c
}

func (c *testClient) read() {
	defer close(c.lines)
	r := bufio.NewReader(c.conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			if line != "" {
				c.t.Errorf("connection ended within the line %q, want whole lines", line)
			}
			return
		}
		text, ok := strings.CutSuffix(line, "\r\n")
		if !ok {
			c.t.Errorf("line %q does not end with CR LF", line)
		}
		c.lines <- text
	}
}

// send writes text as it is.
func (c *testClient) send(text string) {
	c.t.Helper()
	if _, err := c.conn.Write([]byte(text)); err != nil {
		c.t.Fatalf("send %q: %v", text, err)
	}
}

// next returns the next line; ok is false at the end of the stream.
func (c *testClient) next() (line string, ok bool) {
	c.t.Helper()
	select {
	case line, ok = <-c.lines:
		return line, ok
	case <-time.After(10 * time.Second):
		c.t.Fatal("no line within 10 s")
		return "", false
	}
}

// expect reads lines and compares each as a whole.
func (c *testClient) expect(want ...string) {
	c.t.Helper()
	for _, w := range want {
		if got, ok := c.next(); !ok || got != w {
			c.t.Fatalf("line = %q (stream open: %v), want %q", got, ok, w)
		}
	}
}

// expectEnd fails unless the server closed the connection.
func (c *testClient) expectEnd() {
	c.t.Helper()
	if line, ok := c.next(); ok {
		c.t.Fatalf("line = %q, want the end of the stream", line)
	}
}

// command sends a line and returns the answer, final line last.
func (c *testClient) command(line string) []string {
	c.t.Helper()
	c.send(line + "\r\n")
	return c.answer()
}

func (c *testClient) answer() []string {
	c.t.Helper()
	var lines []string
	for {
		line, ok := c.next()
		if !ok {
			c.t.Fatalf("stream ended after %q, want a final line", lines)
		}
		lines = append(lines, line)
		if strings.HasPrefix(line, "+OK") || strings.HasPrefix(line, "-OK") {
			return lines
		}
	}
}

// want sends a line and compares the whole answer.
func (c *testClient) want(line string, answer ...string) {
	c.t.Helper()
	if got := strings.Join(c.command(line), "\n"); got != strings.Join(answer, "\n") {
		c.t.Fatalf("%q answered %q, want %q", line, got, strings.Join(answer, "\n"))
	}
}

// login reads the greeting and logs in to a server without accounts.
func (c *testClient) login() *testClient {
	c.t.Helper()
	c.answer()
	c.want("USER admin", replyUserAccepted)
	c.want("PASS secret", replySuccess)
	return c
}

// mustRow parses an event line of a test.
func mustRow(t testing.TB, line string) *vscp.Row {
	t.Helper()
	var row vscp.Row
	if err := row.Parse([]byte(line)); err != nil {
		t.Fatalf("Parse(%q) = %v", line, err)
	}
	return &row
}
