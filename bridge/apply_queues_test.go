package bridge_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
)

// stateful is northSouth with a state folder and what is put into the queue.
func stateful(dir, inQueue string) string {
	return fmt.Sprintf("bridge {\n state_dir = %q\n flush_timeout = \"5s\"\n}\n", dir) + twoSites +
		routeBlock("r", "north", "south", "queue {\n"+inQueue+"\n}")
}

// TestStorageChanges moves what waits to the disk and back, in order, ahead of what comes.
func TestStorageChanges(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, stateful(dir, ""))
		r.sites["south"].down()
		for i, inQueue := range []string{`storage = "disk"`, "", `storage = "disk"`, `storage = "disk"` + "\n max_events = 35"} {
			r.sites["north"].emit(10*i, 10)
			time.Sleep(time.Second)
			r.apply(t, stateful(dir, inQueue))
			d := r.find("r", "south")
			if want := min(10*i+10, 35); d.Queued != want || !d.Balanced() || (d.Disk != nil) != strings.HasPrefix(inQueue, "storage") {
				t.Errorf("step %d: %+v, want %d queued, balanced", i, d, want)
			}
		}
		if d := r.find("r", "south"); d.Dropped[bridge.ReasonQueueOldest] != 5 || d.Received != 40 || d.Limits.MaxEvents != 35 {
			t.Errorf("in the end: %+v, want 40 received and 5 dropped", d)
		}
		r.sites["south"].up(t)
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 5, 35)
		r.end()
	})
}

// TestStorageChangeKeepsAges has events wait in two storages in turn, for longer than they may in all.
func TestStorageChangeKeepsAges(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		const old = "\n max_age = \"1h\""
		r := startReloads(t, stateful(dir, old))
		r.sites["south"].down()
		r.sites["north"].emit(0, 10)
		came := time.Now()
		time.Sleep(25 * time.Minute)
		r.sites["north"].emit(10, 5)
		for _, storage := range []string{"disk", "memory"} {
			time.Sleep(time.Minute)
			r.apply(t, stateful(dir, fmt.Sprintf("storage = %q", storage)+old))
			d := r.find("r", "south")
			if d.Queued != 15 || d.Oldest.Sub(came) > time.Second || d.Text.Queued != 15*d.Text.Received/d.Received || !d.Balanced() {
				t.Errorf("moved to %s: %+v, want 15 queued with all bytes that came, the oldest of %v, balanced", storage, d, came)
			}
			time.Sleep(10 * time.Minute)
		}
		time.Sleep(20 * time.Minute)
		if d := r.find("r", "south"); d.Queued != 5 || d.Dropped[bridge.ReasonQueueExpired] != 10 || !d.Balanced() {
			t.Errorf("after more than an hour: %+v, want the 10 events of then expired and 5 queued", d)
		}
		r.sites["south"].up(t)
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 10, 5)
		r.end()
	})
}

// TestStorageChangesLargeLimits takes limits that are as good as none: their sum is more than a number holds, of events where an int has
// 32 bits.
func TestStorageChangesLargeLimits(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		const large = "max_events = 2147483647\n max_bytes = \"8000000000GiB\"\n overflow = \"block\"\n"
		r := startReloads(t, stateful(dir, large))
		r.sites["south"].down()
		r.sites["north"].emit(0, 10)
		time.Sleep(time.Second)
		r.apply(t, stateful(dir, large+`storage = "disk"`))
		if d := r.find("r", "south"); d.Queued != 10 || d.Disk == nil || !d.Balanced() {
			t.Errorf("on the disk: %+v, want 10 queued, balanced", d)
		}
		r.sites["south"].up(t)
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 10)
		r.end()
	})
}

// TestStorageChangesUnderLoad loses nothing.
func TestStorageChangesUnderLoad(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, stateful(dir, ""))
		for i := range 50 {
			r.sites["north"].emit(100*i, 100)
			r.apply(t, stateful(dir, []string{"", `storage = "disk"`}[i%2]))
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 5000)
		if d := r.find("r", "south"); d.Forwarded != 5000 || !d.Balanced() {
			t.Errorf("direction %+v, want 5000 forwarded, balanced", d)
		}
		r.end()
	})
}

// TestRemovedQueueStaysOnDisk finds its events again when the route comes back.
func TestRemovedQueueStaysOnDisk(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		with := stateful(dir, `storage = "disk"`)
		without, _, _ := strings.Cut(with, "route ")
		r := startReloads(t, with)
		r.sites["south"].down()
		r.sites["north"].emit(0, 10)
		time.Sleep(time.Second)
		r.apply(t, without)
		time.Sleep(10 * time.Second)
		if got := r.log.count("route is removed, its events stay on disk: route=r to=south events=10"); got != 1 {
			t.Errorf("%d lines about the events, want 1", got)
		}
		r.apply(t, with)
		if d := r.find("r", "south"); d == nil || d.Queued != 10 || d.Recovered != 10 || !d.Balanced() {
			t.Errorf("after it came back: %+v, want 10 queued", d)
		}
		r.sites["south"].up(t)
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 10)
		r.end()
	})
}

func TestLimitsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		r.sites["south"].down()
		r.sites["north"].emit(0, 20)
		time.Sleep(time.Second)
		r.apply(t, twoSites+routeBlock("r", "north", "south", "queue {\n max_events = 12\n overflow = \"drop_newest\"\n retry_max_age = \"1m\"\n}"))
		r.sites["north"].emit(20, 5)
		time.Sleep(time.Second)
		d := r.find("r", "south")
		if d.Limits.MaxEvents != 12 || d.Dropped[bridge.ReasonQueueNewest] != 5 || d.Queued != 20 || !d.Balanced() {
			t.Errorf("with fewer events: %+v, want 5 dropped as the newest and 20 queued", d)
		}
		r.apply(t, twoSites+routeBlock("r", "north", "south", "queue {\n max_events = 12\n overflow = \"drop_oldest\"\n}"))
		if d := r.find("r", "south"); d.Dropped[bridge.ReasonQueueOldest] != 8 || d.Queued != 12 || !d.Balanced() {
			t.Errorf("with another rule: %+v, want 8 dropped as the oldest and 12 queued", d)
		}
		r.sites["south"].up(t)
		time.Sleep(time.Minute)
		wantNumbers(t, "south", r.sites["south"].numbers(), 8, 12)
		r.end()
	})
}

// TestBlockedSourceIsFreed removes the route that a source waits for.
func TestBlockedSourceIsFreed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		blocks := "queue {\n max_events = 5\n overflow = \"block\"\n}"
		rest := "bridge { flush_timeout = \"30s\" }\n" + remoteBlock("roof", "") + twoSites + routeBlock("up", "north", "roof", "")
		r := startReloads(t, rest+routeBlock("r", "north", "south", blocks))
		r.sites["south"].down()
		r.sites["north"].emit(0, 20)
		time.Sleep(time.Second)
		r.apply(t, rest)
		time.Sleep(2 * time.Second)
		r.sites["north"].emit(20, 5)
		time.Sleep(time.Second)
		wantNumbers(t, "roof", r.sites["roof"].numbers(), 0, 25)
		d := r.find("r", "south")
		if d == nil || d.Dropped[bridge.ReasonRouteRemoved] == 0 || d.Queued != 5 || !d.Balanced() {
			t.Fatalf("direction that drains: %+v, want the batch that waited dropped and 5 queued", d)
		}
		time.Sleep(time.Minute)
		families, err := r.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "tcpiplink_removed_routes_events_dropped_total" {
				if got := f.GetMetric()[0].GetCounter().GetValue(); got != float64(5+d.Dropped[bridge.ReasonRouteRemoved]) {
					t.Errorf("%v events dropped for routes that are gone, want those of the batch and 5", got)
				}
			}
		}
		r.end()
	})
}

// TestFailedApplyChangesNothing fails at the last of several changes.
func TestFailedApplyChangesNothing(t *testing.T) {
	dir := t.TempDir()
	blocker := filepath.Join(dir, "queues", "z@south")
	if err := os.MkdirAll(filepath.Dir(blocker), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocker, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		with := stateful(dir, "")
		drains := with + remoteBlock("roof", "") + routeBlock("up", "north", "roof", "")
		r := startReloads(t, drains)
		r.sites["roof"].down()
		r.sites["north"].emit(0, 5)
		time.Sleep(time.Second)
		r.apply(t, with) // up drains
		before := r.connects()
		for _, bad := range []struct {
			hcl     string
			restart bool
		}{
			{
				strings.Replace(drains, "queue {", "queue {\n storage = \"disk\"\n max_events = 3", 1) + remoteBlock("new", "") + routeBlock("more", "south", "new", "queue { storage = \"disk\" }") +
					routeBlock("z", "north", "south", `queue { storage = "disk" }`),
				false,
			},
			{strings.Replace(with, "state_dir = ", "# ", 1), true},
		} {
			lines := r.log.count("  bridge: ")
			err := r.bridge.Apply(parse(t, bad.hcl))
			if err == nil || errors.Is(err, bridge.ErrRestart) != bad.restart {
				t.Errorf("Apply = %v, want an error that a restart helps with: %v", err, bad.restart)
			}
			if got := r.log.count("  bridge: ") - lines; got != 0 {
				t.Errorf("%d lines in the log of an Apply that failed, want none", got)
			}
		}
		if d := r.find("up", "roof"); d == nil || !d.Removed || d.Queued != 5 {
			t.Errorf("direction that drains: %+v, want 5 queued", d)
		}
		r.sites["north"].emit(5, 5)
		time.Sleep(time.Second)
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, 10)
		if d := r.find("r", "south"); d.Disk != nil || d.Limits.MaxEvents != 10_000 || len(r.bridge.Remotes()) != 2 {
			t.Errorf("direction %+v, want it in memory as before", d)
		}
		if got := r.connects(); got["north"] != before["north"] || got["south"] != before["south"] {
			t.Errorf("connections came up %v times, want as before, %v", got, before)
		}
		time.Sleep(10 * time.Second)
		if d := r.find("up", "roof"); d != nil {
			t.Errorf("direction that drained: %+v, want it gone", d)
		}
		r.apply(t, strings.Replace(with, "queue {", "queue {\n storage = \"disk\"", 1)) // what the failed one opened is closed
		r.end()
	})
}

// TestRulesChangeTogether has a rule change that drops events at once, and one that cannot be made: then nothing is dropped.
func TestRulesChangeTogether(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		with := func(overflow string) string {
			inQueue := "storage = \"disk\"\n max_events = %d\n overflow = %q"
			return stateful(dir, fmt.Sprintf(inQueue, 100, overflow)) + remoteBlock("roof", "") +
				routeBlock("s", "north", "roof", "queue {\n"+fmt.Sprintf(inQueue, 100_000, overflow)+"\n}")
		}
		r := startReloads(t, with("drop_newest"))
		r.sites["south"].down()
		r.sites["roof"].down()
		for i := range 80 {
			r.sites["north"].emit(i*500, 500)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		if err := r.bridge.Apply(parse(t, with("latest_only"))); !errors.Is(err, bridge.ErrRestart) || !strings.Contains(err.Error(), `route "s"`) {
			t.Errorf("Apply = %v, want ErrRestart for the long queue", err)
		}
		if d := r.find("r", "south"); d.Queued != 100 || d.Dropped[bridge.ReasonQueueReplaced] != 0 {
			t.Errorf("%d queued, %v dropped, want 100 and none replaced", d.Queued, d.Dropped)
		}
		r.end()
	})
}

// TestLimitsOfADiskChangeOrNot refuses an overflow rule that has to look at events which are on disk only, and changes nothing then.
func TestLimitsOfADiskChangeOrNot(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		disk := `storage = "disk"` + "\n max_events = 100000\n"
		r := startReloads(t, stateful(dir, disk))
		r.sites["south"].down()
		const n = 40_000
		for i := range 80 {
			r.sites["north"].emit(i*500, 500)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		bad := stateful(dir, disk+`overflow = "latest_only"`) + remoteBlock("roof", "")
		if err := r.bridge.Apply(parse(t, bad)); !errors.Is(err, bridge.ErrRestart) {
			t.Errorf("Apply = %v, want ErrRestart", err)
		}
		if got := len(r.bridge.Remotes()); got != 2 {
			t.Errorf("%d remotes, want 2 as before", got)
		}
		r.apply(t, stateful(dir, `storage = "disk"`+"\n max_events = 15"))
		if d := r.find("r", "south"); d.Queued != 15 || d.Dropped[bridge.ReasonQueueOldest] != n-15 || !d.Balanced() {
			t.Errorf("with fewer events: %+v, want 15 queued", d)
		}
		time.Sleep(time.Second)
		r.apply(t, stateful(dir, `storage = "disk"`+"\n max_events = 15\n overflow = \"latest_only\""))
		syncs := r.find("r", "south").Disk.Syncs
		r.apply(t, stateful(dir, `storage = "disk"`+"\n max_events = 15\n fsync = \"always\""))
		for i := range 5 {
			r.sites["north"].emit(i, 1)
			time.Sleep(10 * time.Millisecond)
		}
		if got := r.find("r", "south").Disk.Syncs - syncs; got < 5 {
			t.Errorf("%d syncs for 5 events with another fsync, want one for each", got)
		}
		r.end()
	})
}

// TestBlockedQueueMovesWhole moves more events than the limits of the queue by now allow, which one that blocks keeps.
func TestBlockedQueueMovesWhole(t *testing.T) {
	for _, storage := range []string{"memory", "disk"} {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			in := func(storage string, events int) string {
				return stateful(dir, fmt.Sprintf("storage = %q\n max_events = %d\n overflow = \"block\"", storage, events))
			}
			r := startReloads(t, in(storage, 1000))
			r.sites["south"].down()
			r.sites["north"].emit(0, 600)
			time.Sleep(time.Second)
			r.apply(t, in(storage, 10))
			r.apply(t, in(map[string]string{"memory": "disk", "disk": "memory"}[storage], 10))
			if d := r.find("r", "south"); d.Queued != 600 || !d.Balanced() || bridge.Sum(d.Dropped) != 0 || d.Limits.MaxEvents != 10 {
				t.Errorf("after the move from %s: %+v, want 600 queued, none dropped, balanced", storage, d)
			}
			r.sites["south"].up(t)
			time.Sleep(time.Minute)
			wantNumbers(t, "south", r.sites["south"].numbers(), 0, 600)
			r.end()
		})
	}
}
