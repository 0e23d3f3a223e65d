package remote

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// What a fake peer does instead of a whole answer: the text before a mark is written.
const (
	markClose = "\x00close" // closes the connection
	markStall = "\x00stall" // says nothing more, and answers nothing more
)

// fake is a link server whose answers a test decides. Unlike linktest's scripts it does not care in which order it is asked.
type fake struct {
	greeting string                   // default "hello\r\n+OK - Success.\r\n"
	greet    func(c *fakeConn) string // if not nil, instead of greeting
	// answer returns what to write for a command line; ok is false for the usual answer.
	answer func(c *fakeConn, line string) (text string, ok bool)

	wg     sync.WaitGroup
	mu     sync.Mutex // guards what follows
	conns  []*fakeConn
	dials  []time.Time
	refuse bool // connections
}

// fakeConn is one connection to a fake.
type fakeConn struct {
	n     int // the first connection is 1
	conn  net.Conn
	asked chan string // read and not yet answered
	mu    sync.Mutex  // guards what follows
	got   []string    // command lines
	at    []time.Time
	gone  bool
}

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{greeting: "hello\r\n+OK - Success.\r\n"}
	t.Cleanup(func() {
		f.mu.Lock()
		for _, c := range f.conns {
			_ = c.conn.Close()
		}
		f.mu.Unlock()
		f.wg.Wait()
	})
	return f
}

func (f *fake) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dials = append(f.dials, time.Now())
	if f.refuse || ctx.Err() != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	c := &fakeConn{n: len(f.conns) + 1, conn: far, asked: make(chan string, 2*maxWindow)}
	f.conns = append(f.conns, c)
	f.wg.Go(func() { f.serve(c) })
	return near, nil
}

// setRefuse makes the fake refuse connections, or take them.
func (f *fake) setRefuse(refuse bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse = refuse
}

func (f *fake) dialed() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.dials)
}

func (f *fake) conn(n int) *fakeConn {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n < 1 || n > len(f.conns) {
		return nil
	}
	return f.conns[n-1]
}

func (f *fake) connections() []*fakeConn {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.conns)
}

// serve answers in order. Another goroutine reads, so that a client may write much before it reads.
func (f *fake) serve(c *fakeConn) {
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(c.asked)
		r := bufio.NewReader(c.conn)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			c.asked <- strings.TrimRight(line, "\r\n")
		}
	})
	defer reading.Wait()
	defer c.conn.Close()
	defer c.left()
	greeting := f.greeting
	if f.greet != nil {
		greeting = f.greet(c)
	}
	if !c.say(greeting) {
		return
	}
	for line := range c.asked {
		c.note(line)
		text, ok := "", false
		if f.answer != nil {
			text, ok = f.answer(c, line)
		}
		if !ok {
			text = c.usual(line)
		}
		if !c.say(text) {
			return
		}
	}
}

// say writes text up to a mark, and reports whether to go on.
func (c *fakeConn) say(text string) bool {
	if before, _, found := strings.Cut(text, markClose); found {
		_, _ = c.conn.Write([]byte(before))
		return false
	}
	if before, _, found := strings.Cut(text, markStall); found {
		_, _ = c.conn.Write([]byte(before))
		buf := make([]byte, 1)
		for {
			if _, err := c.conn.Read(buf); err != nil {
				return false
			}
		}
	}
	if text != "" {
		_, _ = c.conn.Write([]byte(text)) // a client that is gone shows in the reading
	}
	return true
}

// usual is what most servers answer.
func (c *fakeConn) usual(line string) string {
	switch verb, _, _ := strings.Cut(line, " "); verb {
	case "VERS":
		return "15,2,0,0\r\n+OK - Success.\r\n"
	case "WCYD":
		return "00-00-00-00-00-00-80-78\r\n+OK - Success.\r\n"
	case "CHID":
		return fmt.Sprintf("%d\r\n+OK - Success.\r\n", c.n)
	case "GGID":
		return "FF:FF:FF:FF:FF:FF:FF:FE:01:02:03:04:00:00:00:00\r\n+OK - Success.\r\n"
	case "STAT":
		return "0,0,0,0,0,0,0\r\n+OK - Success.\r\n"
	case "RETR":
		return "-OK - No event(s) available\r\n"
	case "QUIT":
		return "+OK - bye\r\n" + markClose
	default:
		return "+OK - Success.\r\n"
	}
}

func (c *fakeConn) note(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, line)
	c.at = append(c.at, time.Now())
}

func (c *fakeConn) left() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
}

// push writes lines unasked, each in one write.
func (c *fakeConn) push(lines ...string) {
	for _, line := range lines {
		_, _ = c.conn.Write([]byte(line + "\r\n"))
	}
}

// lines returns the command lines that start with prefix.
func (c *fakeConn) lines(prefix string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, line := range c.got {
		if strings.HasPrefix(line, prefix) {
			out = append(out, line)
		}
	}
	return out
}

// times returns when command lines that start with prefix came.
func (c *fakeConn) times(prefix string) []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []time.Time
	for i, line := range c.got {
		if strings.HasPrefix(line, prefix) {
			out = append(out, c.at[i])
		}
	}
	return out
}

// unread returns how many commands wait for their answer, behind the one that gets it.
func (c *fakeConn) unread() int { return len(c.asked) }

func (c *fakeConn) isGone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

// all returns the command lines of all connections that start with prefix, connection by connection.
func (f *fake) all(prefix string) []string {
	var out []string
	for _, c := range f.connections() {
		out = append(out, c.lines(prefix)...)
	}
	return out
}
