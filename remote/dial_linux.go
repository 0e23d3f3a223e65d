package remote

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// controlUserTimeout returns what sets TCP_USER_TIMEOUT on a new socket; nil if there is none to set.
func controlUserTimeout(d time.Duration) func(network, address string, c syscall.RawConn) error {
	if d <= 0 {
		return nil
	}
	return func(_, _ string, c syscall.RawConn) error {
		var failed error
		if err := c.Control(func(fd uintptr) {
			failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d.Milliseconds()))
		}); err != nil {
			return err
		}
		return failed
	}
}
