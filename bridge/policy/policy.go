package policy

import (
	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Policy is what a bridge decides by. Remotes are known by their place in the configuration.
type Policy struct {
	guard     *loop.Guard
	learned   *loop.Learned
	entrances []*Entrance
	exits     []*Exit
	probes    *Probes
}

// New returns the policy of a checked configuration.
func New(cfg *config.Config) *Policy {
	p := &Policy{guard: guard(cfg), learned: loop.NewLearned()}
	index := make(map[*config.Remote]int, len(cfg.Remotes))
	for i, r := range cfg.Remotes {
		index[r] = i
		exit := &Exit{}
		p.exits = append(p.exits, exit)
		p.entrances = append(p.entrances, &Entrance{
			remote: i,
			guard:  p.guard, credits: &exit.credits, door: loop.NewDoor(p.guard, p.learned, i),
			storm: loop.NewStorm(cfg.Loop.Storm.Limit, cfg.Loop.Storm.Window),
		})
	}
	p.probes = newProbes(cfg.Routes, index)
	for _, r := range cfg.Routes {
		p.join(r, index)
	}
	for _, e := range p.entrances {
		e.probes = p.probes
		e.verdicts = make([]Verdict, len(e.lanes))
	}
	return p
}

// join makes the lanes of a route.
func (p *Policy) join(r *config.Route, index map[*config.Remote]int) {
	limits := make(map[int]*limits)                // by destination
	filters := make(map[config.Preset]route.Rules) // shared: there are many ways among many remotes
	for _, way := range r.Ways() {
		e, to := p.entrances[index[way.From]], index[way.To]
		if limits[to] == nil {
			limits[to] = newLimits(&r.Tame)
		}
		filter, made := filters[way.Preset]
		if !made {
			filter = route.New(selection(r, way.Preset))
			filters[way.Preset] = filter
		}
		e.lanes = append(e.lanes, Lane{Route: r, To: to})
		e.rules = append(e.rules, newRules(r, filter, to, limits[to]))
		e.ports = append(e.ports, p.probes.port(r, index[way.From], to))
	}
}

func guard(cfg *config.Config) *loop.Guard {
	places := make([]loop.Place, len(cfg.Remotes))
	for i, r := range cfg.Remotes {
		places[i] = loop.Place{Origins: r.Origins, Strict: r.Strict}
	}
	return loop.New(places, cfg.Loop.Roaming)
}

// Entrance returns what judges the events that come from a remote.
func (p *Policy) Entrance(remote int) *Entrance { return p.entrances[remote] }

// Exit returns what is to be told of the events that are sent to a remote.
func (p *Policy) Exit(remote int) *Exit { return p.exits[remote] }

// Probes returns what looks for cycles outside of the bridge.
func (p *Policy) Probes() *Probes { return p.probes }

// Learned returns which GUIDs were seen where, of those events that were new here. It may be called from any goroutine.
func (p *Policy) Learned() []loop.Sighting { return p.learned.Sightings() }
