package policy

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Probes sends the probes of a bridge's routes and knows the cycles that they found. It may be used by many goroutines.
type Probes struct {
	routes []*config.Route
	index  map[*config.Remote]int
	known  []loop.ProbeRoute // beside routes
	shut   []map[int]*atomic.Bool

	mu      sync.Mutex // guards what follows
	prober  *loop.Prober
	guid    vscp.GUID
	random  func() uint64 // nil: not started
	next    []time.Duration
	counts  []ProbeCounts
	changes []loop.RingChange // that Changes did not return yet
	twins   int
}

// ProbeCounts are the probes of a route.
type ProbeCounts struct{ Sent, Returned uint64 }

// Due is a probe that is to be sent.
type Due struct {
	Route *config.Route
	To    int // the place of the remote in the configuration
	Row   vscp.Row
}

// maxRingChanges bounds what is kept until somebody asks.
const maxRingChanges = 64

// soon is until when the first probe is sent: a bridge that starts may close a cycle.
const soon = 10 * time.Second

func newProbes(routes []*config.Route, index map[*config.Remote]int) *Probes {
	p := &Probes{routes: routes, index: index, next: make([]time.Duration, len(routes)), counts: make([]ProbeCounts, len(routes))}
	for _, r := range routes {
		known, shut := loop.ProbeRoute{}, map[int]*atomic.Bool{}
		if len(r.Between) == 0 {
			known.Sources = []int{}
		}
		for _, way := range r.Ways() {
			known.Members = append(known.Members, index[way.From], index[way.To])
			if known.Sources != nil {
				known.Sources = append(known.Sources, index[way.From])
			}
		}
		slices.Sort(known.Members)
		known.Members = slices.Compact(known.Members)
		if r.Probe != nil {
			known.Every = r.Probe.Every
			known.Block = r.Probe.OnCycle == config.CycleBlock && known.Sources == nil
		}
		for _, m := range known.Members {
			shut[m] = new(atomic.Bool)
		}
		p.known, p.shut = append(p.known, known), append(p.shut, shut)
	}
	p.prober = loop.NewProber(p.known)
	return p
}

// Wanted reports whether any route probes.
func (p *Probes) Wanted() bool {
	return slices.ContainsFunc(p.known, func(r loop.ProbeRoute) bool { return r.Every > 0 })
}

// Start lets the bridge send probes, with its GUID. All zero means that it has none: then what others know it by is random.
// identity is the GUID that the election goes by, which may be that of an interface.
func (p *Probes) Start(guid, identity vscp.GUID, now time.Duration, random func() uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := loop.Identity(identity)
	if identity.IsZero() {
		id = random() >> 24
	}
	p.prober.Start(id, random)
	p.guid, p.random = guid, random
	for i, r := range p.known {
		if r.Every > 0 {
			p.next[i] = now + time.Duration(random()%uint64(min(r.Every, soon)))
		}
	}
}

// Due returns the probes whose time has come; none before Start.
func (p *Probes) Due(now time.Duration) []Due {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Due
	for i, r := range p.known {
		if p.random == nil || r.Every == 0 || now < p.next[i] {
			continue
		}
		p.next[i] = max(p.next[i]+r.Every, now)
		for _, to := range r.Members {
			if !p.leadsTo(i, to) {
				continue
			}
			e := p.prober.Send(i, to).Event(p.guid)
			out = append(out, Due{Route: p.routes[i], To: to, Row: vscp.NewRow(&e, vscp.TextForm{Data: vscp.DataDecimal})})
			p.counts[i].Sent++
		}
	}
	return out
}

// leadsTo reports whether a route sends events to one of its members.
func (p *Probes) leadsTo(route, to int) bool {
	return p.known[route].Sources == nil || slices.ContainsFunc(p.routes[route].Ways(), func(w config.Way) bool { return p.index[w.To] == to })
}

// arrived notes a probe and reports whether it only came back to where it was sent to.
func (p *Probes) arrived(s loop.Signal, remote int, now time.Duration) (echo bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own, echo := p.prober.Arrived(s, remote, now)
	if own && !echo {
		p.counts[p.prober.Route(s)].Returned++
	}
	p.look(now)
	return echo
}

func (p *Probes) pass(s loop.Signal, route, to int) (loop.Signal, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.prober.Pass(s, route, to)
}

// look is called with p.mu held.
func (p *Probes) look(now time.Duration) {
	changes := p.prober.Look(now)
	for _, c := range changes {
		if shut := p.shut[c.Route][c.Last]; c.What == loop.RingBlocked || c.What == loop.RingOpened {
			shut.Store(p.prober.Blocked(c.Route, c.Last))
		}
	}
	p.changes = append(p.changes, changes[:min(len(changes), maxRingChanges-len(p.changes))]...)
}

// Changes returns what became of cycles since the last call, the first 64 of it, and whether another bridge was found to have the
// same GUID.
func (p *Probes) Changes(now time.Duration) (changes []loop.RingChange, twin bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.look(now)
	changes, p.changes = p.changes, nil
	twin = p.prober.Twins() != p.twins
	p.twins = p.prober.Twins()
	return changes, twin
}

// Reading returns the cycles that are known, and the counts of each route of the configuration.
func (p *Probes) Reading() ([]loop.Ring, []ProbeCounts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.prober.Rings(), slices.Clone(p.counts)
}
