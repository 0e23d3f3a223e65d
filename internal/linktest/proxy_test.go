package linktest

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// soon is how long a test waits to see that nothing comes.
const soon = 100 * time.Millisecond

// echoServer answers each connection with what it sends, until it closes its side.
func echoServer(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = conn.Close() }()
				_, _ = io.Copy(conn, conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		wg.Wait()
	})
	return listener.Addr().String()
}

// startProxy returns a proxy in front of an echo server and a client through it.
func startProxy(t *testing.T) (*FaultProxy, *client) {
	t.Helper()
	proxy := NewFaultProxy(t, echoServer(t))
	c := dialTCP(t, proxy.Addr())
	c.echo("hello")
	return proxy, c
}

func (c *client) echo(text string) {
	c.t.Helper()
	c.send(text)
	c.read(text)
}

func (c *client) readNothing() {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(soon)); err != nil {
		c.t.Fatal(err)
	}
	if b, err := c.r.ReadByte(); !errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Errorf("read = %q, %v, want %v", b, err, os.ErrDeadlineExceeded)
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) readReset() {
	c.t.Helper()
	if b, err := c.r.ReadByte(); !errors.Is(err, syscall.ECONNRESET) {
		c.t.Errorf("read = %q, %v, want %v", b, err, syscall.ECONNRESET)
	}
}

func (c *client) closeWrite() {
	c.t.Helper()
	if err := c.conn.(*net.TCPConn).CloseWrite(); err != nil {
		c.t.Errorf("close write: %v", err)
	}
}

func TestProxyPasses(t *testing.T) {
	_, c := startProxy(t)
	big := strings.Repeat("0123456789", 20000)
	go func() { _, _ = io.WriteString(c.conn, big) }()
	c.read(big)
	c.closeWrite()
	c.readEnd()
}

func TestProxyCut(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.Cut()
	c.readReset()
	dialTCP(t, proxy.Addr()).echo("again")
}

func TestProxyCutReachesTarget(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	proxy := NewFaultProxy(t, listener.Addr().String())
	c := dialTCP(t, proxy.Addr())
	c.send("x")
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	proxy.Cut()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read at the target = %v, want %v", err, syscall.ECONNRESET)
	}
}

func TestProxyRefuse(t *testing.T) {
	proxy, c := startProxy(t)
	address := proxy.Addr()
	proxy.Refuse()
	proxy.Refuse() // the second does nothing
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial = %v, %v, want %v", conn, err, syscall.ECONNREFUSED)
	}
	c.echo("still there")
	for range 2 { // the second does nothing
		if err := proxy.Accept(); err != nil {
			t.Fatalf("Accept() = %v, want no error", err)
		}
	}
	if got := proxy.Addr(); got != address {
		t.Errorf("Addr() = %v, want %v as before", got, address)
	}
	dialTCP(t, address).echo("again")
}

func TestProxyTargetRefuses(t *testing.T) {
	gone := NewFaultProxy(t, "127.0.0.1:1")
	gone.Refuse()
	proxy := NewFaultProxy(t, gone.Addr())
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", proxy.Addr())
	if err == nil { // the reset may come as early as in the dial
		defer func() { _ = conn.Close() }()
		_, err = conn.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("dial and read = %v, want %v", err, syscall.ECONNRESET)
	}
}

func TestProxyStall(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.Stall()
	fresh := dialTCP(t, proxy.Addr())
	for _, stalled := range []*client{c, fresh} {
		stalled.send("held")
		stalled.closeWrite()
		stalled.readNothing()
	}
	proxy.Resume()
	for _, resumed := range []*client{c, fresh} {
		resumed.read("held")
		resumed.readEnd()
	}
}

func TestProxyStallFills(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.Stall()
	if err := c.conn.SetWriteDeadline(time.Now().Add(4 * soon)); err != nil {
		t.Fatal(err)
	}
	var err error
	for chunk := make([]byte, 1<<20); err == nil; {
		_, err = c.conn.Write(chunk)
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write = %v, want %v", err, os.ErrDeadlineExceeded)
	}
}

func TestProxyHalfOpen(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.HalfOpen()
	c.send("lost")
	c.readNothing()
	proxy.Resume()
	c.echo("found")
}

func TestProxyHalfOpenHoldsClosing(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.HalfOpen()
	c.closeWrite()
	c.readNothing()
	proxy.Resume()
	c.readEnd()
}

func TestProxyDelay(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.Delay(soon)
	start := time.Now()
	c.echo("late")
	if got, want := time.Since(start), 2*soon; got < want {
		t.Errorf("echo after %v, want %v at least", got, want)
	}
	proxy.Delay(time.Hour)
	c.send("later")
	proxy.Delay(0)
	c.read("later")
}

func TestProxySplit(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.Split(3)
	proxy.Delay(soon / 5)
	start := time.Now()
	c.echo("0123456789")
	if got, want := time.Since(start), 4*soon/5; got < want { // four pieces one way
		t.Errorf("echo after %v, want %v at least", got, want)
	}
	proxy.Resume()
	c.echo(strings.Repeat("x", 1000))
}

func TestProxySplitPieces(t *testing.T) {
	proxy, c := startProxy(t)
	proxy.Split(4)
	proxy.Delay(2 * soon) // long enough that the pieces do not meet
	c.send("012345")
	buf := make([]byte, 10)
	if n, err := c.r.Read(buf); err != nil || string(buf[:n]) != "0123" {
		t.Errorf("first read = %q, %v, want %q", buf[:n], err, "0123")
	}
	c.read("45")
}

func TestProxyCloseFreesAll(t *testing.T) {
	for name, fault := range map[string]func(p *FaultProxy){
		"passing":   func(*FaultProxy) {},
		"stalled":   (*FaultProxy).Stall,
		"half open": (*FaultProxy).HalfOpen,
		"delayed":   func(p *FaultProxy) { p.Delay(time.Hour) },
		"refusing":  (*FaultProxy).Refuse,
	} {
		t.Run(name, func(t *testing.T) {
			proxy, err := StartFaultProxy(echoServer(t))
			if err != nil {
				t.Fatal(err)
			}
			c := dialTCP(t, proxy.Addr())
			c.echo("hello")
			fault(proxy)
			c.send("on its way")
			proxy.Close()
			if err := proxy.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("Accept() = %v, want %v", err, net.ErrClosed)
			}
		})
	}
}

// TestRefusedPortIsNotShared has somebody listen on the port of a proxy that refuses.
func TestRefusedPortIsNotShared(t *testing.T) {
	proxy := NewFaultProxy(t, echoServer(t))
	host, port, _ := net.SplitHostPort(proxy.Addr())
	if host == "127.0.0.1" {
		t.Skip("this system has one loopback address")
	}
	proxy.Refuse()
	other, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		t.Skipf("the port is in use: %v", err)
	}
	defer func() { _ = other.Close() }()
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", proxy.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		if err == nil {
			_ = conn.Close()
		}
		t.Errorf("dial = %v, want %v", err, syscall.ECONNREFUSED)
	}
	if err := proxy.Accept(); err != nil {
		t.Errorf("Accept = %v beside a listener on the same port, want nil", err)
	}
}
