//go:build !linux

package remote

import (
	"syscall"
	"time"
)

// controlUserTimeout does nothing where the system has no such thing: the keep-alives and the deadlines of replies remain.
func controlUserTimeout(time.Duration) func(network, address string, c syscall.RawConn) error {
	return nil
}
