package bridge_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	busGUID    = "FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:00:00:00:00:00"
	northAndUs = `
remote "north" {
  address  = "north:9598"
  user     = "admin"
  password = "secret"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}
`
	southAndUs = `
remote "south" {
  address  = "south:9598"
  user     = "admin"
  password = "secret"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}
`
	busAndUs = `
remote "bus" {
  address = "bus:9598"
  window  = 1 // a pipe holds nothing: with more, both ends would wait for the other to read
}
`
)

// town is several bridges between north, south and a bus whose server shows what it is sent as new events of its own.
type town struct {
	sites   map[string]*site
	bridges []*bridge.Bridge
	stop    context.CancelFunc
	done    chan struct{}
}

// newTown starts a bridge for each configuration.
func newTown(t *testing.T, files ...string) *town {
	t.Helper()
	w := &town{sites: map[string]*site{
		"north": newSite(t, northGUID), "south": newSite(t, southGUID), "bus": newSiteLike(t, busGUID, linkserver.FamilyUvscpd),
	}, done: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	w.stop = stop
	running := make(chan struct{})
	for _, file := range files {
		cfg, err := config.Parse("test.hcl", []byte(file), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := bridge.New(cfg, bridge.Options{Dial: dialSites(w.sites)})
		if err != nil {
			t.Fatal(err)
		}
		w.bridges = append(w.bridges, b)
		go func() {
			b.Run(ctx)
			running <- struct{}{}
		}()
	}
	go func() {
		defer close(w.done)
		for range files {
			<-running
		}
	}()
	time.Sleep(time.Second)
	return w
}

func (w *town) end() {
	w.stop()
	<-w.done
	for _, s := range w.sites {
		s.down()
	}
}

// press emits n equal events at a site, without a time.
func (w *town) press(where string, n int, data byte) {
	s := w.sites[where]
	for range n {
		s.server.PublishEvent(&vscp.Event{Head: 0x60, Class: 20, Type: 1, GUID: s.guid, Data: []byte{data, 1, 2}})
	}
}

// pressed returns the first data bytes of what a site was sent, sorted.
func (w *town) pressed(where string) []byte {
	s := w.sites[where]
	s.mu.Lock()
	defer s.mu.Unlock()
	got := []byte{}
	for _, e := range s.received {
		got = append(got, e.Data[0])
	}
	slices.Sort(got)
	return got
}

// held adds up the events that all bridges held back for a reason.
func (w *town) held(reason policy.Reason) (n uint64) {
	for _, b := range w.bridges {
		for _, d := range b.Directions() {
			n += d.Suppressed[reason] + d.Filtered[reason]
		}
	}
	return n
}

// TestJoinedThroughAnEraser joins north and south by way of a bus that erases who sent an event, and shows it to all. Each event
// reaches each other site once, also equal ones at once, and none comes back.
func TestJoinedThroughAnEraser(t *testing.T) {
	t.Run("one connection sends", func(t *testing.T) { joinedThroughAnEraser(t, busAndUs) })
	t.Run("two send", func(t *testing.T) {
		joinedThroughAnEraser(t, strings.Replace(busAndUs, "}", "  send_connections = 2\n}", 1))
	})
}

func joinedThroughAnEraser(t *testing.T, busAndUs string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t,
			northAndUs+busAndUs+`route "west" { between = [remote.north, remote.bus] }`,
			strings.Replace(busAndUs, "  send_connections = 2\n", "", 1)+southAndUs+`route "east" { between = [remote.bus, remote.south] }`)
		const rounds = 20
		for range rounds {
			w.press("north", 10, 1)
			w.press("south", 5, 2)
			w.press("bus", 3, 3)
			w.press("north", 2, 4) // the same in both
			w.press("south", 2, 4)
			time.Sleep(3 * time.Second)
		}
		repeat := func(data byte, n int) []byte { return slices.Repeat([]byte{data}, n*rounds) }
		for where, want := range map[string][]byte{
			"north": slices.Concat(repeat(2, 5), repeat(3, 3), repeat(4, 2)),
			"south": slices.Concat(repeat(1, 10), repeat(3, 3), repeat(4, 2)),
			"bus":   slices.Concat(repeat(1, 10), repeat(2, 5), repeat(4, 4)),
		} {
			if got := w.pressed(where); !slices.Equal(got, want) {
				t.Errorf("%s was sent %d events, %v, want %d, %v", where, len(got), got, len(want), want)
			}
		}
		if got, want := w.held(policy.Echo), uint64(19*rounds); got != want {
			t.Errorf("%d echoes held back, want %d", got, want)
		}
		w.end()
		for _, b := range w.bridges {
			for _, d := range b.Directions() {
				if !d.Balanced() || d.Queued != 0 {
					t.Errorf("direction to %s: %+v, want nothing queued, balanced", d.To, d)
				}
			}
		}
	})
}

// A device on the bus that says the same as what was sent there is not taken for an echo, but for one.
func TestNoMoreEchoesThanWereSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, northAndUs+busAndUs+`route "west" { between = [remote.north, remote.bus] }`)
		w.press("north", 1, 7)
		time.Sleep(time.Second)
		w.press("bus", 2, 7)
		time.Sleep(5 * time.Second)
		if got := w.pressed("north"); !slices.Equal(got, []byte{7, 7}) {
			t.Errorf("north was sent %v, want both events of the bus", got)
		}
		w.end()
	})
}

// With one connection the bus shows us nothing of our own: what comes is new.
func TestOneConnectionHasNoEchoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, northAndUs+`
remote "bus" {
  address     = "bus:9598"
  connections = 1
  window      = 1
}
route "west" { between = [remote.north, remote.bus] }`)
		w.press("north", 3, 7)
		time.Sleep(1500 * time.Millisecond)
		w.press("bus", 3, 7)
		time.Sleep(5 * time.Second)
		if got := w.pressed("north"); !slices.Equal(got, []byte{7, 7, 7}) {
			t.Errorf("north was sent %v, want the three events of the bus", got)
		}
		if got := w.held(policy.Echo); got != 0 {
			t.Errorf("%d echoes held back, want none", got)
		}
		w.end()
	})
}
