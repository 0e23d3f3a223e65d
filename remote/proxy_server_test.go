package remote

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// hold keeps the first that comes by until it is released.
type hold struct {
	taken   atomic.Bool
	once    sync.Once
	reached chan struct{}
	free    chan struct{}
}

func newHold() *hold { return &hold{reached: make(chan struct{}), free: make(chan struct{})} }

// pass returns after the release, or when ctx ends.
func (h *hold) pass(ctx context.Context) {
	if !h.taken.CompareAndSwap(false, true) {
		return
	}
	close(h.reached)
	select {
	case <-h.free:
	case <-ctx.Done():
	}
}

func (h *hold) release() { h.once.Do(func() { close(h.free) }) }

// The points of a server's work, beside its answers to commands, at which it can be held.
const (
	atTLS      = "tls"      // before it answers the handshake
	atGreeting = "greeting" // before it says anything
	atWelcome  = "welcome"  // between the lines of the greeting
)

// heldServer is a link server on TCP, or TLS, that is held at one point, and keeps books of what its clients can know.
type heldServer struct {
	at       string // a verb or a point
	role     string // of the connection that is held
	hold     *hold
	config   *tls.Config // nil: clear text
	listener net.Listener
	ctx      context.Context
	wg       sync.WaitGroup

	mu       sync.Mutex // guards what follows, and the books of the sessions
	sessions []*heldSession
	got      []int    // the numbers of the events that were sent to it, in the order of their coming
	rows     []string // for the next RETR
}

// heldSession is one connection to a heldServer.
type heldSession struct {
	s     *heldServer
	n     int // the first is 1
	role  string
	conn  net.Conn
	asked chan string

	probed, looping bool      // the last command of a probe, or RCVLOOP, is being answered, or was
	ended           time.Time // when the connection was seen to end
}

// newHeldServer starts a server that lasts until the test ends.
func newHeldServer(t testing.TB, s spot, files *linkserver.TLSOptions) *heldServer {
	t.Helper()
	h := &heldServer{at: s.at, role: s.role, hold: newHold()}
	var err error
	if s.tls {
		if h.config, err = linkserver.TLSConfig(*files); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background()) //nolint:usetesting // t.Context ends before the cleanups
	h.ctx = ctx
	if h.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	h.wg.Go(h.accept)
	t.Cleanup(func() {
		cancel()
		_ = h.listener.Close()
		h.mu.Lock()
		for _, c := range h.sessions {
			_ = c.conn.Close()
		}
		h.mu.Unlock()
		h.wg.Wait()
	})
	return h
}

func (h *heldServer) accept() {
	for {
		conn, err := h.listener.Accept()
		if err != nil {
			return // closed by the cleanup
		}
		if c := h.add(conn); c != nil {
			h.wg.Go(c.serve)
		}
	}
}

// add notes a connection. The first one beside a receive loop is that which sends.
func (h *heldServer) add(conn net.Conn) *heldSession {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		_ = conn.Close()
		return nil
	}
	c := &heldSession{s: h, n: len(h.sessions) + 1, role: h.role, conn: conn, asked: make(chan string, 2*maxWindow)}
	if h.role != roleSingle {
		c.role = roleReceive
		if h.looping() != nil {
			c.role = roleSend
		}
	}
	h.sessions = append(h.sessions, c)
	return c
}

// looping returns the newest session that is in the receive loop, with h.mu held, or nil.
func (h *heldServer) looping() *heldSession {
	for _, c := range slices.Backward(h.sessions) {
		if c.looping && c.ended.IsZero() {
			return c
		}
	}
	return nil
}

// wait holds the session if this is the point.
func (c *heldSession) wait(at string) {
	if c.s.at == at && c.s.role == c.role {
		c.s.hold.pass(c.s.ctx)
	}
}

func (c *heldSession) serve() {
	raw := c.conn
	defer raw.Close()
	c.wait(atTLS)
	conn := raw
	if c.s.config != nil {
		conn = tls.Server(raw, c.s.config)
		if conn.(*tls.Conn).HandshakeContext(c.s.ctx) != nil {
			return
		}
		c.s.mu.Lock()
		c.conn = conn
		c.s.mu.Unlock()
	}
	c.wait(atGreeting)
	_, _ = conn.Write([]byte("hello\r\n")) // a client that is gone shows in the reading
	c.wait(atWelcome)
	_, _ = conn.Write([]byte("+OK - Success.\r\n"))
	var reading sync.WaitGroup
	defer reading.Wait()
	defer raw.Close()
	reading.Go(c.read)
	for line := range c.asked {
		verb, text := c.take(line)
		c.wait(verb)
		text = c.answer(verb, text)
		said, _, leaves := strings.Cut(text, markClose)
		_, _ = conn.Write([]byte(said))
		if leaves {
			return
		}
	}
}

// read passes command lines on until the connection ends.
func (c *heldSession) read() {
	defer close(c.asked)
	r := bufio.NewReader(c.conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			c.s.mu.Lock()
			c.ended = time.Now()
			c.s.mu.Unlock()
			return
		}
		c.asked <- strings.TrimRight(line, "\r\n")
	}
}

// take notes a command that came, and returns the usual answer.
func (c *heldSession) take(line string) (verb, text string) {
	verb, _, _ = strings.Cut(line, " ")
	if verb == "SEND" {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		c.s.got = append(c.s.got, eventNumber(line))
	}
	return verb, (&fakeConn{n: c.n}).usual(line)
}

// answer notes that a command is about to be answered.
func (c *heldSession) answer(verb, text string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	switch verb {
	case "GGID":
		c.probed = true
	case "RCVLOOP":
		c.looping = true
	case "RETR":
		for _, row := range c.s.rows {
			text = row + "\r\n" + text
		}
		c.s.rows = nil
	}
	return text
}

// eventNumber reads what outbox.pushNumbered wrote; -1 if that is something else.
func eventNumber(line string) int {
	fields := strings.Split(line, ",")
	if len(fields) < 2 {
		return -1
	}
	high, err1 := strconv.Atoi(fields[len(fields)-2])
	low, err2 := strconv.Atoi(fields[len(fields)-1])
	if err1 != nil || err2 != nil {
		return -1
	}
	return high<<8 | low
}

// emit has the server say something to the one that is in the receive loop, or else with the next RETR, if nothing waits for that.
func (h *heldServer) emit(row string) {
	h.mu.Lock()
	c := h.looping()
	if c == nil && len(h.rows) == 0 {
		h.rows = append(h.rows, row)
	}
	h.mu.Unlock()
	if c != nil {
		_, _ = c.conn.Write([]byte(row + "\r\n"))
	}
}

// books is what a heldServer knows of all its connections that received, or of all others.
type books struct {
	up   int       // how many got as far as to be up, at most
	live int       // how many of those have not been seen to end
	last time.Time // when the last of those was seen to end
}

func (h *heldServer) books(role string) books {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b books
	for _, c := range h.sessions {
		if role == roleReceive && !c.looping || role != roleReceive && (!c.probed || c.looping) {
			continue
		}
		b.up++
		if c.ended.IsZero() {
			b.live++
		} else if c.ended.After(b.last) {
			b.last = c.ended
		}
	}
	return b
}

// delivered checks that n events came in order, each at least once, and returns how many came again.
func (h *heldServer) delivered(n int) (again int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next := 0
	for _, number := range h.got {
		switch {
		case number == next:
			next++
		case number >= 0 && number < next:
			again++
		default:
			return again, fmt.Errorf("the server got the events %v, want each for the first time in order", h.got)
		}
	}
	if next != n {
		return again, fmt.Errorf("the server got the events %v, want %d", h.got, n)
	}
	return again, nil
}
