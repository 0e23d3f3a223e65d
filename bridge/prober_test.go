package bridge_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// logText is a log that may be read while it is written.
type logText struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logText) count(message string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), message)
}

// twin is one of several bridges between the same sites.
type twin struct {
	bridge   *bridge.Bridge
	registry *prometheus.Registry
	log      logText
	stop     func()
}

const undeclared = `
remote "north" {
  address = "north:9598"
  user    = "admin"
  password = "secret"
}
remote "south" {
  address = "south:9598"
  user    = "admin"
  password = "secret"
}
bridge { GUID }
route "sites" {
  between = [remote.north, remote.south]
  probe {
    every    = "10s"
    on_cycle = "ON_CYCLE"
  }
}
`

// newTwin starts a bridge that probes every ten seconds.
func newTwin(t *testing.T, sites map[string]*site, guid string, onCycle config.OnCycle) *twin {
	t.Helper()
	hcl := strings.NewReplacer("GUID", guid, "ON_CYCLE", string(onCycle)).Replace(undeclared)
	cfg, err := config.Parse("test.hcl", []byte(hcl), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &twin{registry: prometheus.NewRegistry()}
	w.bridge, err = bridge.New(cfg, bridge.Options{
		Registry: w.registry, Logger: hclog.New(&hclog.LoggerOptions{Output: &w.log}),
		Dial: dialSites(sites),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.bridge.Run(ctx)
	}()
	w.stop = func() {
		stop()
		<-done
	}
	return w
}

// readings returns how many events of class 10 came, and no probes.
func (s *site) readings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for i := range s.received {
		if s.received[i].Class == 10 {
			n++
		}
	}
	return n
}

func (w *twin) cycles() []bridge.Cycle { return w.bridge.Directions()[0].Cycles }

func (w *twin) gauge(t *testing.T, name string) float64 {
	t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

func (w *twin) wantBalance(t *testing.T) {
	t.Helper()
	for _, d := range w.bridge.Directions() {
		if !d.Balanced() {
			t.Errorf("direction to %s does not balance: %+v", d.To, d)
		}
	}
}

func TestProbesFindTheSecondBridge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sites := map[string]*site{"north": newSite(t, northGUID), "south": newSite(t, southGUID)}
		smaller := newTwin(t, sites, `guid = "FF:FF:FF:FF:FF:FF:FF:FC:00:00:00:00:00:00:00:01"`, config.CycleBlock)
		time.Sleep(time.Minute)
		if got := smaller.cycles(); len(got) != 0 {
			t.Fatalf("cycles with one bridge: %+v, want none", got)
		}
		larger := newTwin(t, sites, `guid = "FF:FF:FF:FF:FF:FF:FF:FC:00:00:00:00:00:00:00:02"`, config.CycleBlock)
		time.Sleep(time.Minute)
		for who, tt := range map[string]struct {
			w    *twin
			want bool
		}{"smaller": {smaller, false}, "larger": {larger, true}} {
			got := tt.w.cycles()
			if len(got) != 1 || got[0].First != "north" || got[0].Last != "south" || got[0].Blocked != tt.want {
				t.Errorf("cycles of the %s bridge: %+v, want north and south, blocked %v", who, got, tt.want)
			}
			if n := tt.w.log.count("the route closes a cycle"); n != 1 {
				t.Errorf("the %s bridge told of the cycle %d times, want once", who, n)
			}
			if got := tt.w.gauge(t, "tcpiplink_route_cycles"); got != 1 {
				t.Errorf("tcpiplink_route_cycles of the %s bridge = %v, want 1", who, got)
			}
		}

		before := sites["south"].readings()
		sites["north"].emit(0, 1)
		time.Sleep(time.Second)
		if got := sites["south"].readings() - before; got != 1 {
			t.Errorf("south got an event %d times, want once", got)
		}
		if got := larger.bridge.Directions()[1].Suppressed["cycle"]; got != 1 {
			t.Errorf("the larger bridge held back %d events for reason cycle, want 1", got)
		}

		smaller.stop()
		time.Sleep(time.Minute)
		if got := larger.cycles(); len(got) != 0 {
			t.Errorf("cycles after the other bridge went: %+v, want none", got)
		}
		if n := larger.log.count("the cycle is gone"); n != 1 {
			t.Errorf("the larger bridge told %d times that the cycle is gone, want once", n)
		}
		before = sites["south"].readings()
		sites["north"].emit(1, 1)
		time.Sleep(time.Second)
		if got := sites["south"].readings() - before; got != 1 {
			t.Errorf("south got an event %d times after the other bridge went, want once", got)
		}
		smaller.wantBalance(t)
		larger.wantBalance(t)
		larger.stop()
		for _, s := range sites {
			s.down()
		}
	})
}

func TestAlarmAloneBlocksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sites := map[string]*site{"north": newSite(t, northGUID), "south": newSite(t, southGUID)}
		var twins []*twin
		for range 2 { // without GUIDs: they go by those of their interfaces
			twins = append(twins, newTwin(t, sites, "", config.CycleAlarm))
		}
		time.Sleep(time.Minute)
		for i, w := range twins {
			if got := w.cycles(); len(got) != 1 || got[0].Blocked || got[0].Elects {
				t.Errorf("cycles of bridge %d: %+v, want one that nobody blocks", i, got)
			}
			w.stop()
		}
		for _, s := range sites {
			s.down()
		}
	})
}

// Sites that erase GUIDs leave the election to the data of the probes.
func TestProbesThroughSitesThatErase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sites := map[string]*site{"north": newSiteLike(t, northGUID, linkserver.FamilyUvscpd), "south": newSiteLike(t, southGUID, linkserver.FamilyUvscpd)}
		larger := newTwin(t, sites, `guid = "FF:FF:FF:FF:FF:FF:FF:FC:00:00:00:00:00:00:00:02"`, config.CycleBlock)
		time.Sleep(time.Minute)
		if got := larger.cycles(); len(got) != 0 {
			t.Fatalf("cycles with one bridge between sites that echo: %+v, want none", got)
		}
		smaller := newTwin(t, sites, `guid = "FF:FF:FF:FF:FF:FF:FF:FC:00:00:00:00:00:00:00:01"`, config.CycleBlock)
		time.Sleep(time.Minute)
		if got := larger.cycles(); len(got) != 1 || !got[0].Blocked {
			t.Errorf("cycles of the larger bridge: %+v, want one that it blocks", got)
		}
		if got := smaller.cycles(); len(got) != 1 || got[0].Blocked {
			t.Errorf("cycles of the smaller bridge: %+v, want one that it does not block", got)
		}
		for _, w := range []*twin{larger, smaller} {
			w.stop()
			w.wantBalance(t)
		}
		for _, s := range sites {
			s.down()
		}
	})
}
