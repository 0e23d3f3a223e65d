package bridge_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// pause pauses something, or resumes it, and wants that to be a change.
func pause(t *testing.T, what func(string, bool) (bool, error), name string, on bool) {
	t.Helper()
	if changed, err := what(name, on); !changed || err != nil {
		t.Fatalf("pause of %s to %v = %v, %v, want a change", name, on, changed, err)
	}
	if changed, err := what(name, on); changed || err != nil {
		t.Fatalf("the same again = %v, %v, want no change", changed, err)
	}
}

func (r *reloads) remote(name string) remote.Status {
	for _, s := range r.bridge.Remotes() {
		if s.Name == name {
			return s
		}
	}
	return remote.Status{}
}

// gauge returns the value of a metric with a label value, or -1.
func (r *reloads) gauge(t *testing.T, metric, value string) float64 {
	t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatalf("Gather: %v", err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == metric && m.GetLabel()[0].GetValue() == value {
				return m.GetGauge().GetValue()
			}
		}
	}
	return -1
}

// TestPauseOfADestination has what comes for it wait, also while the configuration changes.
func TestPauseOfADestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		pause(t, r.bridge.PauseRemote, "south", true)
		time.Sleep(time.Second)
		if got := r.sites["south"].server.Stats().Clients; len(got) != 0 {
			t.Errorf("the paused site has the clients %+v, want none", got)
		}
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, northSouth+routeBlock("again", "north", "south", "match { class = [20] }"))
		r.apply(t, twoSites+routeBlock("r", "north", "south", "")+`loop { storm_limit = 5000 }`)
		time.Sleep(time.Minute)
		s := r.remote("south")
		if s.Paused.IsZero() || s.Up || s.Summary() != "paused" || s.Links[0].State != remote.StateStopped || s.Links[0].Failing {
			t.Errorf("status %+v, want paused, and links that are stopped", s)
		}
		if d := r.find("r", "south"); d.Queued != 5 || !d.Balanced() {
			t.Errorf("direction %+v, want 5 queued, balanced", d)
		}
		if got := r.gauge(t, "tcpiplink_remote_paused", "south"); got != 1 {
			t.Errorf("tcpiplink_remote_paused = %v, want 1", got)
		}
		pause(t, r.bridge.PauseRemote, "south", false)
		r.sites["north"].emit(5, 5)
		time.Sleep(2 * time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 10)
		if s := r.remote("south"); !s.Paused.IsZero() || !s.Up {
			t.Errorf("status after it %+v, want up", s)
		}
		if got := r.gauge(t, "tcpiplink_remote_paused", "south"); got != 0 {
			t.Errorf("tcpiplink_remote_paused = %v, want 0", got)
		}
		r.end()
	})
}

// TestPauseOfASource takes nothing from it.
func TestPauseOfASource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		pause(t, r.bridge.PauseRemote, "north", true)
		pause(t, r.bridge.PauseRemote, "north", false) // at once: the connections before have not ended
		time.Sleep(2 * time.Second)
		r.sites["north"].emit(0, 3)
		time.Sleep(time.Second)
		pause(t, r.bridge.PauseRemote, "north", true)
		time.Sleep(time.Second)
		r.sites["north"].emit(3, 3)
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 3)
		if s := r.remote("south"); !s.Up {
			t.Errorf("south is %s, want up", s.Summary())
		}
		r.end()
	})
}

// TestPauseOfARoute has its events wait while those of another route to the same remote pass, and makes nobody nervous.
func TestPauseOfARoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		three := remoteBlock("roof", "") + twoSites
		r := startReloads(t, three+routeBlock("held", "north", "south", "")+routeBlock("free", "roof", "south", ""))
		before := r.connects()
		pause(t, r.bridge.PauseRoute, "held", true)
		r.sites["north"].emit(0, 5)
		r.sites["roof"].emit(100, 5)
		time.Sleep(5 * time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 100, 5)
		held, free := r.find("held", "south"), r.find("free", "south")
		if held.Paused.IsZero() || held.Queued != 5 || held.Forwarded != 0 || !held.Balanced() || !free.Paused.IsZero() {
			t.Errorf("directions %+v and %+v, want 5 queued in the first, which is paused", held, free)
		}
		if got := r.gauge(t, "tcpiplink_route_paused", "held"); got != 1 {
			t.Errorf("tcpiplink_route_paused = %v, want 1", got)
		}
		if got := r.connects(); got["south"] != before["south"] {
			t.Errorf("connections of south came up %d times, want as before, %d", got["south"], before["south"])
		}
		r.apply(t, three+routeBlock("held", "north", "south", "")+routeBlock("free", "roof", "south", "match { class = [20] }"))
		time.Sleep(time.Second)
		if got := r.find("held", "south"); got.Paused.IsZero() || got.Queued != 5 {
			t.Errorf("direction after Apply %+v, want it paused", got)
		}
		pause(t, r.bridge.PauseRoute, "held", false)
		time.Sleep(time.Second)
		if got := r.find("held", "south"); got.Forwarded != 5 || got.Queued != 0 || !got.Balanced() {
			t.Errorf("direction after the pause %+v, want 5 forwarded", got)
		}
		r.end()
	})
}

// TestPauseEndsWithItsName forgets what is paused when the configuration has it no more.
func TestPauseEndsWithItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		both := remoteBlock("roof", "") + northSouth + routeBlock("up", "north", "roof", "")
		r := startReloads(t, both)
		pause(t, r.bridge.PauseRemote, "roof", true)
		pause(t, r.bridge.PauseRoute, "up", true)
		r.apply(t, northSouth)
		time.Sleep(time.Minute)
		r.apply(t, both)
		r.sites["north"].emit(0, 2)
		time.Sleep(2 * time.Second)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 0, 2)
		r.end()
	})
}

// TestStopWhilePaused does not wait for what is not to be sent.
func TestStopWhilePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, `bridge { flush_timeout = "1h" }`+"\n"+remoteBlock("roof", "")+northSouth+routeBlock("up", "north", "roof", ""))
		pause(t, r.bridge.PauseRemote, "south", true)
		pause(t, r.bridge.PauseRoute, "up", true)
		r.sites["north"].emit(0, 2)
		time.Sleep(time.Second)
		before := time.Now()
		r.end()
		if took := time.Since(before); took > 10*time.Second {
			t.Errorf("the stop took %v, want seconds", took)
		}
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 0)
		if got := r.log.count("events stayed queued and are lost"); got != 2 {
			t.Errorf("%d lines about events that are lost, want 2", got)
		}
	})
}

func TestPauseRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, err := bridge.New(parse(t, northSouth), bridge.Options{Registry: prometheus.NewRegistry()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.PauseRemote("north", true); !errors.Is(err, bridge.ErrNotRunning) {
			t.Errorf("PauseRemote before Run = %v, want ErrNotRunning", err)
		}
		r := startReloads(t, northSouth)
		if _, err := r.bridge.PauseRemote("r", true); !errors.Is(err, bridge.ErrNoRemote) {
			t.Errorf("PauseRemote of a route = %v, want ErrNoRemote", err)
		}
		if _, err := r.bridge.PauseRoute("north", true); !errors.Is(err, bridge.ErrNoRoute) {
			t.Errorf("PauseRoute of a remote = %v, want ErrNoRoute", err)
		}
		r.end()
		if _, err := r.bridge.PauseRoute("r", true); !errors.Is(err, bridge.ErrStopping) {
			t.Errorf("PauseRoute after Run = %v, want ErrStopping", err)
		}
	})
}

// TestPausedRouteIsRemoved sends what waited for the end of the pause, as that ends with the route.
func TestPausedRouteIsRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		pause(t, r.bridge.PauseRoute, "r", true)
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, twoSites)
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 5)
		r.end()
	})
}

// TestPauseEndsForWhatDrains resumes a route that leads to one of its destinations no more.
func TestPauseEndsForWhatDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := func(names string) string {
			return "bridge { flush_timeout = \"1h\" }\n" + remoteBlock("roof", "") + twoSites + "route \"r\" {\n from = [remote.north]\n to = [" + names + "]\n}\n"
		}
		r := startReloads(t, to("remote.south, remote.roof"))
		pause(t, r.bridge.PauseRoute, "r", true)
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, to("remote.south"))
		time.Sleep(time.Minute)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 0, 0)
		pause(t, r.bridge.PauseRoute, "r", false)
		time.Sleep(time.Second)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 0, 5)
		r.end()
	})
}

// TestPausedRemoteIsRemoved does not connect to it again: what waits is given up when its time is over.
func TestPausedRemoteIsRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		pause(t, r.bridge.PauseRemote, "south", true)
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, remoteBlock("north", ""))
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 0)
		if got := r.log.count("route is removed, its events were not all sent: route=r to=south dropped=5"); got != 1 {
			t.Errorf("%d lines about the events, want 1", got)
		}
		r.end()
	})
}
