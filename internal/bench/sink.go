package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// silence is how long a sink waits for the next event before it calls the rest lost.
const silence = 10 * time.Second

// sink takes events: as a link server that answers SEND, and plainly, as rows without any answer.
type sink struct {
	delay time.Duration

	// mu guards check. A connection holds it while it works and lets go to wait for bytes, so that an event costs no lock.
	mu    sync.Mutex
	check *checker
}

// startSink takes the delay of the answers.
func startSink(ctx context.Context, args []string) (role, reply, error) {
	text, err := oneArgument(args, "the delay of its answers")
	if err != nil {
		return nil, reply{}, err
	}
	delay, err := time.ParseDuration(text)
	if err != nil {
		return nil, reply{}, err
	}
	s := &sink{delay: delay, check: newChecker(request{})}
	var r reply
	if r.Link, err = listen(ctx, s.serveLink); err != nil {
		return nil, r, err
	}
	r.Plain, err = listen(ctx, s.servePlain)
	return s, r, err
}

func (s *sink) serveLink(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &dialogue{conn: conn, loop: keepAlive}
	if s.delay > 0 {
		c.delay = newDelayer(ctx, conn, s.delay)
	}
	var now time.Time
	s.mu.Lock()
	defer s.mu.Unlock()
	c.before = s.mu.Unlock
	c.after = func() { s.mu.Lock(); now = time.Now() }
	c.send = func(row []byte) { s.check.row(row, now) }
	c.serve(ctx)
}

func (s *sink) servePlain(_ context.Context, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	var now time.Time
	s.mu.Lock()
	defer s.mu.Unlock()
	r := linkwire.NewReader(readerFunc(func(p []byte) (int, error) {
		s.mu.Unlock()
		n, err := conn.Read(p)
		s.mu.Lock()
		now = time.Now()
		return n, err
	}), 0)
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		s.check.row(line, now)
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func (s *sink) handle(ctx context.Context, r request) (reply, error) {
	switch r.Do {
	case "reset":
		s.mu.Lock()
		s.check = newChecker(r)
		s.mu.Unlock()
		return reply{}, nil
	case "count":
		s.mu.Lock()
		defer s.mu.Unlock()
		return reply{Events: s.check.got}, nil
	case "result":
		return s.result(ctx)
	default:
		return reply{}, fmt.Errorf("sink: what is %q", r.Do)
	}
}

// result waits for the last event, or for silence.
func (s *sink) result(ctx context.Context) (reply, error) {
	s.mu.Lock()
	c, got := s.check, s.check.got
	s.mu.Unlock()
	tick := time.NewTicker(silence)
	defer tick.Stop()
	for waiting := true; waiting; {
		select {
		case <-c.done:
			waiting = false
		case <-tick.C:
			s.mu.Lock()
			waiting = c.got > got
			got = c.got
			s.mu.Unlock()
		case <-ctx.Done():
			return reply{}, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := c.verdict(); err != nil {
		return reply{}, err
	}
	p50, p99 := quantiles(c.took)
	return reply{Rate: c.rate(), P50: p50, P99: p99}, nil
}
