package main

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// peers are many link servers in one process, each on a port of its own.
type peers struct {
	refuse atomic.Bool
	loops  atomic.Int64

	mu       sync.Mutex // guards what follows
	open     map[net.Conn]bool
	attempts []time.Time
}

// startPeers takes how many there shall be.
func startPeers(ctx context.Context, args []string) (role, reply, error) {
	text, err := oneArgument(args, "their number")
	if err != nil {
		return nil, reply{}, err
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, reply{}, err
	}
	p := &peers{open: map[net.Conn]bool{}}
	var r reply
	for i := range uint16(n) {
		address, err := listen(ctx, func(ctx context.Context, conn net.Conn) { p.serve(ctx, conn, i) })
		if err != nil {
			return nil, reply{}, err
		}
		r.Addresses = append(r.Addresses, address)
	}
	return p, r, nil
}

// serve is one connection of peer i. A peer that refuses closes at once, as one that is full: so the attempts can be counted.
func (p *peers) serve(ctx context.Context, conn net.Conn, i uint16) {
	refused := p.refuse.Load()
	p.mu.Lock()
	p.attempts = append(p.attempts, time.Now())
	p.open[conn] = true
	p.mu.Unlock()
	defer func() {
		_ = conn.Close()
		p.mu.Lock()
		delete(p.open, conn)
		p.mu.Unlock()
	}()
	if refused {
		return
	}
	c := &dialogue{conn: conn, send: func([]byte) {}}
	c.loop = func(ctx context.Context, c *dialogue) {
		p.loops.Add(1)
		defer p.loops.Add(-1)
		keepAlive(ctx, c)
	}
	var fetched uint64
	c.retrieve = func(dst []byte) []byte {
		dst = appendLine(dst, event{sender: i, number: fetched, stamp: idleStamp})
		fetched++
		return dst
	}
	c.serve(ctx)
}

func (p *peers) handle(_ context.Context, r request) (reply, error) {
	switch r.Do {
	case "refuse":
		p.refuse.Store(true)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.attempts = nil
		for conn := range p.open {
			_ = conn.Close()
		}
		return reply{}, nil
	case "accept":
		p.refuse.Store(false)
		return p.count(), nil
	case "count":
		return p.count(), nil
	default:
		return reply{}, fmt.Errorf("peers: what is %q", r.Do)
	}
}

// count tells the connections, and the attempts since the peers began to refuse.
func (p *peers) count() reply {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := reply{Links: len(p.open), Loops: int(p.loops.Load()), Attempts: len(p.attempts)}
	first := 0
	for i, at := range p.attempts {
		for at.Sub(p.attempts[first]) >= time.Second {
			first++
		}
		r.Peak = max(r.Peak, i-first+1)
	}
	return r
}
