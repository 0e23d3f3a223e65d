package linktest

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"testing"
)

// DialFunc is the form of net.Dialer's DialContext, and what Dialer returns.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Peer plays scripts to the connections of a test, the n-th script to the n-th connection. A mismatch, a script that was never
// played and a connection too many fail the test. Set up the peer before the client, so that the client is closed first.
type Peer struct {
	Scripts []*Script
	Extra   *Script // played to every connection after those of Scripts; nil: such a connection fails the test
}

// Serve listens on loopback and returns the address. The end of the test closes the listener and waits for the plays.
func Serve(t testing.TB, scripts ...*Script) string {
	t.Helper()
	return Peer{Scripts: scripts}.Serve(t)
}

// Dialer returns a dialer whose connections are net.Pipes to the peer, for tests in a synctest bubble.
func Dialer(t testing.TB, scripts ...*Script) DialFunc {
	t.Helper()
	return Peer{Scripts: scripts}.Dialer(t)
}

// Serve is as the function Serve.
func (p Peer) Serve(t testing.TB) string {
	t.Helper()
	s := newStage(t, p)
	listener, err := new(net.ListenConfig).Listen(s.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("linktest: %v", err)
	}
	s.wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed by the cleanup
			}
			if !s.play(conn) {
				_ = conn.Close()
			}
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		s.finish()
	})
	return listener.Addr().String()
}

// Dialer is as the function Dialer. A connection too many is refused.
func (p Peer) Dialer(t testing.TB) DialFunc {
	t.Helper()
	s := newStage(t, p)
	t.Cleanup(s.finish)
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		if err := ctx.Err(); err != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Err: err}
		}
		client, server := net.Pipe()
		if !s.play(server) {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		return client, nil
	}
}

// stage is where the plays of one test run.
type stage struct {
	t      testing.TB
	peer   Peer
	ctx    context.Context // over when the test is
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu    sync.Mutex // guards below
	conns int        // connections so far
	over  bool
}

func newStage(t testing.TB, p Peer) *stage {
	t.Helper()
	s := &stage{t: t, peer: p}
	// Not t.Context: that is over before the cleanups in which a test closes its client.
	s.ctx, s.cancel = context.WithCancel(context.Background()) //nolint:usetesting // see above
	return s
}

// play starts the next script on conn, or tells that there is none.
func (s *stage) play(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	s.conns++
	script := s.peer.Extra
	if s.conns <= len(s.peer.Scripts) {
		script = s.peer.Scripts[s.conns-1]
	}
	if script == nil {
		s.t.Errorf("linktest: got connection %d, want %d at most", s.conns, len(s.peer.Scripts))
		return false
	}
	s.wg.Go(func() {
		var mismatch *MismatchError
		if err := script.Play(s.ctx, conn); errors.As(err, &mismatch) {
			s.t.Error(mismatch)
		}
	})
	return true
}

// finish ends the plays and checks that all scripts were played.
func (s *stage) finish() {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
	if missing := len(s.peer.Scripts) - s.conns; missing > 0 {
		next := s.peer.Scripts[s.conns]
		s.t.Errorf("linktest: got %d connections, want %d: %s of %s was not played",
			s.conns, len(s.peer.Scripts), next.Name, next.file)
	}
}
