package simdevice

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// pipes is a listener whose connections are made in memory, which fake time can wait for.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// client is a connection on which every line is kept.
type client struct {
	t     *testing.T
	conn  net.Conn
	lines chan string
}

// dial connects without a login.
func (p *pipes) dial(t *testing.T) *client {
	t.Helper()
	near, far := net.Pipe()
	c := &client{t: t, conn: near, lines: make(chan string, 1<<16)}
	go func() {
		defer close(c.lines)
		for s := bufio.NewScanner(near); s.Scan(); {
			c.lines <- s.Text()
		}
	}()
	p.conns <- far
	return c
}

// do sends a command and reads until its final line.
func (c *client) do(command string) string {
	c.t.Helper()
	if _, err := c.conn.Write([]byte(command + "\r\n")); err != nil {
		c.t.Fatalf("Write(%q) = %v", command, err)
	}
	return c.final()
}

func (c *client) final() string {
	for line := range c.lines {
		if strings.HasPrefix(line, "+OK") || strings.HasPrefix(line, "-OK") {
			return line
		}
	}
	return "connection closed"
}

// login makes the client one that receives.
func (c *client) login() *client {
	c.t.Helper()
	c.final() // the greeting
	for _, command := range []string{"USER admin", "PASS secret", "RCVLOOP"} {
		if got := c.do(command); !strings.HasPrefix(got, "+OK") {
			c.t.Fatalf("%s = %q, want +OK", command, got)
		}
	}
	return c
}

// rows takes the events that have come so far.
func (c *client) rows() []vscp.Row {
	c.t.Helper()
	var rows []vscp.Row
	for {
		select {
		case line, open := <-c.lines:
			if !open {
				return rows
			}
			if strings.HasPrefix(line, "+OK") {
				continue
			}
			var row vscp.Row
			if err := row.Parse([]byte(line)); err != nil {
				c.t.Fatalf("row %q: %v", line, err)
			}
			rows = append(rows, row)
		default:
			return rows
		}
	}
}

// start runs a device until the test ends. It is called in a bubble of fake time.
func start(t *testing.T, change func(*Options)) (*Device, *pipes) {
	t.Helper()
	o := DefaultOptions()
	o.Server.GUID = testGUID
	o.Server.Accounts = map[string]linkserver.Account{"admin": {Password: "secret", Level: 15}}
	change(&o)
	d, err := New(o)
	if err != nil {
		t.Fatalf("New = %v", err)
	}
	l := newPipes()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
	return d, l
}

var testGUID = vscp.GUID{0: 0xFF, 1: 0xFF, 2: 0xFF, 3: 0xFF, 4: 0xFF, 5: 0xFF, 6: 0xFF, 7: 0xFE, 9: 1}
