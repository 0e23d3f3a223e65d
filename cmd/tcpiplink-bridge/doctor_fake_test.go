package main

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// patient is a server to examine, reached over pipes.
type patient struct {
	serve func(ctx context.Context, c net.Conn)
	ctx   context.Context
	conns sync.WaitGroup

	mu    sync.Mutex // guards dials
	dials int
}

// newPatient makes one that lasts until the test ends.
func newPatient(t *testing.T, serve func(ctx context.Context, c net.Conn)) *patient {
	t.Helper()
	p := &patient{serve: serve}
	ctx, cancel := context.WithCancel(context.Background()) //nolint:usetesting // t.Context ends before the cleanups
	p.ctx = ctx
	t.Cleanup(func() {
		cancel()
		p.conns.Wait()
	})
	return p
}

func (p *patient) dial(_ context.Context, network, _ string) (net.Conn, error) {
	p.mu.Lock()
	p.dials++
	p.mu.Unlock()
	if p.serve == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	p.conns.Go(func() { p.serve(p.ctx, far) })
	return near, nil
}

// options examine the patient as admin.
func (p *patient) options() examOptions {
	return examOptions{target: target{
		name: "house", address: "192.0.2.7:9598", user: "admin", password: "secret",
		options: remote.ClientOptions{Dial: p.dial}, loginTimeout: 10 * time.Second, deadAfter: 10 * time.Second,
	}}
}

// server makes a patient of our own link server.
func server(t *testing.T, change func(*linkserver.Options)) *patient {
	t.Helper()
	o := linkserver.DefaultOptions()
	o.Name, o.GUID = "house", vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 1}
	if change != nil {
		change(&o)
	}
	s, err := linkserver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return newPatient(t, s.ServeConn)
}

// fakeServer answers by verb; the empty verb is the greeting.
type fakeServer struct {
	replies    map[string]string // "" is no answer
	silentFrom string            // a command after which a connection is dead; empty: none
	mu         sync.Mutex        // guards got
	got        []string
}

func newFakeServer() *fakeServer {
	return &fakeServer{replies: map[string]string{
		"": "hello\r\n+OK\r\n", "VERS": "15,2,0,0\r\n+OK\r\n", "WCYD": "00-00-00-00-00-00-80-78\r\n+OK\r\n", "CHID": "1\r\n+OK\r\n",
		"GGID": "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00\r\n+OK\r\n", "RETR": "-OK - No event(s) available\r\n",
		"RCVLOOP": "+OK\r\n+OK\r\n", "QUIT": "+OK\r\n",
	}}
}

func (f *fakeServer) said(verb string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, v := range f.got {
		if v == verb {
			n++
		}
	}
	return n
}

// serve answers until the client or the test ends.
func (f *fakeServer) serve(ctx context.Context, c net.Conn) {
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	defer c.Close()
	_, _ = c.Write([]byte(f.replies[""]))
	lines := make(chan string, 64)
	var answering sync.WaitGroup
	answering.Go(func() {
		dead := false
		for verb := range lines {
			if dead = dead || verb == f.silentFrom; dead {
				continue
			}
			reply, ok := f.replies[verb]
			if !ok {
				reply = "+OK - Success.\r\n"
			}
			_, _ = c.Write([]byte(reply))
			if verb == "QUIT" {
				_ = c.Close()
			}
		}
	})
	for s := bufio.NewScanner(c); s.Scan(); {
		verb, _, _ := strings.Cut(s.Text(), " ")
		f.mu.Lock()
		f.got = append(f.got, verb)
		f.mu.Unlock()
		lines <- verb
	}
	close(lines)
	answering.Wait()
}
