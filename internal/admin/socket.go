package admin

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
)

// ErrSocketInUse is returned by Listen when another process answers at the path of the socket, or holds its lock.
var ErrSocketInUse = errors.New("another process listens on the socket")

// GroupError is returned by Listen when the socket cannot be given to its group.
type GroupError struct {
	Err error
}

// Error implements error.
func (e *GroupError) Error() string { return e.Err.Error() }

// Unwrap returns what the system said.
func (e *GroupError) Unwrap() error { return e.Err }

// socket is a unix socket that only the user of this process can reach. Its Close also removes the file.
type socket struct {
	net.Listener
	path string
	own  os.FileInfo // of the file at the path
	lock io.Closer

	closing sync.Once
	closed  error // what Close returns
}

// Addr implements net.Listener.
func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }

// Close implements net.Listener.
func (s *socket) Close() error {
	s.closing.Do(func() {
		var remove error
		if there, err := os.Lstat(s.path); err == nil && os.SameFile(there, s.own) {
			remove = os.Remove(s.path)
		}
		s.closed = errors.Join(remove, s.Listener.Close(), s.lock.Close())
	})
	return s.closed
}
