package bridge_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const watchedSites = bothWays + `
route "sites" {
  between = [remote.north, remote.south]
  exclude { class = ["1"] }
}`

// seen writes sights as lines.
func seen(sights []bridge.Sight) string {
	var b strings.Builder
	for i := range sights {
		s := &sights[i]
		fmt.Fprintf(&b, "%s %s>%s %v.%d % X %s\n", s.Route, s.From, s.To, uint16(s.Row.Class), s.Row.Type, s.Row.AppendData(nil), s.Held)
	}
	return b.String()
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, watchedSites)
		defer r.end()
		time.Sleep(time.Second)
		all, dropped := r.bridge.Watch(bridge.SightFilter{}), r.bridge.Watch(bridge.SightFilter{Show: bridge.ShowDropped})
		echoes := r.bridge.Watch(bridge.SightFilter{Reasons: []bridge.Reason{policy.OwnChannel}})
		late := r.bridge.Watch(bridge.SightFilter{})
		late.Close()
		late.Close()
		r.sites["north"].emit(7, 1)
		r.sites["north"].server.PublishEvent(&vscp.Event{Class: 1, Type: 2, GUID: r.sites["north"].guid})
		time.Sleep(time.Second)
		for what, tt := range map[string]struct {
			watcher *bridge.Watcher
			want    string
		}{
			"all":     {all, "sites north>south 10.6 00 07 \nsites north>south 1.2  excluded\n"},
			"dropped": {dropped, "sites north>south 1.2  excluded\n"},
			"echoes":  {echoes, "sites south>north 10.6 00 07 own_channel\n"},
			"closed":  {late, ""},
		} {
			sights, missed := tt.watcher.Take()
			if got := seen(sights); got != tt.want || missed != 0 {
				t.Errorf("%s: got %q and %d missed, want %q", what, got, missed, tt.want)
			}
			tt.watcher.Close()
		}
		r.sites["north"].emit(8, 1)
		time.Sleep(time.Second)
		if sights, _ := all.Take(); len(sights) > 0 {
			t.Errorf("a closed watcher got %q, want nothing", seen(sights))
		}
	})
}

// TestSlowWatcherMissesEvents lets one sleep while more events come than there is room for: the bridge does not wait for it.
func TestSlowWatcherMissesEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, watchedSites)
		defer r.end()
		time.Sleep(time.Second)
		w := r.bridge.Watch(bridge.SightFilter{Show: bridge.ShowPassed})
		defer w.Close()
		const n, room = 9 * 500, 4096
		for i := range 9 {
			r.sites["north"].emit(i*500, 500)
			time.Sleep(time.Second)
		}
		wantNumbers(t, "south", r.sites["south"].numbers(), 0, n)
		sights, missed := w.Take()
		if len(sights) != room || missed != n-room {
			t.Fatalf("got %d sights and %d missed, want %d and %d", len(sights), missed, room, n-room)
		}
		for i := range sights {
			if got := sights[i].Row.AppendData(nil); int(got[0])<<8|int(got[1]) != i || sights[i].ID <= 0 {
				t.Fatalf("sight %d is %q, want event %d", i, sights[i].Row.Text, i)
			}
		}
		r.sites["north"].emit(1, 1)
		time.Sleep(time.Second)
		<-w.Ready()
		if sights, missed = w.Take(); len(sights) != 1 || missed != 0 {
			t.Errorf("after that: %d sights and %d missed, want 1 and 0", len(sights), missed)
		}
	})
}

func TestSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, watchedSites)
		defer r.end()
		time.Sleep(time.Second)
		if got := r.bridge.Seen(bridge.SightFilter{}, 10); len(got) != 0 {
			t.Errorf("before the first event: %q, want nothing", seen(got))
		}
		r.sites["south"].emit(1, 1)
		time.Sleep(2 * time.Second)
		for i := range 20 { // 20 seconds with 10 events each, and one with many
			r.sites["north"].emit(100*i, 10)
			time.Sleep(time.Second)
		}
		r.sites["north"].emit(5000, 500)
		time.Sleep(time.Second)
		got := r.bridge.Seen(bridge.SightFilter{}, 1000)
		if len(got) != 65 || got[0].From != "south" || got[1].From != "north" {
			t.Fatalf("got %d sights, the first %s, want the one of south, and 64 of north", len(got), seen(got[:min(2, len(got))]))
		}
		for i := range got {
			if n := got[i].Row.AppendData(nil); i > 0 && (got[i].ID <= got[i-1].ID || int(n[0])<<8|int(n[1]) != 5000+i-1) {
				t.Fatalf("sight %d: %q, want the first 64 events of the last second in their order", i, got[i].Row.Text)
			}
		}
		if got := r.bridge.Seen(bridge.SightFilter{Remotes: []string{"south"}, GUIDs: []vscp.GUIDPattern{r.sites["south"].guid.Prefix(16)}}, 1000); len(got) != 1 {
			t.Errorf("of south: %q, want its one", seen(got))
		}
		if got := r.bridge.Seen(bridge.SightFilter{}, 2); len(got) != 2 || got[1].Row.AppendData(nil)[1] != byte(5063&0xFF) {
			t.Errorf("the last two: %q, want the newest", seen(got))
		}
	})
}

// TestWatchersComeAndGo is for the race detector. In fake time every watcher sees events, however slow the machine is.
func TestWatchersComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, watchedSites)
		defer r.end()
		time.Sleep(time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			defer cancel()
			for i := range 30 {
				r.sites["north"].emit(i, 50)
				r.sites["south"].emit(i, 50)
				time.Sleep(time.Millisecond)
			}
		})
		taken := make([]int, 3)
		for i := range taken {
			running.Go(func() { taken[i] = watchUntil(ctx, r.bridge) })
		}
		running.Wait()
		for i, n := range taken {
			if n == 0 {
				t.Errorf("watcher %d saw nothing, want some events", i)
			}
		}
	})
}

// watchUntil opens one watcher after the other until ctx ends, and returns how many events they saw.
func watchUntil(ctx context.Context, b *bridge.Bridge) (taken int) {
	for ctx.Err() == nil {
		w := b.Watch(bridge.SightFilter{})
		for range 3 {
			select {
			case <-w.Ready():
			case <-ctx.Done():
			}
			sights, _ := w.Take()
			taken += len(sights)
			_ = b.Seen(bridge.SightFilter{}, 20)
		}
		w.Close()
	}
	return taken
}

// TestWatchersStayThroughApply has a remote that comes and goes: the watcher sees its events, and what was noted goes with it.
func TestWatchersStayThroughApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startReloads(t, northSouth)
		defer r.end()
		w := r.bridge.Watch(bridge.SightFilter{Remotes: []string{"roof"}})
		defer w.Close()
		r.apply(t, remoteBlock("roof", "")+northSouth+routeBlock("up", "north", "roof", ""))
		time.Sleep(time.Second)
		r.sites["north"].emit(1, 1)
		time.Sleep(time.Second)
		const want = "up north>roof 10.6 00 01 \n"
		if sights, _ := w.Take(); seen(sights) != want {
			t.Errorf("got %q, want %q", seen(sights), want)
		}
		if got := seen(r.bridge.Seen(bridge.SightFilter{Routes: []string{"up"}}, 10)); got != want {
			t.Errorf("noted %q, want %q", got, want)
		}
		r.apply(t, northSouth)
		r.sites["north"].emit(2, 1)
		time.Sleep(time.Second)
		if sights, _ := w.Take(); len(sights) != 0 {
			t.Errorf("after the remote is gone: %q, want nothing", seen(sights))
		}
	})
}

// TestWatchersSeeWhatQueuesDrop has a queue that is full, whose events then grow too old, and whose route is taken away.
func TestWatchersSeeWhatQueuesDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, bothWays+`
route "sites" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    max_events = 2
    max_age    = "1m"
  }
}`)
		defer r.end()
		time.Sleep(time.Second)
		pause(t, r.bridge.PauseRemote, "south", true)
		time.Sleep(time.Second)
		r.sites["north"].emit(0, 3) // while nobody looks
		time.Sleep(time.Second)
		dropped := r.bridge.Watch(bridge.SightFilter{Show: bridge.ShowDropped, Remotes: []string{"south"}, Routes: []string{"sites"}})
		defer dropped.Close()
		expired := r.bridge.Watch(bridge.SightFilter{Reasons: []bridge.Reason{bridge.ReasonQueueExpired}})
		defer expired.Close()
		r.sites["north"].emit(3, 3)
		time.Sleep(time.Second)
		want := "sites >south 10.6 00 01 queue_oldest\nsites >south 10.6 00 02 queue_oldest\nsites >south 10.6 00 03 queue_oldest\n"
		if sights, missed := dropped.Take(); seen(sights) != want || missed > 0 {
			t.Errorf("full: got %q and %d missed, want %q", seen(sights), missed, want)
		}
		time.Sleep(2 * time.Minute)
		s := r.direction(t, "south")
		want = "sites >south 10.6 00 04 queue_expired\nsites >south 10.6 00 05 queue_expired\n"
		if sights, _ := expired.Take(); seen(sights) != want {
			t.Errorf("too old: got %q, want %q", seen(sights), want)
		}
		if n := s.Dropped[bridge.ReasonQueueOldest]; n != 4 {
			t.Errorf("%d events counted as queue_oldest, want 4: those that nobody saw too", n)
		}
		if kept := r.bridge.Seen(bridge.SightFilter{Reasons: []bridge.Reason{bridge.ReasonQueueOldest}}, 100); len(kept) > 0 {
			t.Errorf("kept %q, want what queues drop to be shown live only", seen(kept))
		}
	})
}
