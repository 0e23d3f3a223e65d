package bridge

import (
	"sync/atomic"
	"testing"
)

// TestAbandonBalances: what is in memory when a route ends is counted once.
func TestAbandonBalances(t *testing.T) {
	d := blockingDirection(t, 10)
	d.removed = new(atomic.Uint64)
	offer(t.Context(), &lane{d: d}, 7)
	kept, lost := d.abandon()
	s := d.status()
	if kept != 0 || lost != 7 || d.removed.Load() != 7 || s.Dropped[ReasonRouteRemoved] != 7 || s.Dropped[ReasonPurged] != 0 || !s.Balanced() {
		t.Errorf("abandon = %d kept, %d lost, status %+v, want 7 lost as %s, balanced", kept, lost, s, ReasonRouteRemoved)
	}
}
