package linkserver

import (
	"fmt"
	"net"
	"time"
)

const (
	// maxWrite is how much text is collected before it is written.
	maxWrite = 64 << 10
	// keepBuffer is the largest write buffer that a session keeps while it waits for a line.
	keepBuffer = 4 << 10
	// lingerTime and lingerBytes bound the wait for a client to close after our last word.
	lingerTime  = 500 * time.Millisecond
	lingerBytes = 64 << 10
)

// flush writes what was collected. Once it failed it fails for ever.
func (s *session) flush() error {
	if len(s.out) == 0 {
		return s.outErr
	}
	s.outErr = s.write(s.out, s.outRows, s.rowBytes)
	s.out, s.outRows, s.rowBytes = s.out[:0], 0, 0
	return s.outErr
}

// write hands p to the connection as one write, and counts the rows in it and the bytes of these.
func (s *session) write(p []byte, rows, rowBytes int) error {
	s.writeMu.Lock()
	defer s.writeMu.Unlock()
	if s.writeErr == nil {
		s.writeErr = s.conn.SetWriteDeadline(time.Now().Add(s.srv.opts.WriteTimeout))
	}
	if s.writeErr == nil {
		_, s.writeErr = s.conn.Write(p)
	}
	if s.writeErr != nil {
		s.counts.discarded.Add(uint64(rows))
		return fmt.Errorf("write: %w", s.writeErr)
	}
	s.counts.delivered.Add(uint64(rows))
	s.counts.sentBytes.Add(uint64(rowBytes))
	return nil
}

// source is what the session's reader reads from. It is asked only when no whole line waits in the buffer, which is the
// moment to write the replies collected so far and to set the deadline.
type source struct{ s *session }

// Read flushes, then waits for the client within the deadline of the session's state.
func (src source) Read(p []byte) (int, error) {
	s := src.s
	if err := s.flush(); err != nil {
		return 0, err
	}
	if cap(s.out) > keepBuffer {
		s.out = nil
	}
	if err := s.conn.SetReadDeadline(s.readDeadline()); err != nil {
		return 0, err
	}
	return s.conn.Read(p)
}

// readDeadline is fixed until the login, and later counts from the last whole line, so that single bytes do not prolong it. In
// the receive loop a client has nothing to say: there a dead one is found by the keep-alives that it does not take.
func (s *session) readDeadline() time.Time {
	if s.gotLine {
		s.lastLine, s.gotLine = time.Now(), false
	}
	switch {
	case s.loop != nil:
		return time.Time{}
	case s.loggedIn:
		return s.lastLine.Add(s.srv.opts.IdleTimeout)
	default:
		return s.since.Add(s.srv.opts.LoginTimeout)
	}
}

// linger lets a client read our last words: closing with input unread would reset the connection and take them back.
func linger(c net.Conn) {
	half, ok := c.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil || c.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
		return
	}
	buf := make([]byte, 1024)
	for total := 0; total < lingerBytes; {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		total += n
	}
}
