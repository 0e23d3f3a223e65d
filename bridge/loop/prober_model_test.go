package loop_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
)

const modelEvery = time.Minute

// model is sites, and bridges with one both-way route each. It carries probes alone.
type model struct {
	rnd     *rand.Rand
	now     time.Duration
	bridges []*modelBridge
	echoes  []bool // by site: it shows a bridge what that bridge sent
	loss    float64
	passes  int // probes that a bridge passed on
}

type modelBridge struct {
	sites  []int
	id     uint64
	block  bool
	prober *loop.Prober
	up     bool
	phase  time.Duration
}

type flight struct {
	site   int
	sender *modelBridge
	signal loop.Signal
}

func (m *model) start(b *modelBridge) {
	b.prober = loop.NewProber([]loop.ProbeRoute{{Members: b.sites, Every: modelEvery, Block: b.block}})
	b.prober.Start(b.id, m.rnd.Uint64)
	b.up = true
	b.phase = time.Duration(m.rnd.Int64N(int64(modelEvery)))
}

// interval lets one interval pass: every bridge sends its probes when it is its turn, and each travels at once.
func (m *model) interval() {
	order := slices.Clone(m.bridges)
	slices.SortFunc(order, func(a, b *modelBridge) int { return cmp.Compare(a.phase, b.phase) })
	begin := m.now
	for _, b := range order {
		m.now = begin + b.phase
		if !b.up {
			continue
		}
		var flights []flight
		for _, site := range b.sites {
			flights = append(flights, flight{site, b, b.prober.Send(0, site)})
		}
		m.travel(flights)
		for _, x := range m.bridges {
			if x.up {
				x.prober.Look(m.now)
			}
		}
	}
	m.now = begin + modelEvery
}

func (m *model) travel(flights []flight) {
	for len(flights) > 0 {
		i := m.rnd.IntN(len(flights))
		f := flights[i]
		flights = slices.Delete(flights, i, i+1)
		for _, b := range m.bridges {
			if !b.up || !slices.Contains(b.sites, f.site) || b == f.sender && !m.echoes[f.site] || m.rnd.Float64() < m.loss {
				continue
			}
			own, _ := b.prober.Arrived(f.signal, f.site, m.now)
			for _, to := range b.sites {
				if to == f.site || own {
					continue
				}
				if s, goes := b.prober.Pass(f.signal, 0, to); goes {
					m.passes++
					flights = append(flights, flight{to, b, s})
				}
			}
		}
	}
}

// port is a bridge's place at a site.
type port struct{ bridge, site int }

// blocked are the ports that the bridges block.
func (m *model) blocked() map[port]bool {
	out := make(map[port]bool)
	for i, b := range m.bridges {
		for _, site := range b.sites {
			if b.up && b.prober.Blocked(0, site) {
				out[port{i, site}] = true
			}
		}
	}
	return out
}

// spare are the ports that a minimum spanning forest of sites and bridges leaves out, by the order of Kruskal: what does not block
// first, then by ID and by site. Those of bridges that do not block stay in cycles among themselves.
func (m *model) spare() map[port]bool {
	type edge struct {
		port
		block bool
		id    uint64
	}
	var edges []edge
	for i, b := range m.bridges {
		for _, site := range b.sites {
			if b.up {
				edges = append(edges, edge{port{i, site}, b.block, b.id})
			}
		}
	}
	slices.SortFunc(edges, func(a, b edge) int {
		if a.block != b.block {
			if a.block {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.site, b.site))
	})
	root := make([]int, len(m.echoes)+len(m.bridges))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	out := make(map[port]bool)
	for _, e := range edges {
		a, b := find(e.site), find(len(m.echoes)+e.bridge)
		if a != b {
			root[a] = b
		} else if e.block {
			out[e.port] = true
		}
	}
	return out
}

func same(a, b map[port]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for p := range a {
		if !b[p] {
			return false
		}
	}
	return true
}

func within(a, b map[port]bool) bool {
	for p := range a {
		if !b[p] {
			return false
		}
	}
	return true
}

// newRing is n bridges in a circle of n sites; two bridges are two at the same two sites.
func newRing(rnd *rand.Rand, n int) *model {
	m := &model{rnd: rnd}
	for i := range n {
		m.echoes = append(m.echoes, rnd.IntN(2) == 0)
		sites := []int{i, (i + 1) % n}
		slices.Sort(sites)
		m.bridges = append(m.bridges, &modelBridge{sites: sites, id: rnd.Uint64() >> 24, block: true})
	}
	return m
}

// newMesh is any number of bridges between any sites, some of which do not take part in the election.
func newMesh(rnd *rand.Rand) *model {
	m := &model{rnd: rnd}
	for range 2 + rnd.IntN(5) {
		m.echoes = append(m.echoes, rnd.IntN(2) == 0)
	}
	for range 1 + rnd.IntN(6) {
		n := min(len(m.echoes), 2+rnd.IntN(3))
		sites := rnd.Perm(len(m.echoes))[:n]
		slices.Sort(sites)
		m.bridges = append(m.bridges, &modelBridge{sites: sites, id: rnd.Uint64() >> 24, block: rnd.IntN(6) > 0})
	}
	return m
}

// play starts the bridges in any order, loses probes, restarts bridges and lets them be away. After each part without losses the
// blocked ports are those of the spanning forest; while probes are lost, they are never others.
func (m *model) play(t *testing.T, seed uint64, check func(part string)) {
	t.Helper()
	for _, i := range m.rnd.Perm(len(m.bridges)) {
		m.start(m.bridges[i])
		if m.rnd.IntN(2) == 0 {
			m.interval()
		}
	}
	settle := func(part string) {
		m.loss = 0
		for range 5 {
			m.passes = 0
			m.interval()
			m.bound(t, seed)
		}
		if got, want := m.blocked(), m.spare(); !same(got, want) {
			t.Fatalf("seed %d, %s: blocked %v, want %v", seed, part, got, want)
		}
		check(part)
	}
	settle("after the start")
	m.loss = 0.3
	for range 6 {
		m.interval()
		if got, most := m.blocked(), m.spare(); !within(got, most) {
			t.Fatalf("seed %d, while probes are lost: blocked %v, want none but %v", seed, got, most)
		}
	}
	settle("after losses")
	b := m.bridges[m.rnd.IntN(len(m.bridges))]
	m.start(b)
	settle("after a restart")
	b.up = false
	settleAway(t, m, seed)
	m.start(b)
	settle("after one came back")
}

// settleAway looks at those that are up, while one is away.
func settleAway(t *testing.T, m *model, seed uint64) {
	t.Helper()
	for range 5 {
		m.interval()
	}
	got := m.blocked()
	if want := m.spare(); !same(got, want) {
		t.Fatalf("seed %d, while one is away: blocked %v, want %v", seed, got, want)
	}
}

// bound checks that no probe goes round for ever: each remote of a bridge gets it twice at most.
func (m *model) bound(t *testing.T, seed uint64) {
	t.Helper()
	ports := 0
	for _, b := range m.bridges {
		ports += len(b.sites)
	}
	if most := 2 * ports * ports; m.passes > most {
		t.Fatalf("seed %d: %d probes were passed on in an interval, want at most %d", seed, m.passes, most)
	}
}
