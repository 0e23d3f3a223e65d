package linktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// FaultProxy passes TCP connections on to a target and breaks them as told. Faults act on the connections there are and on
// those to come. All methods may be called at any time and from any goroutine.
//
// A connection is known to the proxy once it has passed a byte; one that was only dialled may still miss a Cut.
type FaultProxy struct {
	target string
	addr   string
	ctx    context.Context // over when the proxy is closed: ends dials to the target
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex // guards below
	listener net.Listener
	links    map[*link]struct{}
	fault    fault
	changed  chan struct{} // closed and replaced when fault changes
	closed   bool
}

// fault is what is done to bytes on their way.
type fault struct {
	mode  passMode
	delay time.Duration
	split int // 0: pieces as they come
}

type passMode uint8

const (
	passing  passMode = iota
	stalled           // bytes and closings are held back
	dropping          // bytes are lost, closings held back
)

// NewFaultProxy starts a proxy in front of the target, a host:port. The end of the test closes it.
func NewFaultProxy(t testing.TB, target string) *FaultProxy {
	t.Helper()
	p, err := StartFaultProxy(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// StartFaultProxy starts a proxy outside of a test; Close has to be called.
func StartFaultProxy(target string) (*FaultProxy, error) {
	p := &FaultProxy{target: target, links: make(map[*link]struct{}), changed: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	var err error
	for _, p.addr = range []string{ownLoopback() + ":0", "127.0.0.1:0"} {
		if err = p.Accept(); err == nil {
			return p, nil
		}
	}
	p.cancel()
	return nil, err
}

// ownLoopback returns an address that hardly anyone else listens on, so that while the proxy refuses, nobody takes its port and gets
// its connections. Linux has all of 127.0.0.0/8.
func ownLoopback() string {
	n := rand.Uint32()
	return net.IPv4(127, byte(n>>16), byte(n>>8), max(byte(n), 2)).String()
}

// Addr returns the address to dial. It stays the same through Refuse and Accept.
func (p *FaultProxy) Addr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addr
}

// Close resets all connections and returns when the goroutines of the proxy have ended.
func (p *FaultProxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.Refuse()
	p.Cut()
	p.wg.Wait()
}

// Cut resets all connections, on both sides. New ones are taken as before.
func (p *FaultProxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.reset()
	}
}

// Refuse lets new connections fail as if nothing listened. Those there are go on.
func (p *FaultProxy) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
}

// Accept ends Refuse. It fails if another process has taken the port in between, or the proxy is closed.
func (p *FaultProxy) Accept() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return fmt.Errorf("linktest: proxy %s: %w", p.addr, net.ErrClosed)
	}
	if p.listener != nil {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(p.ctx, "tcp", p.addr)
	if err != nil {
		return fmt.Errorf("linktest: proxy: %w", err)
	}
	p.listener, p.addr = listener, listener.Addr().String()
	p.wg.Go(func() { p.serve(listener) })
	return nil
}

// Stall holds back all bytes and closings until Resume. As long as the system has buffers for them, writers do not notice.
func (p *FaultProxy) Stall() {
	p.set(func(f *fault) { f.mode = stalled })
}

// HalfOpen loses all bytes, both ways, until Resume, and holds back closings: each side has a connection to nobody.
func (p *FaultProxy) HalfOpen() {
	p.set(func(f *fault) { f.mode = dropping })
}

// Delay holds back each piece for d before the next is looked at; 0 ends it.
func (p *FaultProxy) Delay(d time.Duration) {
	p.set(func(f *fault) { f.delay = d })
}

// Split passes on in pieces of n bytes at most; 0 ends it. A reader that is late can still find several pieces at once,
// together with Delay it hardly can.
func (p *FaultProxy) Split(n int) {
	p.set(func(f *fault) { f.split = n })
}

// Resume ends Stall, HalfOpen, Delay and Split, for bytes to come and those held back.
func (p *FaultProxy) Resume() {
	p.set(func(f *fault) { *f = fault{} })
}

func (p *FaultProxy) set(change func(*fault)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.fault)
	close(p.changed)
	p.changed = make(chan struct{})
}

// current returns the fault, and a channel that is closed when it is no longer current.
func (p *FaultProxy) current() (fault, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault, p.changed
}

// serve takes connections until the listener is closed, by Refuse or Close.
func (p *FaultProxy) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		l := &link{proxy: p, client: conn.(*net.TCPConn), done: make(chan struct{})}
		if !p.add(l) {
			return
		}
		p.wg.Go(func() {
			defer p.remove(l)
			l.run(p.ctx, p.target)
		})
	}
}

// add makes the connection known to Cut; false if the proxy is closed.
func (p *FaultProxy) add(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		l.reset()
		return false
	}
	p.links[l] = struct{}{}
	return true
}

func (p *FaultProxy) remove(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, l)
	l.reset()
}
