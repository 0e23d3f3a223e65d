//go:build linux || darwin || freebsd || netbsd || openbsd

package remote

import (
	"errors"
	"syscall"
)

// pending reports whether bytes, or the end of the connection, wait to be read. It does not wait itself.
func pending(raw syscall.RawConn) bool {
	var waits bool
	var b [1]byte
	err := raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK) // the descriptor does not block
		waits = err == nil
		return true
	})
	return err == nil && waits
}

// broken reports whether the connection has ended, or failed. It may be called while others use the connection.
func broken(raw syscall.RawConn) bool {
	var over bool
	var b [1]byte
	err := raw.Control(func(fd uintptr) {
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		over = err == nil && n == 0 || err != nil && !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return err != nil || over
}
