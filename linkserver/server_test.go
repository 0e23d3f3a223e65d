package linkserver

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// startTCP serves on loopback until the test ends.
func startTCP(t testing.TB, srv *Server) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("Listen = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve = %v, want nil after its context ended", err)
		}
	})
	return l.Addr()
}

// dialTCP connects a client through a real socket.
func dialTCP(t testing.TB, addr net.Addr) *testClient {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatalf("Dial = %v", err)
	}
	c := &testClient{t: t, conn: conn, lines: make(chan string, 1<<16), ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		c.read()
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-c.ended
	})
	return c
}

func TestServeEndsItsSessions(t *testing.T) {
	srv := newTestServer(t, testOptions())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("Listen = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, l) }()
	a, b := dialTCP(t, l.Addr()).login(), dialTCP(t, l.Addr()).login()
	b.want("RCVLOOP", replyLoopEntered)
	cancel()
	if err := <-served; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
	a.expectEnd()
	b.expectEnd()
	if got := srv.Stats(); len(got.Clients) != 0 || got.Connections != 2 {
		t.Errorf("clients = %d, connections = %d, want 0 and 2", len(got.Clients), got.Connections)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("Dial = nil, want a refusal: the listener is closed")
	}
}

// failingListener fails with its errors in turn.
type failingListener struct {
	net.Listener
	errs []error
}

func (l *failingListener) Accept() (net.Conn, error) {
	if len(l.errs) == 0 {
		return l.Listener.Accept()
	}
	err := l.errs[0]
	l.errs = l.errs[1:]
	return nil, err
}

func (l *failingListener) Close() error {
	if l.Listener == nil {
		return nil
	}
	return l.Listener.Close()
}

type passingError struct{ error }

func (passingError) Temporary() bool { return true }

func TestServeAcceptErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		final := errors.New("no more")
		passing := passingError{errors.New("too many open files")}
		start := time.Now()
		err := srv.Serve(t.Context(), &failingListener{errs: []error{passing, passing, passing, final}})
		if !errors.Is(err, final) || !strings.HasPrefix(err.Error(), "linkserver: accept: ") {
			t.Errorf("Serve = %v, want linkserver: accept: %v", err, final)
		}
		if got, want := time.Since(start), 35*time.Millisecond; got != want {
			t.Errorf("three passing errors took %v, want %v", got, want)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := srv.Serve(ctx, &failingListener{errs: slices.Repeat([]error{passing}, 100)}); err != nil {
			t.Errorf("Serve = %v after its context ended, want nil", err)
		}
	})
}

func TestContextEndsABlockedSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newTestServer(t, testOptions())
		_, far := net.Pipe()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		srv.ServeConn(ctx, far) // nobody reads the greeting
		if got := time.Since(start); got != time.Second {
			t.Errorf("ServeConn took %v, want %v", got, time.Second)
		}
	})
}

// pipeListener accepts what it is given.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.closed); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func TestServeWaitsForItsSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := testOptions()
		opts.OnEvent = func(Received) { time.Sleep(time.Minute) }
		srv := newTestServer(t, opts)
		l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		near, far := net.Pipe()
		go func() {
			l.conns <- far
			go func() { _, _ = io.Copy(io.Discard, near) }()
			_, _ = io.WriteString(near, "USER a\r\nPASS b\r\nSEND "+testRow+"\r\n")
		}()
		start := time.Now()
		if err := srv.Serve(ctx, l); err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
		if got := time.Since(start); got != time.Minute {
			t.Errorf("Serve returned after %v, want %v: its session was in OnEvent until then", got, time.Minute)
		}
	})
}

// halfConn notes how it is closed.
type halfConn struct {
	inputConn
	left []int // bytes of input not read at CloseWrite and at Close
}

func (c *halfConn) CloseWrite() error {
	c.left = append(c.left, len(c.input))
	return nil
}

func (c *halfConn) Close() error {
	c.left = append(c.left, len(c.input))
	return nil
}

func TestLastWordIsNotTakenBack(t *testing.T) {
	for _, tc := range []struct {
		name, input string
		maxClients  int
	}{
		{"quit", "QUIT\r\n", 1},
		{"wrong password", "USER admin\r\nPASS wrong\r\n", 1},
		{"one client too many", "QUIT\r\n", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			opts := testOptions()
			opts.MaxClients = 1
			opts.Accounts = map[string]Account{"admin": {Password: "secret", Level: 15}}
			srv := newTestServer(t, opts)
			srv.opts.MaxClients = tc.maxClients
			c := &halfConn{inputConn: inputConn{input: []byte(tc.input + strings.Repeat("NOOP\r\n", 500)), piece: 100}}
			srv.ServeConn(t.Context(), c)
			if len(c.left) < 2 || c.left[0] < 2000 || c.left[1] != 0 {
				t.Errorf("input left at CloseWrite and Close = %d, want more than 2000, then 0", c.left)
			}
		})
	}
}

func TestQuitReachesAClientWithInputOnTheWay(t *testing.T) {
	c := dialTCP(t, startTCP(t, newTestServer(t, testOptions())))
	c.send("USER admin\r\nPASS secret\r\nQUIT\r\n" + strings.Repeat("NOOP\r\n", 2000))
	c.answer()
	c.expect(replyUserAccepted, replySuccess, replyBye)
	c.expectEnd()
}
