package bridge_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// counters returns what the counters and histograms of the remotes say, by series.
func (r *reloads) counters(t *testing.T) map[string]float64 {
	t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatalf("Gather: %v", err)
	}
	out := map[string]float64{}
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "tcpiplink_remote_") {
			continue
		}
		for _, m := range f.GetMetric() {
			name := f.GetName() + fmt.Sprint(m.GetLabel())
			switch f.GetType() {
			case dto.MetricType_COUNTER:
				out[name] = m.GetCounter().GetValue()
			case dto.MetricType_HISTOGRAM:
				out[name] = float64(m.GetHistogram().GetSampleCount())
			default:
			}
		}
	}
	return out
}

// TestCountersOfAChangedRemoteGoOn changes remotes in all the ways that give them another manager, or other connections, and looks on:
// no counter may go back, and the status shows no others.
func TestCountersOfAChangedRemoteGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		route := routeBlock("r", "north", "south", "")
		last, received, sent := map[string]float64{}, uint64(0), uint64(0)
		look := func(when string) {
			t.Helper()
			now := r.counters(t)
			for name, v := range now {
				if v < last[name] {
					t.Errorf("%s: %s is %v, and was %v", when, name, v, last[name])
				}
				last[name] = v
			}
			for _, s := range r.bridge.Remotes() {
				if s.Received < received && s.Name == "north" || s.Sent < sent && s.Name == "south" {
					t.Errorf("%s: status of %s has %d received and %d sent, and had %d and %d", when, s.Name, s.Received, s.Sent, received, sent)
				}
				switch s.Name {
				case "north":
					received = s.Received
				case "south":
					sent = s.Sent
				}
			}
		}
		for i, hcl := range []string{
			remoteBlock("north", "") + remoteBlock("south", "window = 3") + route,
			remoteBlock("north", "receive = \"retr\"") + remoteBlock("south", "send_connections = 3") + route,
			remoteBlock("north", "") + remoteBlock("south", "schedule {\n every = \"1s\"\n mode = \"visit\"\n}") + route,
			twoSites, // nothing is sent or received
			northSouth + routeBlock("back", "south", "north", ""),
			northSouth,
		} {
			r.sites["north"].emit(10*i, 10)
			synctest.Wait() // what the site has not pushed when its connection ends is lost there
			if i == 3 {
				r.sites["south"].down() // so that the stop takes its time
				time.Sleep(3 * time.Second)
			}
			r.apply(t, hcl)
			for ms := range 8000 {
				if ms%500 == 0 || ms < 10 {
					look(fmt.Sprintf("step %d, %d ms after it", i, ms))
				}
				time.Sleep(time.Millisecond)
			}
			if i == 3 {
				r.sites["south"].up(t)
			}
		}
		if want := uint64(len(r.sites["south"].numbers())); sent != want || received < want || want < 30 {
			t.Errorf("in the end %d received and %d sent, want as many as south got, %d, and 30 of them", received, sent, want)
		}
		connects := 0.0
		for name, v := range last {
			if strings.HasPrefix(name, "tcpiplink_remote_connects_total") && strings.Contains(name, "south") {
				connects += v
			}
		}
		if connects < 10 {
			t.Errorf("connections to south came up %v times, want those of all managers", connects)
		}
		r.end()
	})
}
