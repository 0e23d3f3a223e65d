package bridge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRemoteChangesWhileEventsWait corrects what kept a remote from being reached. Nothing waits for the end of a time.
func TestRemoteChangesWhileEventsWait(t *testing.T) {
	for _, more := range []string{"", "send_connections = 3", "connections = 1", "schedule {\n every = \"1s\"\n mode = \"visit\"\n}"} {
		t.Run(more, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				right := remoteBlock("north", "") + remoteBlock("south", more) + routeBlock("r", "north", "south", "")
				r := startReloads(t, strings.Replace(right, `address = "south:9598"`, `address = "roof:9598"`, 1))
				time.Sleep(time.Second)
				r.sites["roof"].down()
				r.sites["north"].emit(0, 500)
				time.Sleep(10 * time.Second)
				before := r.connects()["north"]
				r.apply(t, right)
				time.Sleep(3 * time.Second)
				wantNumbers(t, "south", r.sites["south"].numbers(), 0, 500)
				if d := r.find("r", "south"); d.Forwarded != 500 || !d.Balanced() {
					t.Errorf("direction %+v, want 500 forwarded", d)
				}
				if got := r.connects()["north"]; got != before {
					t.Errorf("connections of north came up %d times, want as before, %d", got, before)
				}
				if got := r.log.count("remote changed: remote=south"); got != 1 {
					t.Errorf("%d lines about the change, want 1", got)
				}
				r.end()
			})
		})
	}
}

// TestRemoteChangesUnderLoad loses nothing that goes to it, and doubles nothing.
func TestRemoteChangesUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		for i := range 50 {
			r.sites["north"].emit(100*i, 100)
			if i%5 == 0 {
				r.apply(t, remoteBlock("north", "")+remoteBlock("south", fmt.Sprintf("window = %d", 1+i%7))+routeBlock("r", "north", "south", ""))
			}
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 5000)
		r.end()
	})
}

// TestRenamedRemote is one that goes and one that comes.
func TestRenamedRemote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, strings.ReplaceAll(strings.ReplaceAll(northSouth, `remote "south"`, `remote "coast"`), "remote.south", "remote.coast"))
		time.Sleep(time.Second)
		r.sites["north"].emit(5, 5)
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 10)
		if r.series(t, "south") != 0 || r.find("r", "coast") == nil || r.find("r", "south") != nil {
			t.Errorf("directions %+v, want one to coast", r.bridge.Directions())
		}
		r.end()
	})
}

// TestRemoteGetsAnotherPart becomes a source, and is none any more.
func TestRemoteGetsAnotherPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		for i, hcl := range []string{northSouth + routeBlock("back", "south", "north", ""), northSouth, twoSites, northSouth} {
			r.apply(t, hcl)
			time.Sleep(5 * time.Second)
			for _, s := range r.bridge.Remotes() {
				if !s.Up {
					t.Errorf("step %d: %s is not up: %+v", i, s.Name, s.Links)
				}
			}
			r.sites["south"].emit(100*i, 5)
			r.sites["north"].emit(1000*i, 5)
			time.Sleep(time.Second)
		}
		wantNumbers(t, "north", r.sites["north"].numbers(), 0, 5)
		if got, want := r.sites["south"].numbers(), []int{0, 1, 2, 3, 4, 1000, 1001, 1002, 1003, 1004, 3000, 3001, 3002, 3003, 3004}; !slices.Equal(got, want) {
			t.Errorf("south received %v, want %v", got, want)
		}
		r.end()
	})
}

// TestSourceBecomesADestination keeps the connection that receives.
func TestSourceBecomesADestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := remoteBlock("roof", "") + northSouth
		r := startReloads(t, with+routeBlock("up", "roof", "south", ""))
		for i, hcl := range []string{with + routeBlock("up", "roof", "south", "") + routeBlock("back", "roof", "north", ""), with + routeBlock("up", "roof", "south", "")} {
			began := r.bridge.Remotes()[1].Links[0]
			r.apply(t, hcl)
			time.Sleep(5 * time.Second)
			s := r.bridge.Remotes()[1]
			var names []string
			for _, l := range s.Links {
				names = append(names, l.Name)
			}
			if want := [][]string{{"receive", "send"}, {"receive"}}[i]; !slices.Equal(names, want) || !s.Up || s.Links[0].Connects != began.Connects || s.Links[0].Since != began.Since {
				t.Errorf("step %d: connections %+v, want %q, the first as before: %+v", i, s.Links, want, began)
			}
			r.sites["roof"].emit(10*i, 5)
			time.Sleep(time.Second)
		}
		wantNumbers(t, "north", r.sites["north"].numbers(), 0, 5)
		r.end()
	})
}

// TestDrainOutlastsItsRemote takes up a direction that still drains when its remote, which went long before, comes back.
func TestDrainOutlastsItsRemote(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		head := fmt.Sprintf("bridge {\n state_dir = %q\n flush_timeout = \"10m\"\n}\n", dir)
		with := head + twoSites + routeBlock("r", "north", "south", `queue { storage = "disk" }`)
		without := head + remoteBlock("north", "")
		r := startReloads(t, with)
		pause(t, r.bridge.PauseRemote, "south", true)
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, without)
		time.Sleep(time.Minute)
		r.apply(t, without+remoteBlock("roof", "")) // what went before is forgotten
		r.apply(t, without)
		r.apply(t, with)
		time.Sleep(time.Minute)
		if d := r.find("r", "south"); d == nil || d.Received != 5 || d.Forwarded != 5 || d.Recovered != 0 || !d.Balanced() {
			t.Errorf("direction that came back: %+v, want the one that there was, with 5 received and forwarded", d)
		}
		time.Sleep(time.Hour)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 5)
		r.end()
	})
}
