//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package remote

import "syscall"

// spin does nothing on this system.
type spin struct{}

func newSpin(syscall.RawConn) *spin { return &spin{} }

func (*spin) wait() {}
