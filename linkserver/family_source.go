package linkserver

import (
	"bytes"
	"errors"
	"io"
)

// vscpdPending bounds what a client may send ahead of the commands that are executed.
const vscpdPending = 4 << 20

// errFlood ends a session whose client sends far ahead.
var errFlood = errors.New("too many lines sent ahead")

// segments hands out one line for each segment that comes in: the rest waits for the next one. In the receive loop all
// lines are read.
type segments struct {
	s       *session
	src     io.Reader
	pending []byte // came in and not handed out
	line    int    // bytes at the start of pending that may go out now
}

// segmentSize is what is read at once.
const segmentSize = 16 << 10

// Read implements io.Reader with bytes of at most one line.
func (g *segments) Read(p []byte) (int, error) {
	for g.line == 0 {
		end := bytes.IndexByte(g.pending, '\n') + 1
		if g.s.loop != nil && end > 0 {
			g.line = end
			break
		}
		if err := g.fill(); err != nil {
			return 0, err
		}
		g.line = bytes.IndexByte(g.pending, '\n') + 1
		if g.line == 0 && len(g.pending) > vscpdMaxLine {
			g.line = len(g.pending) // too long for the reader behind us to keep
		}
	}
	n := copy(p, g.pending[:g.line])
	g.line -= n
	g.pending = g.pending[n:]
	return n, nil
}

// fill reads one segment. What is kept is bounded, because the source is asked again only when a line was taken.
func (g *segments) fill() error {
	if len(g.pending) > vscpdPending {
		return errFlood
	}
	at := len(g.pending)
	g.pending = append(g.pending, make([]byte, segmentSize)...)
	n, err := g.src.Read(g.pending[at:])
	g.pending = g.pending[:at+n]
	return err
}

// crlfOnly hides line feeds without a carriage return: they end no line.
type crlfOnly struct {
	src  io.Reader
	last byte
}

// Read implements io.Reader.
func (c *crlfOnly) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	for i := bytes.IndexByte(p[:n], '\n'); i >= 0 && i < n; {
		before := c.last
		if i > 0 {
			before = p[i-1]
		}
		if before != '\r' {
			p[i] = ' '
		}
		next := bytes.IndexByte(p[i+1:n], '\n')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if n > 0 {
		c.last = p[n-1]
	}
	return n, err
}
