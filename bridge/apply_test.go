package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// reloads is a bridge whose configuration is changed while it runs, and the sites that it may reach.
type reloads struct {
	rig
	registry *prometheus.Registry
	log      logText
}

func parse(t *testing.T, hcl string) *config.Config {
	t.Helper()
	cfg, err := config.Parse("test.hcl", []byte(hcl), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// startReloads returns after the bridge was up for a second.
func startReloads(t *testing.T, hcl string) *reloads {
	t.Helper()
	r := &reloads{registry: prometheus.NewPedanticRegistry()}
	r.done = make(chan struct{})
	r.sites = map[string]*site{}
	for i, name := range []string{"north", "south", "roof"} {
		r.sites[name] = newSite(t, fmt.Sprintf("FF:FF:FF:FF:FF:FF:FF:FE:00:%02d:00:00:00:00:00:00", i+1))
	}
	var err error
	r.bridge, err = bridge.New(parse(t, hcl), bridge.Options{
		Dial: dialSites(r.sites), Registry: r.registry, Logger: hclog.New(&hclog.LoggerOptions{Output: &r.log, Level: hclog.Debug}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() {
		defer close(r.done)
		r.bridge.Run(ctx)
	}()
	time.Sleep(time.Second)
	return r
}

func (r *reloads) apply(t *testing.T, hcl string) {
	t.Helper()
	if err := r.bridge.Apply(parse(t, hcl)); err != nil {
		t.Fatalf("Apply = %v, want nil", err)
	}
}

// connects returns how often the connections of the present managers came up, by remote.
func (r *reloads) connects() map[string]uint64 {
	out := map[string]uint64{}
	for _, s := range r.bridge.Remotes() {
		for _, l := range s.Links {
			out[s.Name] += l.Connects
		}
	}
	return out
}

// find returns a direction of the bridge, or nil.
func (r *reloads) find(route, to string) *bridge.DirectionStatus {
	for _, d := range r.bridge.Directions() {
		if d.Route == route && d.To == to {
			return &d
		}
	}
	return nil
}

// series returns how many series have a label value.
func (r *reloads) series(t *testing.T, value string) int {
	t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatalf("Gather: %v", err)
	}
	n := 0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetValue() == value {
					n++
				}
			}
		}
	}
	return n
}

// remoteBlock is a remote without anything special; more is put into it.
func remoteBlock(name, more string) string {
	return fmt.Sprintf("remote %q {\n address = \"%s:9598\"\n user = \"admin\"\n password = \"secret\"\n backoff { max = \"5s\" }\n%s\n}\n", name, name, more)
}

func routeBlock(name, from, to, more string) string {
	return fmt.Sprintf("route %q {\n from = [remote.%s]\n to = [remote.%s]\n%s\n}\n", name, from, to, more)
}

var twoSites = remoteBlock("north", "") + remoteBlock("south", "")

// northSouth is a bridge between two sites, one way.
var northSouth = twoSites + routeBlock("r", "north", "south", "")

func TestApplyOfTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		lines := r.log.count("\n")
		r.apply(t, "# another place in the file\n"+northSouth)
		if got := r.log.count("\n") - lines; got != 1 || r.log.count("configuration asks for nothing new") != 1 {
			t.Errorf("%d lines, want one at level debug: %s", got, r.log.buf.String()[lines:])
		}
		r.end()
	})
}

func TestApplyOutsideOfRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := parse(t, northSouth)
		b, err := bridge.New(cfg, bridge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Apply(cfg); !errors.Is(err, bridge.ErrNotRunning) {
			t.Errorf("Apply before Run = %v, want ErrNotRunning", err)
		}
		select {
		case <-b.Started():
			t.Error("before Run the bridge says that it has started")
		default:
		}
		r := startReloads(t, northSouth)
		<-r.bridge.Started()
		r.end()
		if err := r.bridge.Apply(cfg); !errors.Is(err, bridge.ErrStopping) {
			t.Errorf("Apply after Run = %v, want ErrStopping", err)
		}
		if err := b.Close(); err != nil {
			t.Errorf("Close = %v, want nil", err)
		}
	})
}

// TestApplyAddsAndRemoves adds a remote with a route to it while events pass between two others, and takes it away again.
func TestApplyAddsAndRemoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		both := twoSites + `route "r" { between = [remote.north, remote.south] }` + "\n"
		r := startReloads(t, both)
		before := r.connects()
		r.sites["north"].emit(0, 10)
		time.Sleep(time.Second)
		r.apply(t, remoteBlock("roof", "")+both+routeBlock("up", "north", "roof", ""))
		time.Sleep(time.Second)
		r.sites["north"].emit(10, 10)
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 20)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 10, 10)
		if got := r.bridge.Remotes(); len(got) != 3 || got[0].Name != "roof" || got[1].Name != "north" {
			t.Errorf("remotes %+v, want roof, north and south", got)
		}
		if r.series(t, "roof") == 0 || r.series(t, "up") == 0 {
			t.Error("there are no metrics of what was added")
		}
		r.apply(t, both)
		r.sites["north"].emit(20, 10)
		time.Sleep(2 * time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 30)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 10, 10)
		if got := r.connects(); got["north"] != before["north"] || got["south"] != before["south"] || len(got) != 2 {
			t.Errorf("connections came up %v times, want as before, %v", got, before)
		}
		if d := r.find("r", "south"); d.Forwarded != 30 || !d.Balanced() {
			t.Errorf("direction that stays: %+v, want 30 forwarded, balanced", d)
		}
		if n, m := r.series(t, "roof"), r.series(t, "up"); n != 0 || m != 0 || r.find("up", "roof") != nil {
			t.Errorf("%d and %d series of what is gone, want none", n, m)
		}
		for _, line := range []string{
			"remote added: remote=roof", "route added: route=up", "remote removed: remote=roof", "route removed: route=up",
			"route is removed and drained: route=up to=roof", "configuration applied: remotes=2 routes=1",
		} {
			if got := r.log.count(line); got != 1 {
				t.Errorf("%d lines %q, want 1", got, line)
			}
		}
		r.end()
	})
}

// TestApplyBetweenTwoEvents changes what a route takes.
func TestApplyBetweenTwoEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		before := r.connects()
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, twoSites+routeBlock("r", "north", "south", "match { class = [20] }"))
		r.sites["north"].emit(5, 5)
		time.Sleep(time.Second)
		r.apply(t, northSouth)
		r.sites["north"].emit(10, 5)
		time.Sleep(time.Second)
		if got, want := r.sites["south"].numbers(), []int{0, 1, 2, 3, 4, 10, 11, 12, 13, 14}; !slices.Equal(got, want) {
			t.Errorf("south received %v, want %v", got, want)
		}
		if d := r.find("r", "south"); d.Filtered["no_match"] != 5 || d.Forwarded != 10 || !d.Balanced() {
			t.Errorf("direction %+v, want 5 filtered and 10 forwarded, balanced", d)
		}
		if got := r.connects(); got["north"] != before["north"] || got["south"] != before["south"] {
			t.Errorf("connections came up %v times, want as before, %v", got, before)
		}
		r.end()
	})
}

// TestApplyRemovesADeadDestination has its events dropped when their time is over, and counted.
func TestApplyRemovesADeadDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const flush = `bridge { flush_timeout = "20s" }` + "\n"
		r := startReloads(t, flush+remoteBlock("roof", "")+northSouth+routeBlock("up", "north", "roof", ""))
		r.sites["roof"].down()
		r.sites["north"].emit(0, 7)
		time.Sleep(time.Second)
		r.apply(t, flush+northSouth)
		r.sites["north"].emit(7, 1)
		time.Sleep(19 * time.Second)
		d := r.find("up", "roof")
		if d == nil || !d.Removed || d.Queued != 7 || !d.Balanced() {
			t.Fatalf("before the time is over: %+v, want it removed with 7 queued", d)
		}
		if got := r.series(t, "up"); got == 0 {
			t.Error("no metrics of a direction that drains")
		}
		time.Sleep(2 * time.Second)
		if d := r.find("up", "roof"); d != nil {
			t.Errorf("after the time is over: %+v, want it gone", d)
		}
		if n, m := r.series(t, "roof"), r.series(t, "up"); n != 0 || m != 0 {
			t.Errorf("%d and %d series of what is gone, want none", n, m)
		}
		if got := r.log.count("route is removed, its events were not all sent: route=up to=roof dropped=7 kept-on-disk=0"); got != 1 {
			t.Errorf("%d lines about the events, want 1", got)
		}
		r.end()
	})
}

// TestRemovedDirectionsAreShownWithTheirRoute has one that lost a destination, and one that is gone.
func TestRemovedDirectionsAreShownWithTheirRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		remotes := twoSites + remoteBlock("roof", "")
		last := routeBlock("z", "north", "south", "")
		r := startReloads(t, remotes+"route \"a\" {\n from = [remote.north]\n to = [remote.roof, remote.south]\n}\n"+routeBlock("b", "north", "roof", "")+last)
		r.sites["roof"].down()
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, remotes+routeBlock("a", "north", "south", "")+last)
		var got []string
		for _, d := range r.bridge.Directions() {
			got = append(got, fmt.Sprint(d.Route, " ", d.To, " ", d.Removed))
		}
		if want := []string{"a south false", "a roof true", "z south false", "b roof true"}; !slices.Equal(got, want) {
			t.Errorf("directions %q, want %q", got, want)
		}
		if got := len(r.bridge.Queues()); got != 2 {
			t.Errorf("%d queues, want 2", got)
		}
		r.end()
	})
}

// TestRouteComesBackWhileItDrains goes on with what waits.
func TestRouteComesBackWhileItDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := northSouth + remoteBlock("roof", "") + routeBlock("up", "north", "roof", "")
		r := startReloads(t, with)
		r.sites["roof"].down()
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, northSouth)
		r.sites["north"].emit(5, 5)
		time.Sleep(2 * time.Second)
		r.apply(t, with)
		r.sites["north"].emit(10, 5)
		time.Sleep(time.Minute)
		if d := r.find("up", "roof"); d == nil || d.Removed || d.Queued != 10 || d.Received != 10 || !d.Balanced() {
			t.Errorf("after it came back: %+v, want 10 queued, balanced", d)
		}
		r.sites["roof"].up(t)
		time.Sleep(time.Minute)
		if got, want := r.sites["roof"].numbers(), []int{0, 1, 2, 3, 4, 10, 11, 12, 13, 14}; !slices.Equal(got, want) {
			t.Errorf("roof received %v, want %v", got, want)
		}
		r.end()
	})
}

func TestApplyWhileItStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := northSouth + remoteBlock("roof", "") + routeBlock("up", "north", "roof", "")
		r := startReloads(t, with)
		r.sites["roof"].down()
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, northSouth) // up drains
		time.Sleep(time.Second)
		r.stop()
		for range 10 {
			if err := r.bridge.Apply(parse(t, with)); err != nil && !errors.Is(err, bridge.ErrStopping) {
				t.Errorf("Apply while it stops = %v, want nil or ErrStopping", err)
			}
		}
		<-r.done
		if d := r.find("up", "roof"); d == nil || d.Queued != 5 || !d.Balanced() {
			t.Errorf("after the stop: %+v, want 5 queued", d)
		}
		if got := r.log.count("events stayed queued and are lost: route=up to=roof events=5"); got != 1 {
			t.Errorf("%d lines about the events, want 1", got)
		}
		r.end()
	})
}

func TestTwoApplyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		done := make(chan error, 8)
		for i := range cap(done) {
			cfg := parse(t, northSouth+remoteBlock("roof", "")+routeBlock(fmt.Sprintf("up-%d", i), "north", "roof", ""))
			go func() { done <- r.bridge.Apply(cfg) }()
		}
		for range cap(done) {
			if err := <-done; err != nil {
				t.Errorf("Apply = %v, want nil", err)
			}
		}
		time.Sleep(time.Second)
		if got := r.bridge.Directions(); len(got) != 2 || got[0].Route != "r" || !strings.HasPrefix(got[1].Route, "up-") {
			t.Errorf("directions %+v, want r and one other", got)
		}
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 0, 5)
		r.end()
	})
}
