package bridge

import (
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/tcpiplink/tcpiplink-bridge/config"
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

// TestStopWhileARemovedRouteSends has the stop come while a route that is gone awaits the answer to its last events, which never comes.
func TestStopWhileARemovedRouteSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, err := config.Parse("test.hcl", []byte(`
remote "a" { address = "a:9598" }
remote "b" { address = "b:9598" }
route "r" {
  from = [remote.a]
  to   = [remote.b]
}`), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := New(cfg, Options{})
		if err != nil {
			t.Fatal(err)
		}
		b.stage, b.hard = stageRunning, t.Context()
		d := b.present.Load().directions[0]
		to := b.present.Load().endpoint("b")
		offer(t.Context(), &lane{d: d}, 5)
		to.outbox.Peek(nil, 2)
		b.mu.Lock()
		b.retire(d, to, 0)
		b.mu.Unlock()
		synctest.Wait() // its time is over, and it waits for the answers
		b.halt()
		synctest.Wait()
		to.outbox.Release(nil) // the connection is cut
		if err := b.Close(); err != nil {
			t.Errorf("Close = %v, want nil", err)
		}
		if s := d.status(); b.removed.Load() != 5 || s.Dropped[ReasonRouteRemoved] != 5 || s.Queued != 0 || !s.Balanced() {
			t.Errorf("%d events counted as lost with their route, status %+v, want all 5", b.removed.Load(), s)
		}
	})
}
