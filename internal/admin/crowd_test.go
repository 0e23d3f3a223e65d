package admin

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
)

func TestCrowd(t *testing.T) {
	t.Parallel()
	const (
		idle = "waits for a request"
		busy = "is answered"
	)
	tests := []struct {
		name string
		were []string // in the order in which they came, a second apart
		gone int      // which of them is ended for the next; -1: none
	}{
		{"there is room", []string{idle, busy}, -1},
		{"the one that waits longest", []string{busy, idle, idle}, 1},
		{"one that waits, though others came before it", []string{busy, busy, idle}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCrowd(3)
				var conns []net.Conn
				for _, state := range tt.were {
					conn := pipe(t)
					c.note(conn, http.StateNew)
					c.note(conn, http.StateActive)
					if state == idle {
						c.note(conn, http.StateIdle)
					}
					conns = append(conns, conn)
					time.Sleep(time.Second)
				}
				c.note(pipe(t), http.StateNew)
				for i, conn := range conns {
					if got, want := closed(conn), i == tt.gone; got != want {
						t.Errorf("connection %d, which %s: closed: got %t, want %t", i, tt.were[i], got, want)
					}
				}
			})
		})
	}
}

// TestCrowdOfBusy looks at connections that are all being answered, as those are to which nobody sends the rest of a request.
func TestCrowdOfBusy(t *testing.T) {
	t.Parallel()
	c := newCrowd(3)
	var conns []net.Conn
	for range 10 {
		conn := pipe(t)
		c.note(conn, http.StateNew)
		c.note(conn, http.StateActive)
		conns = append(conns, conn)
	}
	left := 0
	for _, conn := range conns {
		if !closed(conn) {
			left++
		}
	}
	if left != 3 {
		t.Errorf("connections left of 10: got %d, want 3", left)
	}
	if closed(conns[9]) {
		t.Error("the newest connection was ended, want it answered")
	}
	for _, conn := range conns {
		c.note(conn, http.StateClosed)
	}
	if got := len(c.waiting); got != 0 {
		t.Errorf("connections known after the end of all: got %d, want 0", got)
	}
}

// listening returns a server at a port of this machine that runs until the end of the test.
func listening(t *testing.T) *Server {
	t.Helper()
	server, err := Listen(t.Context(), Options{
		Address: "127.0.0.1:0", Gatherer: prometheus.NewRegistry(), Bridge: &fixed{}, Reloader: &planned{}, Logger: hclog.NewNullLogger(),
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { server.Run(t.Context()); close(done) }()
	t.Cleanup(func() { <-done }) // the context ends before
	return server
}

// TestManyConnections opens more connections than a server takes; none of them ever asks.
func TestManyConnections(t *testing.T) {
	t.Parallel()
	server := listening(t)

	const more = 20
	var conns []net.Conn
	for range maxConns + more {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conns = append(conns, conn)
	}
	deadline := time.Now().Add(headerTimeout / 2) // before they are ended for their silence
	for i, conn := range conns[:more] {
		_ = conn.SetReadDeadline(deadline)
		if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("connection %d of %d: still open, want it ended for a newer one", i, len(conns))
		}
	}
	newest := conns[len(conns)-1]
	_ = newest.SetDeadline(time.Now().Add(headerTimeout))
	if _, err := newest.Write([]byte("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(newest), nil)
	if err != nil {
		t.Fatalf("the newest connection: got %v, want an answer", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the newest connection: got status %d, want %d", response.StatusCode, http.StatusOK)
	}
}

func pipe(t *testing.T) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	return ours
}

// closed reports whether this end was closed.
func closed(conn net.Conn) bool { return conn.SetDeadline(time.Time{}) != nil }
