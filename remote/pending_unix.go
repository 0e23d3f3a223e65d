//go:build linux || darwin || freebsd || netbsd || openbsd

package remote

import "syscall"

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
