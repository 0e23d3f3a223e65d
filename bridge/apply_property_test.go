package bridge_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// modelRun is a bridge under random changes, and what is to become of the events.
type modelRun struct {
	*testing.T
	reloads
	random *rand.Rand
	dir    string
	now    *modelConfig
	down   [modelSites]bool
	fresh  [modelSites]bool // it came up a moment ago
	number int
	paused map[string]bool // "m0" or "k0"

	must, may map[modelWay]map[modelEvent]bool // what has to arrive, unless it waited for a way that was taken away, and what may
	loose     map[modelWay]bool                // it was taken away when events could wait there: some may be dropped, or come late
}

// TestApplyOfAnything applies random configurations while events pass, sites go down and come back, and people pause things. Each event
// arrives once at most on each of its ways, in order; it does arrive unless its way was removed while it waited; and then it is counted.
// TCPIPLINK_MODEL sets how many runs there are.
func TestApplyOfAnything(t *testing.T) {
	runs := 6
	if text := os.Getenv("TCPIPLINK_MODEL"); text != "" {
		var err error
		if runs, err = strconv.Atoi(text); err != nil {
			t.Fatalf("TCPIPLINK_MODEL is %q, want a number", text)
		}
	}
	for seed := range uint64(runs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) { newModelRun(t, seed, dir).run() })
		})
	}
}

func newModelRun(t *testing.T, seed uint64, dir string) *modelRun {
	t.Helper()
	m := &modelRun{
		T: t, random: rand.New(rand.NewPCG(seed, 4)), dir: dir, paused: map[string]bool{}, loose: map[modelWay]bool{},
		must: map[modelWay]map[modelEvent]bool{}, may: map[modelWay]map[modelEvent]bool{},
	}
	m.registry, m.done, m.sites = prometheus.NewPedanticRegistry(), make(chan struct{}), map[string]*site{}
	for i, name := range []string{"m0", "m1", "m2", "m3", "hub"} {
		m.sites[name] = newSite(t, fmt.Sprintf("FF:FF:FF:FF:FF:FF:FF:FE:00:%02d:00:00:00:00:00:00", i))
	}
	m.now = randomConfig(m.random, &modelConfig{})
	err := os.MkdirAll(filepath.Join(dir, "queues"), 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "queues", "bad@b2"), nil, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	m.bridge, err = bridge.New(parse(t, m.now.text(dir)), bridge.Options{
		Dial: dialSites(m.sites), Registry: m.registry, Logger: hclog.New(&hclog.LoggerOptions{Output: &m.log}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	m.stop = stop
	go func() {
		defer close(m.done)
		m.bridge.Run(ctx)
	}()
	return m
}

func (m *modelRun) run() {
	for range 15 {
		m.settle()
		m.emit(m.now)
		time.Sleep(3 * time.Second) // some are polled each second
		m.disturb()
		m.check()
		m.change()
	}
	m.settle()
	for i := range m.down {
		m.raise(i)
	}
	for name, on := range m.paused {
		if on {
			pause(m.T, m.pauser(name), name, false)
		}
	}
	m.leave(&modelConfig{})
	m.apply(m.T, lastConfig(m.dir))
	time.Sleep(time.Minute)
	m.check()
	m.judge()
	m.end()
}

// settle waits until all connections are as they will be.
func (m *modelRun) settle() {
	time.Sleep(15 * time.Second)
	m.fresh = [modelSites]bool{}
}

// emit has each site that is up emit an event of each type, while one of the configurations, the first of which is in use, comes after the
// other.
func (m *modelRun) emit(configs ...*modelConfig) {
	for from := range modelSites {
		name := fmt.Sprintf("m%d", from)
		steady := !m.paused[name] && !m.fresh[from] && !slices.ContainsFunc(configs, func(c *modelConfig) bool { return !connectedAlike(c.remotes[from], configs[0].remotes[from]) })
		for route := range modelRoutes {
			if m.down[from] {
				continue
			}
			m.number++
			e := modelEvent{from, route, m.number}
			for to := range modelSites {
				some, all := false, true
				for _, c := range configs {
					is := slices.Contains(c.takes(route, from), to)
					some, all = some || is, all && is
				}
				if some {
					note(m.may, modelWay{route, to}, e)
				}
				if all && steady {
					note(m.must, modelWay{route, to}, e)
				}
			}
			s := m.sites[name]
			s.server.PublishEvent(&vscp.Event{Head: 0x60, Class: 10, Type: uint16(route), GUID: s.guid, Data: []byte{byte(m.number >> 8), byte(m.number)}})
		}
	}
}

// disturb takes sites down and up, and pauses and resumes things.
func (m *modelRun) disturb() {
	if i := m.random.IntN(2 * modelSites); i < modelSites {
		if m.down[i] {
			m.raise(i)
		} else {
			m.down[i] = true
			m.sites[fmt.Sprintf("m%d", i)].down()
		}
	}
	i := m.random.IntN(modelSites)
	name, there := fmt.Sprintf("m%d", i), m.now.remotes[i] != noRemote
	if m.random.IntN(2) == 0 {
		name, there = fmt.Sprintf("k%d", i), m.now.routes[i] != nil
	}
	if there && m.random.IntN(2) == 0 {
		m.paused[name] = !m.paused[name]
		m.fresh[i] = true
		pause(m.T, m.pauser(name), name, m.paused[name])
	}
}

// pauser returns what pauses the remote or route.
func (m *modelRun) pauser(name string) func(string, bool) (bool, error) {
	if name[0] == 'k' {
		return m.bridge.PauseRoute
	}
	return m.bridge.PauseRemote
}

func (m *modelRun) raise(i int) {
	if m.down[i] {
		m.down[i], m.fresh[i] = false, true
		m.sites[fmt.Sprintf("m%d", i)].up(m.T)
	}
}

// change applies one or more configurations while events are on their way.
func (m *modelRun) change() {
	configs := []*modelConfig{m.now}
	for range 1 + m.random.IntN(3) {
		configs = append(configs, randomConfig(m.random, configs[len(configs)-1]))
	}
	for i := range configs[1:] {
		m.emit(configs...)
		if m.random.IntN(2) == 0 {
			time.Sleep(time.Duration(m.random.IntN(40)) * time.Millisecond)
		}
		if m.random.IntN(3) == 0 {
			m.fail(randomConfig(m.random, configs[i]))
		}
		m.leave(configs[i+1])
		m.apply(m.T, configs[i+1].text(m.dir))
		m.now = configs[i+1]
	}
}

// fail applies a configuration with a queue that cannot be opened, which changes nothing.
func (m *modelRun) fail(c *modelConfig) {
	bad := remoteBlock("b1", "") + remoteBlock("b2", "") + routeBlock("bad", "b1", "b2", `queue { storage = "disk" }`)
	if err := m.bridge.Apply(parse(m.T, c.text(m.dir)+bad)); err == nil {
		m.Error("Apply of a queue that cannot be opened = nil, want an error")
	}
}

// leave notes what the next configuration has no more.
func (m *modelRun) leave(next *modelConfig) {
	for route := range modelRoutes {
		for to := range modelSites {
			if w := (modelWay{route, to}); m.now.has(w) && !next.has(w) {
				m.loose[w] = true
			}
		}
	}
	for i := range modelSites {
		if next.remotes[i] == noRemote {
			delete(m.paused, fmt.Sprintf("m%d", i))
		}
		if next.routes[i] == nil {
			delete(m.paused, fmt.Sprintf("k%d", i))
		}
	}
}

// check looks at what holds at every moment.
func (m *modelRun) check() {
	for _, d := range m.bridge.Directions() {
		if !d.Balanced() {
			m.Errorf("direction %+v, want it balanced", d)
		}
	}
	if _, err := m.registry.Gather(); err != nil {
		m.Errorf("Gather = %v, want nil", err)
	}
}
