package loopsim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Topology is what a run is made of.
type Topology struct {
	Name     string // what is joined
	Settings string // how the bridges are set, in a few words
	Bounds   string // what keeps events from multiplying, in a few words
	Sites    []Peer
	Configs  []*config.Config
	Accepted bool // the verdict that is expected of package topology
	Harmless bool // nothing comes twice or back although it is refused
	Roams    bool // a device moves from site to site
	Partial  bool // some sites do not reach each other: nothing is missing
	Slow     bool // a line takes some 300 ms rather than less than 1
	// Reach says which site is to get an event of a class; nil: every one.
	Reach func(from, to int, class vscp.Class) bool
}

// Strict reports whether some remote takes only events of its origins.
func (t *Topology) Strict() bool {
	return slices.ContainsFunc(t.Configs, func(c *config.Config) bool {
		return slices.ContainsFunc(c.Remotes, func(r *config.Remote) bool { return r.Strict })
	})
}

// String describes the topology for messages.
func (t *Topology) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s):", t.Name, t.Settings)
	for _, cfg := range t.Configs {
		b.WriteString(" [")
		for _, r := range cfg.Remotes {
			fmt.Fprintf(&b, " %s %s %v", r.Name, r.Profile, r.Origins)
		}
		b.WriteString(" ]")
	}
	return b.String()
}

// Erases reports whether some site erases identity.
func (t *Topology) Erases() bool {
	return slices.ContainsFunc(t.Sites, func(p Peer) bool { return p.Erases })
}

// Bound is how many forwards the storm breaker allows in a time: at each remote, and for each thing that devices say, so many a
// window as its limit is, by each way that leads on. A remote of a site that erases identity makes three things of one: what is said,
// what devices at the site say as it comes there, and what bridges bring to it. What circles quickly is held back in its first window
// and does not come again.
func (t *Topology) Bound(things int, d time.Duration) int {
	bound, erased := 0, 0
	for _, cfg := range t.Configs {
		for _, r := range cfg.Remotes {
			if t.Sites[siteOf(r)].Erases {
				erased++
			}
		}
	}
	for _, cfg := range t.Configs {
		lanes := 0
		for _, r := range cfg.Routes {
			lanes += len(r.Ways())
		}
		windows := 1
		if t.Slow {
			windows += int(d / cfg.Loop.Storm.Window)
		}
		bound += lanes * cfg.Loop.Storm.Limit * windows
	}
	return bound * things * (1 + 2*erased)
}

// declared says which origins the remotes have.
type declared uint8

const (
	nothing declared = iota // none
	local                   // the devices of the site
	behind                  // and those of the sites from which events come that way, where each has one way to every site
)

// plan makes a topology of bridges that join all their sites with each other.
type plan struct {
	sites   []Peer
	bridges [][]int // the sites of each
	origins declared
	strict  bool
	roams   bool
	limit   int // of the storm breaker; 0: the default
}

// configs returns the configurations of the bridges.
func (p *plan) configs() []*config.Config {
	var cfgs []*config.Config
	entrances := p.entrances()
	for i, joined := range p.bridges {
		cfg := &config.Config{Loop: config.Loop{Storm: config.Storm{Limit: cmp.Or(p.limit, 100), Window: 10 * time.Second}}}
		if p.roams {
			cfg.Loop.Roaming = []vscp.GUIDPattern{under(mover(), fixed+1)}
		}
		for _, s := range joined {
			r := remote(s, p.sites[s])
			r.Strict = p.strict
			for _, o := range p.behind(entrances, i, s) {
				r.Origins = append(r.Origins, under(home(o), fixed))
			}
			cfg.Remotes = append(cfg.Remotes, r)
		}
		cfg.Routes = []*config.Route{{Name: "all", Between: cfg.Remotes, Presets: []config.Preset{config.PresetAll}}}
		cfgs = append(cfgs, cfg)
	}
	return cfgs
}

func (p *plan) behind(entrances [][]int, bridge, site int) []int {
	switch p.origins {
	case local:
		return []int{site}
	case behind:
		var origins []int
		for o := range p.sites {
			if entrances[o][bridge] == site {
				origins = append(origins, o)
			}
		}
		return origins
	default:
		return nil
	}
}

// entrances finds a tree for the events of each site, and returns at which site each bridge takes them; -1: it does not. A bridge
// that takes an event brings it to all its other sites, and so may do so only where none of them has it yet.
func (p *plan) entrances() [][]int {
	all := make([][]int, len(p.sites))
	for o := range p.sites {
		all[o] = slices.Repeat([]int{-1}, len(p.bridges))
		has := []int{o}
		for next, at := p.next(has, all[o]); next >= 0; next, at = p.next(has, all[o]) {
			all[o][next] = at
			for _, s := range p.bridges[next] {
				if s != at {
					has = append(has, s)
				}
			}
		}
	}
	return all
}

// next returns the bridge that brings an event furthest, and the one site of it that has it; of equal ones that of the site that had
// it first.
func (p *plan) next(has, used []int) (bridge, at int) {
	bridge = -1
	for _, s := range has {
		for i, joined := range p.bridges {
			n := 0
			for _, j := range joined {
				if slices.Contains(has, j) {
					n++
				}
			}
			if used[i] < 0 && n == 1 && slices.Contains(joined, s) && (bridge < 0 || len(joined) > len(p.bridges[bridge])) {
				bridge, at = i, s
			}
		}
	}
	return bridge, at
}

// remote returns a remote that stands for a site.
func remote(index int, peer Peer) *config.Remote {
	name := string(rune('a' + index))
	profile := config.ProfileVSCPD
	switch {
	case peer.Erases:
		profile = config.ProfileUvscpd
	case !peer.Echoes:
		profile = config.ProfileFirmware
	}
	return &config.Remote{Name: name, Addresses: []string{fmt.Sprintf("site-%s.example:9598", name)}, Profile: profile, Receive: config.ReceiveAuto}
}
