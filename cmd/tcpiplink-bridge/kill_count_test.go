//go:build linux

package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// lives is what the counters of the lives of a bridge said before it was killed.
type lives struct {
	readings int
	gaps     int // that the bridge found in what came to it
}

// read checks the counters of a bridge that found so many events in its journal. One that is not yet up is passed over.
func (l *lives) read(t *testing.T, admin string, waited int) {
	t.Helper()
	s, err := readStatus(admin)
	if err != nil {
		return
	}
	l.readings++
	d := &s.Routes[0].Directions[0]
	if in, out := d.Received+d.Recovered, accounted(d); in != out {
		t.Errorf("%d events received and recovered, %d accounted for, want the same: %+v", in, out, d)
	}
	if d.Recovered != uint64(waited) || d.Dropped.Sum() != 0 {
		t.Errorf("%d events recovered, dropped %v, want the %d that were in the journal, and none dropped", d.Recovered, d.Dropped, waited)
	}
	for i := range s.Remotes {
		l.gaps += int(s.Remotes[i].Loss.IndexGaps)
	}
}

// accounted returns how many events of a direction went somewhere, or wait.
func accounted(d *api.Direction) uint64 {
	return d.Forwarded + d.Filtered.Sum() + d.Suppressed.Sum() + d.Dropped.Sum() + uint64(d.Queued)
}

// drained reports whether the only direction has delivered what it found in its journal, and nothing else.
func drained(admin string, waited int) (ok bool, answer string) {
	s, err := readStatus(admin)
	if err != nil {
		return false, err.Error()
	}
	d := &s.Routes[0].Directions[0]
	n := uint64(waited)
	return d.Recovered == n && d.Received == 0 && d.Forwarded == n && accounted(d) == n, fmt.Sprintf("%+v, want %d recovered and forwarded", *d, n)
}

// missing counts the numbers that are left out, and in how many places.
func missing(arrived []int) (holes, numbers int) {
	sorted := slices.Compact(slices.Sorted(slices.Values(arrived)))
	for i := 1; i < len(sorted); i++ {
		if left := sorted[i] - sorted[i-1] - 1; left > 0 {
			holes, numbers = holes+1, numbers+left
		}
	}
	return holes, numbers
}
