package bridge_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestMatchFiltersAndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`
route "readings" {
  from = [remote.north]
  to   = [remote.south]
  match {
    class = [10]
    type  = [6]
  }
}`)
		time.Sleep(time.Second)
		r.sites["north"].emit(0, 3)
		r.sites["north"].server.PublishEvent(&vscp.Event{Class: 20, Type: 3, GUID: r.sites["north"].guid, Data: []byte{0, 0}})
		r.sites["north"].server.PublishEvent(&vscp.Event{Class: 0, Type: 1, GUID: r.sites["north"].guid, Data: []byte{0, 0}})
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 3)
		d := r.direction(t, "south")
		if d.Received != 5 || d.Forwarded != 3 || d.Filtered[policy.NoMatch] != 1 || d.Filtered[policy.ProtocolClass] != 1 {
			t.Errorf("direction to south: %+v, want 5 received, 3 forwarded, 1 no_match, 1 protocol_class", d)
		}
		r.end()
	})
}

func TestCopyThatComesBackIsSuppressed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`route "sites" { between = [remote.north, remote.south] }`)
		time.Sleep(time.Second)
		// Something behind south shows an event of north, with an obid of its own.
		r.sites["south"].server.PublishEvent(&vscp.Event{Class: 10, Type: 6, GUID: r.sites["north"].guid, Data: []byte{0, 0}})
		time.Sleep(time.Second)
		d := r.direction(t, "north")
		if d.Received != 1 || d.Suppressed[policy.Origin] != 1 || len(r.sites["north"].numbers()) != 0 {
			t.Errorf("direction to north: %+v, want 1 received and suppressed as origin", d)
		}
		r.end()
	})
}

func TestOverflowWhileDestinationIsDown(t *testing.T) {
	for _, tt := range []struct {
		overflow    string
		first, n    int
		reason      bridge.Reason
		wantDropped uint64
	}{
		{"drop_oldest", 40, 10, bridge.ReasonQueueOldest, 40},
		{"drop_newest", 0, 10, bridge.ReasonQueueNewest, 40},
		{"drop_lowest_priority", 40, 10, bridge.ReasonQueuePriority, 40}, // all of one priority
		{"latest_only", 49, 1, bridge.ReasonQueueReplaced, 49},
		{"block", 0, 50, bridge.ReasonStopped, 0},
	} {
		t.Run(tt.overflow, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, bothWays+fmt.Sprintf(`
route "sites" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    max_events = 10
    overflow   = %q
  }
}`, tt.overflow))
				time.Sleep(time.Second)
				r.sites["south"].down()
				time.Sleep(time.Minute) // until an idle connection is tried, so that no event is under way
				r.sites["north"].emit(0, 50)
				time.Sleep(10 * time.Second) // less than a server waits for a client that does not read
				queued := min(tt.n, 10)
				if d := r.direction(t, "south"); d.Queued != queued || !d.Balanced() {
					t.Errorf("while south is down: %+v, want %d queued, balanced", d, queued)
				}
				r.sites["south"].up(t)
				time.Sleep(5 * time.Minute)
				wantNumbers(t, "south", r.sites["south"].numbers(), tt.first, tt.n)
				if d := r.direction(t, "south"); d.Dropped[tt.reason] != tt.wantDropped || !d.Balanced() {
					t.Errorf("after recovery: %+v, want %d dropped as %s, balanced", d, tt.wantDropped, tt.reason)
				}
				r.end()
			})
		})
	}
}

func TestZeroGUIDGetsTheInterface(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`route "sites" { between = [remote.north, remote.south] }`)
		time.Sleep(time.Second)
		r.sites["north"].server.PublishEvent(&vscp.Event{Class: 10, Type: 6, Data: []byte{0, 1}})
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 1, 1)
		got := r.sites["south"].received[0]
		if got.GUID[9] != 1 || got.GUID[0] != 0xFF {
			t.Errorf("south received GUID %v, want the interface GUID at north", got.GUID)
		}
		if got.Time.IsZero() || got.ObID == 0 {
			t.Errorf("south received %+v, want a time and the channel id of the bridge", got)
		}
		r.end()
	})
}

func TestMetricsBalance(t *testing.T) {
	cfg, err := config.Parse("test.hcl", []byte(bothWays+`route "sites" { between = [remote.north, remote.south] }`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewPedanticRegistry()
	if _, err := bridge.New(cfg, bridge.Options{Registry: registry}); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatalf("Gather: %v", err)
	}
	got := map[string]int{}
	for _, f := range families {
		got[f.GetName()] = len(f.GetMetric())
	}
	for name, want := range map[string]int{
		"tcpiplink_route_events_received_total":   2,
		"tcpiplink_route_events_forwarded_total":  2,
		"tcpiplink_route_events_filtered_total":   2 * len(policy.Filtered()),
		"tcpiplink_route_events_suppressed_total": 2 * len(policy.Suppressed()),
		"tcpiplink_route_events_dropped_total":    30,
		"tcpiplink_route_events_recovered_total":  2,
		"tcpiplink_route_received_bytes_total":    2,
		"tcpiplink_route_forwarded_bytes_total":   2,
		"tcpiplink_route_filtered_bytes_total":    2 * len(policy.Filtered()),
		"tcpiplink_route_suppressed_bytes_total":  2 * len(policy.Suppressed()),
		"tcpiplink_route_dropped_bytes_total":     30,
		"tcpiplink_route_recovered_bytes_total":   2,
		"tcpiplink_queue_text_bytes":              2,
		"tcpiplink_route_delivery_seconds":        2,
		"tcpiplink_queue_events":                  2,
		"tcpiplink_queue_bytes":                   2,
		"tcpiplink_queue_oldest_age_seconds":      2,
	} {
		if got[name] != want {
			t.Errorf("%s has %d series, want %d", name, got[name], want)
		}
	}
}
