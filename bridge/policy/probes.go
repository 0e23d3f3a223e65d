package policy

import (
	"slices"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Probes sends the probes of a bridge's routes and knows the cycles that they found. It may be used by many goroutines. Policies that
// follow one another share it.
type Probes struct {
	mu      sync.Mutex // guards what follows
	table   *probeTable
	prober  *loop.Prober
	guid    vscp.GUID
	random  func() uint64 // nil: not started
	clock   time.Duration // when Due was called last
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
	To    int // the slot of the remote
	Row   vscp.Row
}

// maxRingChanges bounds what is kept until somebody asks.
const maxRingChanges = 64

// soon is until when the first probe is sent: a bridge that starts may close a cycle.
const soon = 10 * time.Second

func newProbes(t *probeTable) *Probes {
	return &Probes{
		table: t, prober: loop.NewProber(t.known), next: make([]time.Duration, len(t.routes)), counts: make([]ProbeCounts, len(t.routes)),
	}
}

// enter makes the routes those of another table. What keeps its slot there goes on.
func (p *Probes) enter(t *probeTable) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.table
	kept := func(slot int) bool {
		return slot < len(before.routes) && before.routes[slot] != nil && t.routes[slot] != nil && before.routes[slot].Name == t.routes[slot].Name
	}
	p.table = t
	p.prober.SetRoutes(t.known)
	p.changes = slices.DeleteFunc(p.changes, func(c loop.RingChange) bool { return !kept(c.Route) })
	p.next = append(p.next, make([]time.Duration, len(t.routes)-len(p.next))...)
	p.counts = append(p.counts, make([]ProbeCounts, len(t.routes)-len(p.counts))...)
	for slot := range t.routes {
		if !kept(slot) {
			p.counts[slot] = ProbeCounts{}
			p.begin(slot, p.clock)
		}
	}
}

// begin says when the first probe of a route is sent.
func (p *Probes) begin(route int, now time.Duration) {
	if every := p.table.known[route].Every; every > 0 && p.random != nil {
		p.next[route] = now + time.Duration(p.random()%uint64(min(every, soon)))
	}
}

// Wanted reports whether any route probes.
func (p *Probes) Wanted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.table.known, func(r loop.ProbeRoute) bool { return r.Every > 0 })
}

// Routes returns the routes by their slots; nil: none has it.
func (p *Probes) Routes() []*config.Route {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.table.routes
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
	for i := range p.table.known {
		p.begin(i, now)
	}
}

// Due returns the probes whose time has come; none before Start.
func (p *Probes) Due(now time.Duration) []Due {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clock = now
	var out []Due
	for i, r := range p.table.known {
		if p.random == nil || r.Every == 0 || now < p.next[i] {
			continue
		}
		p.next[i] = max(p.next[i]+r.Every, now)
		for _, to := range r.Members {
			if !p.table.leadsTo(i, to) {
				continue
			}
			e := p.prober.Send(i, to).Event(p.guid)
			out = append(out, Due{Route: p.table.routes[i], To: to, Row: vscp.NewRow(&e, vscp.TextForm{Data: vscp.DataDecimal})})
			p.counts[i].Sent++
		}
	}
	return out
}

// arrived notes a probe and reports whether it only came back to where it was sent to.
func (p *Probes) arrived(s loop.Signal, remote int, now time.Duration) (echo bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own, echo := p.prober.Arrived(s, remote, now)
	if route := p.prober.Route(s); own && !echo && route >= 0 {
		p.counts[route].Returned++
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
		if shut := p.table.shut[c.Route][c.Last]; c.What == loop.RingBlocked || c.What == loop.RingOpened {
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

// Reading returns the cycles that are known, and the counts of each route; routes and remotes are known by their slots.
func (p *Probes) Reading() ([]loop.Ring, []ProbeCounts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.prober.Rings(), slices.Clone(p.counts)
}
