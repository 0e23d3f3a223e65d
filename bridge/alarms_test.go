package bridge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// warnings keeps the warnings of a log: seconds since it began, message, remote, and number with time.
type warnings struct {
	began time.Time

	mu    sync.Mutex // guards what follows
	lines []string
}

// Write implements io.Writer, for one entry.
func (w *warnings) Write(entry []byte) (int, error) {
	var e struct {
		Message string `json:"@message"`
		Remote  string
		Before  string
		Events  int
		Within  string
	}
	if err := json.NewDecoder(bytes.NewReader(entry)).Decode(&e); err != nil {
		return 0, err
	}
	line := fmt.Sprintf("%g %s: %s", time.Since(w.began).Seconds(), e.Message, e.Remote)
	if e.Before != "" {
		line += " " + e.Before
	}
	if e.Events > 0 {
		line += fmt.Sprintf(" %d within %s", e.Events, e.Within)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
	return len(entry), nil
}

// logged runs a bridge between north and south while play does something with them, and returns the warnings.
func logged(t *testing.T, hcl string, change func(*config.Config), play func(sites map[string]*site, b *bridge.Bridge)) []string {
	t.Helper()
	cfg, err := config.Parse("test.hcl", []byte(hcl), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	change(cfg)
	log := &warnings{began: time.Now()}
	sites := map[string]*site{"north": newSite(t, northGUID), "south": newSite(t, southGUID)}
	b, err := bridge.New(cfg, bridge.Options{
		Logger: hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Warn, JSONFormat: true}),
		Dial:   dialSites(sites),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx)
	}()
	time.Sleep(time.Second)
	play(sites, b)
	stop()
	<-done
	for _, s := range sites {
		s.down()
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	return log.lines
}

// A storm has a line when it begins and one with its number when it is over, though no event comes any more or the bridge stops.
func TestStormEpisodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		breaker := func(c *config.Config) { c.Loop.Storm = config.Storm{Limit: 5, Window: 10 * time.Second} }
		got := logged(t, bothWays+`route "sites" { between = [remote.north, remote.south] }`, breaker, func(sites map[string]*site, b *bridge.Bridge) {
			circle := func(n int, data byte) {
				for range n {
					sites["north"].server.PublishEvent(&vscp.Event{Class: 20, Type: 3, GUID: sites["north"].guid, Data: []byte{0, data}})
				}
			}
			circle(20, 1)
			time.Sleep(2 * time.Second)
			circle(10, 1)
			circle(10, 2) // another one, in the same storm
			time.Sleep(time.Minute)
			circle(10, 1) // anew
			time.Sleep(time.Second)
			if n := len(sites["south"].numbers()); n != 15 {
				t.Errorf("south was sent %d events, want 15", n)
			}
			for _, d := range b.Directions() {
				if want := map[string]uint64{"south": 35}[d.To]; d.Suppressed[policy.Storm] != want || !d.Balanced() {
					t.Errorf("direction to %s: %+v, want %d suppressed as a storm, balanced", d.To, d, want)
				}
			}
		})
		want := []string{
			"1 storm of equal events, holding them back: north",
			"13 storm is over: north 30 within 2s",
			"63 storm of equal events, holding them back: north",
			"64 storm is over: north 5 within 0s",
		}
		if !slices.Equal(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
	})
}

func TestFlappingIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := logged(t, bothWays+`route "sites" { between = [remote.north, remote.south] }`, func(*config.Config) {}, func(sites map[string]*site, b *bridge.Bridge) {
			for i := range 10 {
				where := []string{"north", "south"}[i%2]
				sites[where].server.PublishEvent(&vscp.Event{Class: 20, Type: 3, GUID: vscp.GUID{0xFF, 1}, Data: []byte{0, byte(i)}})
				time.Sleep(5 * time.Second)
			}
			learned := b.Learned()
			if len(learned) != 2 || !learned[0].Flaps || learned[0].Moves != 9 || learned[0].Times != 5 {
				t.Errorf("Learned() = %+v, want a GUID that flaps at two remotes", learned)
			}
		})
		if want := []string{"21 GUID comes from two remotes in turns: north south"}; !slices.Equal(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
	})
}
