package bridge_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	bridgeGUID = "FF:FF:FF:FF:FF:FF:FF:FE:00:99:00:00:00:00:00:01"
	hubBlock   = `bridge { guid = "` + bridgeGUID + `" }` + "\n"
)

// tellingSites are two sites, and a bridge that tells each what becomes of the other.
func tellingSites(after, more string) string {
	return hubBlock + twoSites + fmt.Sprintf("route \"r\" {\n between = [remote.north, remote.south]\n link_events { after = %q }\n%s\n}\n", after, more)
}

// told returns the link events that a site got, with the names of the links that they are about.
func (s *site) told(names ...string) []string {
	guid, _ := vscp.ParseGUID(bridgeGUID)
	about := map[uint32]string{}
	for _, name := range names {
		about[loop.LinkNumber(guid, name)] = name
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []string{}
	for i := range s.received {
		row := vscp.NewRow(&s.received[i], vscp.TextForm{})
		if l, is := loop.ReadLinkEvent(&row); is {
			out = append(out, fmt.Sprintf("%s %v>%v", about[l.Link], l.From, l.To))
		}
	}
	return out
}

func (r *reloads) wantTold(t *testing.T, when, who string, want ...string) {
	t.Helper()
	if got := r.sites[who].told("north", "south", "roof"); !slices.Equal(got, want) {
		t.Errorf("%s %s was told %q, want %q", when, who, got, want)
	}
	for _, d := range r.bridge.Directions() {
		if !d.Balanced() {
			t.Errorf("%s the direction to %s does not balance: %+v", when, d.To, d)
		}
	}
}

func (r *reloads) linkEvents(t *testing.T, state string) float64 {
	t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatalf("Gather: %v", err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "tcpiplink_route_link_events_total" && m.GetLabel()[1].GetValue() == state {
				return m.GetCounter().GetValue()
			}
		}
	}
	t.Fatalf("there is no tcpiplink_route_link_events_total with state %s", state)
	return 0
}

func TestLinkEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, tellingSites("10s", ""))
		watcher := r.bridge.Watch(bridge.SightFilter{})
		defer watcher.Close()
		time.Sleep(time.Minute)
		r.wantTold(t, "while all is up", "south")

		r.sites["north"].down()
		time.Sleep(9 * time.Second)
		r.wantTold(t, "after 9s", "south")
		down := time.Now()
		time.Sleep(5 * time.Second)
		r.wantTold(t, "after 14s", "south", "north up>down")
		time.Sleep(time.Hour)
		r.wantTold(t, "after an hour", "south", "north up>down")
		r.sites["north"].up(t)
		time.Sleep(10 * time.Second)
		r.wantTold(t, "when it is back", "south", "north up>down", "north down>up")
		r.wantTold(t, "about itself", "north")

		e := r.sites["south"].received[0]
		if got := e.GUID.String(); got != bridgeGUID || e.Class != 20 || e.Type != 42 || e.Head.Priority() != 3 || len(e.Data) != 8 {
			t.Errorf("event %+v, want 20.42 of priority 3 with 8 bytes from %s", e, bridgeGUID)
		}
		if at := e.Time.AsTime(); at.Before(down) || at.Sub(down) > 5*time.Second {
			t.Errorf("event has the time %v, want within 5s after %v", at, down)
		}
		for state, want := range map[string]float64{"up": 1, "down": 1, "paused": 0} {
			if got := r.linkEvents(t, state); got != want {
				t.Errorf("tcpiplink_route_link_events_total of state %s = %v, want %v", state, got, want)
			}
		}
		if got := r.log.count("link event"); got != 2 {
			t.Errorf("%d lines about link events, want 2", got)
		}
		sights, _ := watcher.Take()
		want := fmt.Sprintf("r >south 20.42 % X \n", e.Data)
		if got := seen(sights); strings.Count(got, "r >south 20.42") != 2 || !strings.HasPrefix(got, want) {
			t.Errorf("seen:\n%swant two, the first\n%s", got, want)
		}
		r.end()
		if got := r.sites["south"].told("north"); len(got) != 2 {
			t.Errorf("after the stop south was told %q, want no more than before", got)
		}
	})
}

// TestLinkEventsOfAFlap are none, however often it flaps.
func TestLinkEventsOfAFlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, tellingSites("30s", ""))
		for range 10 {
			r.sites["north"].down()
			time.Sleep(15 * time.Second)
			r.sites["north"].up(t)
			time.Sleep(15 * time.Second)
		}
		r.wantTold(t, "after ten flaps", "south")
		r.end()
	})
}

// TestLinkEventsOfBoth keeps what a destination is to know until it is back, and tells it nothing of itself.
func TestLinkEventsOfBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, tellingSites("10s", ""))
		r.sites["north"].down()
		r.sites["south"].down()
		time.Sleep(time.Minute)
		r.sites["south"].up(t)
		time.Sleep(10 * time.Second)
		r.wantTold(t, "when south is back", "south", "north up>down")
		r.sites["north"].up(t)
		time.Sleep(10 * time.Second)
		r.wantTold(t, "when both are", "south", "north up>down", "north down>up")
		r.wantTold(t, "when both are", "north", "south up>down", "south down>up")
		r.end()
	})
}

// TestLinkEventsAtTheStart tells of a remote that never came up, though it is no source.
func TestLinkEventsAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hcl := hubBlock + twoSites + remoteBlock("roof", "") + "route \"r\" {\n from = [remote.north]\n to = [remote.south, remote.roof]\n link_events {}\n}\n"
		r := startReloads(t, northSouth)
		r.sites["roof"].down()
		r.apply(t, hcl)
		time.Sleep(9 * time.Second)
		r.wantTold(t, "soon after the start", "south")
		time.Sleep(10 * time.Second)
		r.wantTold(t, "later", "south", "roof up>down")
		r.wantTold(t, "later", "north")
		r.sites["roof"].up(t)
		time.Sleep(10 * time.Second)
		r.wantTold(t, "in the end", "roof")
		r.end()
	})
}

// TestLinkEventsStayThroughApply tells nothing twice, and what happened meanwhile.
func TestLinkEventsStayThroughApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, twoSites+hubBlock+`route "r" { between = [remote.north, remote.south] }`)
		r.sites["north"].down()
		time.Sleep(time.Minute)
		r.wantTold(t, "without the block", "south")
		r.apply(t, tellingSites("10s", ""))
		time.Sleep(time.Minute)
		r.wantTold(t, "with the block", "south", "north up>down")
		r.apply(t, tellingSites("20s", "match { class = [10] }"))
		time.Sleep(time.Minute)
		r.wantTold(t, "after a change", "south", "north up>down")
		r.sites["north"].up(t)
		time.Sleep(10 * time.Second)
		r.wantTold(t, "when it is back", "south", "north up>down", "north down>up")
		r.end()
	})
}

func TestLinkEventsOfAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, tellingSites("10s", ""))
		pause(t, r.bridge.PauseRemote, "north", true)
		time.Sleep(5 * time.Second)
		pause(t, r.bridge.PauseRemote, "north", false)
		time.Sleep(time.Minute)
		r.wantTold(t, "after a short pause", "south")
		pause(t, r.bridge.PauseRemote, "north", true)
		time.Sleep(time.Minute)
		pause(t, r.bridge.PauseRemote, "north", false)
		time.Sleep(time.Minute)
		r.wantTold(t, "after a pause", "south", "north up>paused", "north paused>up")
		r.end()
	})
}

// TestLinkEventsOfVisits are made when a visit fails, and not between two.
func TestLinkEventsOfVisits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		visited := remoteBlock("north", "schedule {\n mode = \"visit\"\n every = \"1m\"\n}") + remoteBlock("south", "")
		r := startReloads(t, strings.Replace(tellingSites("10s", ""), twoSites, visited, 1))
		time.Sleep(10 * time.Minute)
		r.wantTold(t, "after ten visits", "south")
		r.sites["north"].down()
		time.Sleep(2 * time.Minute)
		r.wantTold(t, "after a visit that failed", "south", "north up>down")
		r.sites["north"].up(t)
		time.Sleep(2 * time.Minute)
		r.wantTold(t, "after one that did not", "south", "north up>down", "north down>up")
		r.end()
	})
}

// TestLinkEventsWithoutRoom counts those that a queue that blocks has no room for.
func TestLinkEventsWithoutRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, tellingSites("10s", "queue {\n max_events = 2\n overflow = \"block\"\n}"))
		r.sites["south"].down()
		r.sites["north"].emit(0, 2)
		time.Sleep(time.Second)
		r.sites["north"].down()
		time.Sleep(time.Minute)
		if d := r.find("r", "south"); d.Dropped[bridge.ReasonStopped] != 1 || d.Queued != 2 || !d.Balanced() {
			t.Errorf("direction %+v, want 1 stopped and 2 queued, balanced", d)
		}
		r.end()
	})
}

// TestLinkEventsEndInARing has a second bridge carry them between two of the three sites.
func TestLinkEventsEndInARing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		three := remoteBlock("roof", "") + twoSites
		r := startReloads(t, hubBlock+three+"route \"r\" {\n between = [remote.north, remote.south, remote.roof]\n link_events {}\n}\n")
		other := newTwin(t, r.sites, `guid = "FF:FF:FF:FF:FF:FF:FF:FE:00:99:00:00:00:00:00:02"`, "alarm")
		time.Sleep(time.Second)
		r.sites["roof"].down()
		time.Sleep(10 * time.Minute)
		for _, who := range []string{"north", "south"} { // each from either bridge
			r.wantTold(t, "in a ring", who, "roof up>down", "roof up>down")
			if d := r.find("r", who); d.Suppressed[policy.OwnEvent] != 1 {
				t.Errorf("direction to %s %+v, want one own_event", who, d)
			}
		}
		other.wantBalance(t)
		other.stop()
		r.end()
	})
}

// chained starts a bridge between the hub, which is the site roof, and another site that it calls home.
func chained(t *testing.T, sites map[string]*site, home, inBridge string) (b *bridge.Bridge, stop func()) {
	t.Helper()
	hcl := "bridge {\n" + inBridge + "\n}\n" + strings.Replace(remoteBlock("home", ""), "home:", home+":", 1) +
		strings.Replace(remoteBlock("hub", ""), "hub:", "roof:", 1) + "route \"r\" {\n between = [remote.home, remote.hub]\n link_events {}\n}\n"
	b, err := bridge.New(parse(t, hcl), bridge.Options{Dial: dialSites(sites)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx)
	}()
	return b, func() { cancel(); <-done }
}

// linkNumbers returns the numbers of the links that a site was told of.
func (s *site) linkNumbers() (out []uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.received {
		row := vscp.NewRow(&s.received[i], vscp.TextForm{})
		if l, is := loop.ReadLinkEvent(&row); is {
			out = append(out, l.Link)
		}
	}
	return out
}

// TestLinkEventsOfEqualNames has two bridges in a chain without a GUID, whose remotes have equal names. One with a folder for its state is
// known from the other, and has the same numbers after a restart.
func TestLinkEventsOfEqualNames(t *testing.T) {
	dirs := [2]string{t.TempDir(), t.TempDir()}
	for name, tt := range map[string]struct {
		inBridge [2]string
		passes   bool
	}{
		"no identity":   {[2]string{}, false},
		"one identity":  {[2]string{fmt.Sprintf("state_dir = %q", dirs[0])}, true},
		"identities":    {[2]string{fmt.Sprintf("state_dir = %q", dirs[0]), fmt.Sprintf("state_dir = %q", dirs[1])}, true},
		"GUID of other": {[2]string{fmt.Sprintf("state_dir = %q", dirs[0]), fmt.Sprintf("guid = %q", bridgeGUID)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sites := map[string]*site{"north": newSite(t, northGUID), "south": newSite(t, southGUID), "roof": newSite(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:00:00:00:00:00")}
				_, stopOne := chained(t, sites, "north", tt.inBridge[0])
				two, stopTwo := chained(t, sites, "south", tt.inBridge[1])
				time.Sleep(time.Second)
				sites["north"].down()
				time.Sleep(time.Minute)
				for range 2 { // the second time after a restart
					stopOne()
					sites["north"].up(t)
					_, stopOne = chained(t, sites, "north", tt.inBridge[0])
					time.Sleep(time.Second)
					sites["north"].down()
					time.Sleep(time.Minute)
				}
				got, own := sites["south"].linkNumbers(), uint64(0)
				for _, d := range two.Directions() {
					own += d.Suppressed[policy.OwnEvent]
				}
				if tt.passes && (len(got) != 3 || got[0] != got[1] || got[0] != got[2] || own != 0) || !tt.passes && (len(got) != 0 || own != 3) {
					t.Errorf("events about the links %#x came through, %d were taken for the other's own, want that of 3 processes: %v", got, own, tt.passes)
				}
				stopOne()
				stopTwo()
			})
		})
	}
}
