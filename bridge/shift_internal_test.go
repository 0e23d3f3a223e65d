package bridge

import (
	"testing"
	"testing/synctest"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// TestRuleChangesWhileEventsWaitForTheirMove changes the configuration twice while an event is being sent: storage and limits, then the
// rule to one that loses nothing.
func TestRuleChangesWhileEventsWaitForTheirMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirection(t, queue.DefaultOptions(), hclog.NewNullLogger())
		d.closings = new(closings)
		d.take(new(tally), rows(t, 0, 50))
		d.peek(nil, 1)
		at := journal.DefaultOptions("/state/queues/r@b")
		at.FS = faultfs.New()
		var disk *queue.Disk
		for _, rule := range []queue.Overflow{queue.DropOldest, queue.Block} {
			s := &settings{
				route:  &config.Route{Name: "r", Queue: config.Queue{Storage: config.StorageDisk}},
				limits: queue.Options{MaxEvents: 10, MaxBytes: 1 << 20, Overflow: rule},
			}
			var opened eventQueue
			if d.lacks(s) {
				var err error
				if disk, _, err = queue.OpenDisk(roomy(s.limits), at); err != nil {
					t.Fatal(err)
				}
				opened = disk
			} else if _, err := d.turn(rule, true); err != nil {
				t.Errorf("turn to %v = %v, want nil", rule, err)
			}
			d.adjust(s, opened, journal.Recovery{})
			d.thaw()
		}
		d.settle(1, remote.Forwarded)
		if s := d.status(); s.Disk == nil || s.Queued != 49 || s.Limits.Overflow != queue.Block || s.Limits.MaxEvents != 10 || !s.Balanced() {
			t.Errorf("after the move: %+v, want 49 on disk, with block", s)
		}
		d.endEpisodes()
		if err := disk.Close(); err != nil {
			t.Errorf("Close = %v, want nil", err)
		}
		d.closings.all.Wait()
	})
}
