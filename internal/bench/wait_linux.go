package main

import (
	"runtime"
	"syscall"
	"time"
)

// waiter waits to within some microseconds. The timers of Go round up to milliseconds in an idle process.
type waiter struct{}

// prSetTimerSlack is PR_SET_TIMERSLACK of prctl(2): by how much the kernel may delay the wake-ups of a thread, in nanoseconds.
const prSetTimerSlack = 29

// newWaiter binds the goroutine to its thread until end.
func newWaiter() waiter {
	runtime.LockOSThread()
	// Refused, the waits are 50 µs longer, for all that is compared.
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetTimerSlack, 1, 0)
	return waiter{}
}

func (waiter) until(t time.Time) {
	for d := time.Until(t); d > 0; d = time.Until(t) {
		pause := syscall.NsecToTimespec(int64(d))
		_ = syscall.Nanosleep(&pause, nil) // interrupted, it goes on with what is left
	}
}

func (waiter) end() { runtime.UnlockOSThread() }
