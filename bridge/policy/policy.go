package policy

import (
	"maps"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Policy is what a bridge decides by. It knows remotes by their slots: in a policy of New these are their places in the configuration.
// What it says does not change; the one of another configuration is made by Next.
type Policy struct {
	guard     *loop.Guard
	learned   *loop.Learned
	slots     slots
	entrances []*Entrance // by slot; nil: no remote has it
	exits     []*Exit     // by slot
	limits    map[limitsOf]*limits
	probes    *Probes
	table     *probeTable // of the probes
	identity  vscp.GUID
	guid      vscp.GUID       // of the configuration; all zero: none
	links     map[uint32]bool // the numbers of the bridge's links, those of before included: their events may still be under way
}

// New returns the policy of a checked configuration.
func New(cfg *config.Config) *Policy { return NewFor(vscp.GUID{}, cfg) }

// NewFor is New for a bridge that goes by an identity of 16 bytes where its configuration has no GUID; all zero: it has none.
func NewFor(identity vscp.GUID, cfg *config.Config) *Policy {
	p := &Policy{identity: identity, learned: loop.NewLearned(), slots: newSlots(cfg.Remotes)}
	index := p.slots.index(cfg.Remotes)
	p.table = newProbeTable(cfg.Routes, index)
	p.probes = newProbes(p.table)
	p.build(cfg, index, nil)
	return p
}

// build makes what judges, from what is there.
func (p *Policy) build(cfg *config.Config, index map[*config.Remote]int, before map[limitsOf]*limits) {
	n := len(p.slots.names)
	p.guard, p.limits = guard(cfg, &p.slots), make(map[limitsOf]*limits)
	p.number(cfg)
	p.entrances = make([]*Entrance, n)
	for len(p.exits) < n {
		p.exits = append(p.exits, &Exit{})
	}
	for _, slot := range p.slots.of {
		p.entrances[slot] = &Entrance{
			remote: slot,
			guard:  p.guard, credits: &p.exits[slot].credits, door: loop.NewDoor(p.guard, p.learned, slot),
			storm: loop.NewStorm(cfg.Loop.Storm.Limit, cfg.Loop.Storm.Window), links: p.links,
		}
	}
	for _, r := range cfg.Routes {
		p.join(r, index, before)
	}
	for _, slot := range p.slots.of {
		e := p.entrances[slot]
		e.probes = p.probes
		e.verdicts = make([]Verdict, len(e.lanes))
	}
}

// number notes the numbers of the links.
func (p *Policy) number(cfg *config.Config) {
	links := maps.Clone(p.links)
	if links == nil {
		links = make(map[uint32]bool)
	}
	p.guid = cfg.Bridge.GUID
	for _, r := range cfg.Remotes {
		links[p.LinkNumber(r.Name)] = true
	}
	p.links = links
}

// LinkNumber returns the number that the link to a remote has in the bridge's link events.
func (p *Policy) LinkNumber(remote string) uint32 {
	if p.guid.IsZero() {
		return loop.LinkNumber(p.identity, remote)
	}
	return loop.LinkNumber(p.guid, remote)
}

// join makes the lanes of a route.
func (p *Policy) join(r *config.Route, index map[*config.Remote]int, before map[limitsOf]*limits) {
	filters := make(map[config.Preset]route.Rules) // shared: there are many ways among many remotes
	for _, way := range r.Ways() {
		e, to := p.entrances[index[way.From]], index[way.To]
		filter, made := filters[way.Preset]
		if !made {
			filter = route.New(selection(r, way.Preset))
			filters[way.Preset] = filter
		}
		at := limitsOf{r.Name, to, r.Tame}
		if p.limits[at] == nil {
			l := before[at]
			if l == nil {
				l = newLimits(&r.Tame)
			}
			p.limits[at] = l
		}
		e.lanes = append(e.lanes, Lane{Route: r, To: to})
		e.rules = append(e.rules, newRules(r, filter, to, p.limits[at]))
		e.ports = append(e.ports, p.table.port(r, index[way.From], to))
	}
}

func guard(cfg *config.Config, slots *slots) *loop.Guard {
	places := make([]loop.Place, len(slots.names))
	for i, r := range cfg.Remotes {
		places[slots.of[i]] = loop.Place{Origins: r.Origins, Strict: r.Strict}
	}
	return loop.New(places, cfg.Loop.Roaming)
}

// Slot returns the slot of a remote, given by its place in the configuration.
func (p *Policy) Slot(place int) int { return p.slots.of[place] }

// Name returns the name that a slot is for; empty for one that a later policy made, as what was learned is shared with that.
func (p *Policy) Name(slot int) string {
	if slot >= len(p.slots.names) {
		return ""
	}
	return p.slots.names[slot]
}

// Entrance returns what judges the events that come from a remote.
func (p *Policy) Entrance(slot int) *Entrance { return p.entrances[slot] }

// Exit returns what is to be told of the events that are sent to a remote.
func (p *Policy) Exit(slot int) *Exit { return p.exits[slot] }

// Probes returns what looks for cycles outside of the bridge.
func (p *Policy) Probes() *Probes { return p.probes }
