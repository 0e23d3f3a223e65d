package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// source pushes events: as a link server to a client in the receive loop, and plainly to the relay.
type source struct {
	mu     sync.Mutex // guards what follows
	loop   net.Conn   // the last client that sent RCVLOOP, if it is still there
	plain  net.Conn
	change chan struct{} // closed when one of them is set
	buffer []byte
}

// waitForClient is how long a push waits for somebody to push to.
const waitForClient = 20 * time.Second

// pushBytes is how much a source writes at once when it is not paced.
const pushBytes = 64 << 10

func startSource(ctx context.Context, _ []string) (role, reply, error) {
	s := &source{change: make(chan struct{})}
	var r reply
	var err error
	if r.Link, err = listen(ctx, s.serveLink); err != nil {
		return nil, r, err
	}
	r.Plain, err = listen(ctx, func(_ context.Context, conn net.Conn) { s.set(&s.plain, conn) })
	return s, r, err
}

func (s *source) set(which *net.Conn, conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*which = conn
	close(s.change)
	s.change = make(chan struct{})
}

func (s *source) serveLink(ctx context.Context, conn net.Conn) {
	c := &dialogue{conn: conn, send: func([]byte) {}}
	c.loop = func(ctx context.Context, _ *dialogue) {
		s.set(&s.loop, conn)
		<-ctx.Done()
	}
	c.serve(ctx)
}

func (s *source) handle(ctx context.Context, r request) (reply, error) {
	if r.Do != "push" {
		return reply{}, fmt.Errorf("source: what is %q", r.Do)
	}
	conn, err := s.client(ctx, r.Plain)
	if err != nil {
		return reply{}, err
	}
	if r.Rate > 0 {
		return s.pace(conn, r)
	}
	return reply{}, s.flood(conn, r)
}

// client waits for the connection to push to.
func (s *source) client(ctx context.Context, plain bool) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, waitForClient)
	defer cancel()
	for {
		s.mu.Lock()
		conn, change := s.loop, s.change
		if plain {
			conn = s.plain
		}
		s.mu.Unlock()
		if conn != nil {
			return conn, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, errors.New("source: nobody came to push to")
		}
	}
}

// flood pushes as fast as the events are taken.
func (s *source) flood(conn net.Conn, r request) error {
	out := s.buffer[:0]
	senders := max(1, r.Senders)
	for i := range r.Events {
		out = appendLine(out, event{sender: uint16(i % senders), number: uint64(i / senders), stamp: idleStamp})
		if len(out) > pushBytes-rowLen-2 || i == r.Events-1 {
			if err := write(conn, out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	s.buffer = out
	return nil
}

// pace pushes each event when it is due, whether or not those before it arrived. The stamp is when the event was due: a source
// that is kept from its work, by a slow client or by the machine, does not make the latency look better. What it was late
// itself is in the answer.
func (s *source) pace(conn net.Conn, r request) (reply, error) {
	wait := newWaiter()
	defer wait.end()
	gap := time.Second / time.Duration(r.Rate)
	start := time.Now().Add(10 * gap)
	late := make([]int64, 0, r.Events)
	out := s.buffer[:0]
	for i := 0; i < r.Events; {
		wait.until(start.Add(time.Duration(i) * gap))
		now := time.Now()
		for out = out[:0]; i < r.Events && !start.Add(time.Duration(i)*gap).After(now); i++ {
			due := start.Add(time.Duration(i) * gap)
			out = appendLine(out, event{number: uint64(i), stamp: due.UnixNano()})
			late = append(late, int64(now.Sub(due)))
		}
		if err := write(conn, out); err != nil {
			return reply{}, err
		}
	}
	s.buffer = out
	p50, p99 := quantiles(late)
	return reply{P50: p50, P99: p99}, nil
}

// write fails if nobody takes the events for as long as a sink waits for one.
func write(conn net.Conn, p []byte) error {
	err := conn.SetWriteDeadline(time.Now().Add(silence))
	if err == nil {
		_, err = conn.Write(p)
	}
	return err
}

func appendLine(dst []byte, e event) []byte {
	return append(appendRow(dst, e), "\r\n"...)
}

// sendLine is the command that the bare loop sends.
func sendLine(dst []byte, e event) []byte {
	dst = append(dst, linkwire.VerbSend+" "...)
	return appendLine(dst, e)
}
