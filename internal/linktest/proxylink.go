package linktest

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// link is one connection through a FaultProxy: two TCP connections and a pump in each direction.
type link struct {
	proxy  *FaultProxy
	client *net.TCPConn
	done   chan struct{} // closed by reset

	once   sync.Once
	mu     sync.Mutex   // guards server
	server *net.TCPConn // nil until the target has answered
}

// run passes both ways until both sides have closed or one is broken. A target that cannot be reached is a reset.
func (l *link) run(ctx context.Context, target string) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", target)
	if err != nil {
		l.reset()
		return
	}
	server := conn.(*net.TCPConn)
	defer func() { _ = server.Close() }()
	l.mu.Lock()
	l.server = server
	l.mu.Unlock()
	if l.isReset() { // while the target was dialled
		_ = server.SetLinger(0)
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() { l.pump(server, l.client) })
	wg.Go(func() { l.pump(l.client, server) })
	wg.Wait()
	_ = l.client.Close() // both ways were closed in order: no reset
}

// pump passes bytes one way, then the closing.
func (l *link) pump(dst, src *net.TCPConn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 && !l.forward(dst, buf[:n]) {
			l.reset()
			return
		}
		if err == nil {
			continue
		}
		if !l.awaitPassing() {
			return
		}
		if !errors.Is(err, io.EOF) || dst.CloseWrite() != nil {
			l.reset()
		}
		return
	}
}

// forward treats bytes as the fault of the moment says. False: the connection is gone.
func (l *link) forward(dst *net.TCPConn, b []byte) bool {
	for len(b) > 0 {
		f, changed := l.proxy.current()
		switch {
		case f.mode == dropping:
			return true
		case f.mode == stalled:
			if !l.awaitChange(changed) {
				return false
			}
			continue
		case f.delay > 0 && !l.hold(f.delay, changed):
			if l.isReset() {
				return false
			}
			continue // another fault now: this piece is its own
		}
		piece := b
		if f.split > 0 {
			piece = b[:min(f.split, len(b))]
		}
		if _, err := dst.Write(piece); err != nil {
			return false
		}
		b = b[len(piece):]
	}
	return true
}

// awaitPassing waits until closings are passed on. False: the connection is gone.
func (l *link) awaitPassing() bool {
	for {
		f, changed := l.proxy.current()
		if f.mode == passing {
			return !l.isReset()
		}
		if !l.awaitChange(changed) {
			return false
		}
	}
}

func (l *link) awaitChange(changed <-chan struct{}) bool {
	select {
	case <-changed:
		return true
	case <-l.done:
		return false
	}
}

// hold waits for d. False: the fault has changed or the connection is gone.
func (l *link) hold(d time.Duration, changed <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-changed:
	case <-l.done:
	}
	return false
}

// reset closes both sides so that each sees a reset and no end. On a closed connection it does nothing.
func (l *link) reset() {
	l.once.Do(func() { close(l.done) })
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range []*net.TCPConn{l.client, l.server} {
		if conn != nil {
			_ = conn.SetLinger(0)
			_ = conn.Close()
		}
	}
}

func (l *link) isReset() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}
