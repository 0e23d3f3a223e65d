package route

import (
	"math"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Stamp says what becomes of the time of an event.
type Stamp uint8

// The ways of stamping.
const (
	StampKeep    Stamp = iota // as it is; set only where there is none
	StampIngress              // when the event came
	StampRepair               // as StampKeep, but a bare stamp of a legacy sender becomes the time at which the event came
)

// apply never makes a date of a bare microsecond stamp: it counts from an unknown start, and wraps after 71.6 minutes. (VSCP:
// timestamp)
func (s Stamp) apply(t vscp.Time, at time.Time) vscp.Time {
	if s == StampIngress || t.IsZero() || s == StampRepair && bare(t) {
		return vscp.TimeOf(at)
	}
	return t
}

// bare reports whether t has no date: microseconds alone, or what is below 2^32 nanoseconds. That is such a stamp that was taken
// for nanoseconds on its way: no clock is in the first seconds of 1970.
func bare(t vscp.Time) bool { return t.Nanos <= math.MaxUint32 }
