package bridge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

const (
	modelSites  = 4 // m0 to m3; beside them there is a hub, which is in the last configuration only
	modelRoutes = 4 // k0 to k3; each takes events of a type of its own
)

// modelRoute is a route of a configuration of the model.
type modelRoute struct {
	from, to []int // between, if they are the same
	queue    string
}

// modelConfig is a configuration of the model. It does not change once made.
type modelConfig struct {
	remotes [modelSites]string       // what is in the block; noRemote: there is none
	routes  [modelRoutes]*modelRoute // nil: there is none
}

const (
	noRemote   = "none"
	modelVisit = "schedule {\n every = \"2s\"\n mode = \"visit\"\n}" // what comes at the site between two visits is lost there
)

// randomConfig changes a configuration, sometimes a little and sometimes all of it.
func randomConfig(r *rand.Rand, before *modelConfig) *modelConfig {
	c := *before
	often := 1 + r.IntN(4)
	for i := range c.remotes {
		if r.IntN(2*often) == 0 {
			c.remotes[i] = []string{noRemote, "", "", "", "window = 3", "send_connections = 2", "connections = 1", `site = "x"`, modelVisit}[r.IntN(9)]
		}
	}
	for k := range c.routes {
		if r.IntN(often) == 0 {
			c.routes[k] = randomRoute(r)
		} else if old := c.routes[k]; old != nil && r.IntN(3) == 0 {
			c.routes[k] = &modelRoute{from: old.from, to: old.to, queue: randomQueue(r)}
		}
		if w := c.routes[k]; w != nil && slices.ContainsFunc(slices.Concat(w.from, w.to), func(i int) bool { return c.remotes[i] == noRemote }) {
			c.routes[k] = nil
		}
	}
	return &c
}

func randomRoute(r *rand.Rand) *modelRoute {
	members := r.Perm(modelSites)[:2+r.IntN(2)]
	w := &modelRoute{from: members[:1], to: members[1:], queue: randomQueue(r)}
	switch r.IntN(4) {
	case 0:
		return nil
	case 1:
		w.from, w.to = members, members
	case 2:
		w.from, w.to = members[1:], members[:1]
	}
	return w
}

func randomQueue(r *rand.Rand) string {
	return fmt.Sprintf("storage = %q\n max_events = %d\n overflow = %q\n fsync = %q", []string{"memory", "disk"}[r.IntN(2)], 5000+r.IntN(3),
		[]string{"drop_oldest", "drop_newest", "block", "drop_lowest_priority"}[r.IntN(4)], []string{"interval", "always", "never"}[r.IntN(3)])
}

// text is the configuration as a file.
func (c *modelConfig) text(dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "bridge {\n state_dir = %q\n flush_timeout = \"3s\"\n}\n", dir)
	for i, more := range c.remotes {
		if more != noRemote {
			b.WriteString(remoteBlock(fmt.Sprintf("m%d", i), more))
		}
	}
	names := func(of []int) string {
		var all []string
		for _, i := range of {
			all = append(all, fmt.Sprintf("remote.m%d", i))
		}
		return strings.Join(all, ", ")
	}
	for k, w := range c.routes {
		if w == nil {
			continue
		}
		ends := fmt.Sprintf("from = [%s]\n to = [%s]", names(w.from), names(w.to))
		if slices.Equal(w.from, w.to) {
			ends = fmt.Sprintf("between = [%s]", names(w.from))
		}
		fmt.Fprintf(&b, "route \"k%d\" {\n %s\n match {\n class = [10]\n type = [%d]\n }\n queue {\n %s\n }\n}\n", k, ends, k, w.queue)
	}
	return b.String()
}

// lastConfig has every way that there may have been, from a source that sends nothing: what any of them left on disk is delivered.
func lastConfig(dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "bridge { state_dir = %q }\n", dir)
	b.WriteString(remoteBlock("hub", ""))
	for i := range modelSites {
		b.WriteString(remoteBlock(fmt.Sprintf("m%d", i), ""))
	}
	for k := range modelRoutes {
		fmt.Fprintf(&b, "route \"k%d\" {\n from = [remote.hub]\n to = [remote.m0, remote.m1, remote.m2, remote.m3]\n queue {\n storage = \"disk\"\n max_events = 5000\n }\n}\n", k)
	}
	return b.String()
}

// modelWay is a direction of the model.
type modelWay struct{ route, to int }

// takes returns where a route leads events of a source.
func (c *modelConfig) takes(route, from int) []int {
	w := c.routes[route]
	if w == nil || !slices.Contains(w.from, from) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(w.to), func(to int) bool { return to == from })
}

// has reports whether the configuration has a direction.
func (c *modelConfig) has(w modelWay) bool {
	r := c.routes[w.route]
	return r != nil && slices.Contains(r.to, w.to)
}

// modelEvent is an event that was emitted.
type modelEvent struct{ from, route, number int }

// connectedAlike reports whether a change of a remote leaves its connections.
func connectedAlike(a, b string) bool {
	if a == `site = "x"` {
		a = ""
	}
	if b == `site = "x"` {
		b = ""
	}
	return a == b && a != noRemote && a != modelVisit
}

func note(in map[modelWay]map[modelEvent]bool, w modelWay, e modelEvent) {
	if in[w] == nil {
		in[w] = map[modelEvent]bool{}
	}
	in[w][e] = true
}

// judge looks at all that arrived.
func (m *modelRun) judge() {
	missing, doubtful := 0, 0
	for to := range modelSites {
		arrived := map[modelEvent]bool{}
		last := map[modelEvent]int{}
		for _, e := range m.sites[fmt.Sprintf("m%d", to)].received {
			got := modelEvent{int(e.GUID[9]), int(e.Type), int(e.Data[0])<<8 | int(e.Data[1])}
			way, sender := modelWay{got.route, to}, modelEvent{from: got.from, route: got.route}
			if arrived[got] || !m.may[way][got] {
				m.Errorf("%+v at m%d, want it once at most, and where a route leads: %v, %v", got, to, arrived[got], m.may[way][got])
			}
			if got.number < last[sender] && !m.loose[way] {
				m.Errorf("%+v came to m%d behind number %d, want them in order", got, to, last[sender])
			}
			arrived[got], last[sender] = true, got.number
		}
		for route := range modelRoutes {
			way := modelWay{route, to}
			for e := range m.may[way] {
				switch {
				case arrived[e]:
				case !m.must[way][e]:
					doubtful++
				case m.loose[way]:
					missing++
				default:
					m.Errorf("%+v did not come to m%d", e, to)
				}
			}
		}
	}
	counted := m.removedRoutes()
	if counted < missing || counted > missing+doubtful {
		m.Errorf("%d events dropped for ways that were removed, want %d to %d", counted, missing, missing+doubtful)
	}
	m.Logf("%d events, %d dropped for ways that were removed, %d may not have come", m.number, counted, doubtful)
}

// removedRoutes reads the counter of what was dropped as its way was removed.
func (m *modelRun) removedRoutes() int {
	families, err := m.registry.Gather()
	if err != nil {
		m.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "tcpiplink_removed_routes_events_dropped_total" {
			return int(f.GetMetric()[0].GetCounter().GetValue())
		}
	}
	m.Fatal("there is no metric of what was dropped for ways that were removed")
	return 0
}
