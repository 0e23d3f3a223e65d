package admin

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// maxConns bounds the connections to one place: each takes a file and some 20 kB, whether or not it asks for anything, and who opens
// them needs no token.
const maxConns = 256

// crowd knows the connections to one place. Where there are too many it ends one that waits for a request, that which waits longest;
// or else any: so a newcomer, such as a supervisor, is answered however many others there are.
type crowd struct {
	most int

	mu      sync.Mutex
	waiting map[net.Conn]time.Time // since when; zero: it is being answered
}

func newCrowd(most int) *crowd { return &crowd{most: most, waiting: make(map[net.Conn]time.Time)} }

// note is told by the server what became of a connection.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	if surplus := c.count(conn, state); surplus != nil {
		_ = surplus.Close() // its goroutine sees that, and tells in turn
	}
}

// count returns the connection that has to go, nil: none.
func (c *crowd) count(conn net.Conn, state http.ConnState) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		defer func() { c.waiting[conn] = time.Now() }() // the newcomer itself stays
		if len(c.waiting) >= c.most {
			return c.surplus()
		}
	case http.StateActive:
		if _, ok := c.waiting[conn]; ok {
			c.waiting[conn] = time.Time{}
		}
	case http.StateIdle:
		if _, ok := c.waiting[conn]; ok {
			c.waiting[conn] = time.Now()
		}
	default:
		delete(c.waiting, conn)
	}
	return nil
}

// surplus takes out the connection that waits longest, or else any.
func (c *crowd) surplus() (gone net.Conn) {
	for conn, since := range c.waiting {
		busy, before := since.IsZero(), c.waiting[gone]
		if gone == nil || !busy && (before.IsZero() || since.Before(before)) {
			gone = conn
		}
	}
	delete(c.waiting, gone)
	return gone
}
