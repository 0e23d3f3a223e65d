//go:build linux || darwin || freebsd || netbsd || openbsd

package remote

import (
	"errors"
	"runtime"
	"syscall"
	"time"
)

// spin waits for an answer without giving up the processor, as long as answers come fast enough for that: to go to sleep and be
// woken takes longer than a peer on the same machine takes to answer. One that is farther away is hardly ever waited for so.
type spin struct {
	raw    syscall.RawConn // nil: there is no socket, or no second processor for whoever answers
	look   func(fd uintptr) bool
	came   bool // what was looked for
	until  time.Time
	misses uint // in a row
	rest   int  // how many times not to spin
	peeked [1]byte
}

const (
	spinMost     = 25 * time.Microsecond
	spinMissMost = 10 // then it is tried once in 1024 times
)

func newSpin(raw syscall.RawConn) *spin {
	s := &spin{raw: raw}
	if runtime.GOMAXPROCS(0) == 1 {
		s.raw = nil
	}
	s.look = s.poll // once, as it would be made for each call
	return s
}

// wait returns when something can be read, or when it makes no sense to wait in this way.
func (s *spin) wait() {
	if s.raw == nil {
		return
	}
	if s.rest > 0 {
		s.rest--
		return
	}
	s.came, s.until = false, time.Now().Add(spinMost)
	if err := s.raw.Read(s.look); err != nil {
		return // the read that follows says why
	}
	if s.came {
		s.misses = 0
		return
	}
	s.misses = min(s.misses+1, spinMissMost)
	s.rest = 1 << s.misses
}

// poll looks until something has come, or for long enough.
func (s *spin) poll(fd uintptr) bool {
	for {
		_, _, err := syscall.Recvfrom(int(fd), s.peeked[:], syscall.MSG_PEEK) // the descriptor does not block
		if s.came = !errors.Is(err, syscall.EAGAIN); s.came || time.Now().After(s.until) {
			return true
		}
	}
}
