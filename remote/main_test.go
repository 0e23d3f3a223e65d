package remote

import (
	"context"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testAddress = "house:9598"

// testGUID is the server's in all tests; client 1 gets ...:00:01:00:00.
var testGUID = vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 1, 2, 3, 4}

// host is our own link server, reached over pipes.
type host struct {
	server *linkserver.Server
	conns  sync.WaitGroup
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex // guards received
	received []vscp.Event
}

// newHost starts a server that lasts until the test ends. change may be nil.
func newHost(t testing.TB, change func(*linkserver.Options)) *host {
	t.Helper()
	h := &host{}
	o := linkserver.DefaultOptions()
	o.GUID = testGUID
	o.OnEvent = func(r linkserver.Received) {
		var e vscp.Event
		r.Row.Event(&e)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.received = append(h.received, e)
	}
	if change != nil {
		change(&o)
	}
	var err error
	if h.server, err = linkserver.New(o); err != nil {
		t.Fatal(err)
	}
	h.ctx, h.cancel = context.WithCancel(context.Background()) //nolint:usetesting // t.Context ends before the cleanups
	t.Cleanup(func() {
		h.cancel()
		h.conns.Wait()
	})
	return h
}

func (h *host) dial(_ context.Context, network, _ string) (net.Conn, error) {
	if h.ctx.Err() != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	h.conns.Go(func() { h.server.ServeConn(h.ctx, far) })
	return near, nil
}

func (h *host) events() []vscp.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]vscp.Event(nil), h.received...)
}

// connect dials with dial and closes at the end of the test.
func connect(t testing.TB, dial DialFunc) *Client {
	t.Helper()
	c, err := Dial(t.Context(), testAddress, ClientOptions{Dial: dial})
	if err != nil {
		t.Fatalf("Dial = %v, want nil", err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// login is connect with a login.
func login(t testing.TB, dial DialFunc) *Client {
	t.Helper()
	c := connect(t, dial)
	if err := c.Login(t.Context(), "admin", "secret"); err != nil {
		t.Fatalf("Login = %v, want nil", err)
	}
	return c
}

func mustParseGUID(t testing.TB, text string) vscp.GUID {
	t.Helper()
	g, err := vscp.ParseGUID(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// mustRow parses an event line.
func mustRow(t testing.TB, line string) *vscp.Row {
	t.Helper()
	row := new(vscp.Row)
	if err := row.Parse([]byte(line)); err != nil {
		t.Fatal(err)
	}
	return row
}

// wantEnded checks that a client can no longer be used.
func wantEnded(t testing.TB, c *Client) {
	t.Helper()
	err := c.Noop(t.Context())
	if !strings.HasPrefix(errText(err), ErrClosed.Error()) {
		t.Errorf("Noop on an ended connection = %v, want ErrClosed", err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
