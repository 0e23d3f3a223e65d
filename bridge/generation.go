package bridge

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// generation is what a configuration was made into. It does not change; endpoints and directions that the next configuration has too
// are in both.
type generation struct {
	cfg        *config.Config
	policy     *policy.Policy
	endpoints  []*endpoint // as the remotes of the configuration
	directions []*direction
	made       map[way]*direction
}

// way names a direction.
type way struct{ route, to string }

// endpoint returns the one of a remote, or nil.
func (g *generation) endpoint(name string) *endpoint {
	for _, e := range g.endpoints {
		if e.name == name {
			return e
		}
	}
	return nil
}

// byName returns the endpoints by their names.
func (g *generation) byName() map[string]*endpoint {
	out := make(map[string]*endpoint, len(g.endpoints))
	for _, e := range g.endpoints {
		out[e.name] = e
	}
	return out
}

// same reports whether a configuration asks for nothing else, as far as Apply may change it.
func (g *generation) same(cfg *config.Config) bool {
	return slices.EqualFunc(g.cfg.Remotes, cfg.Remotes, (*config.Remote).Same) && slices.EqualFunc(g.cfg.Routes, cfg.Routes, (*config.Route).Same) &&
		reflect.DeepEqual(&g.cfg.Loop, &cfg.Loop) && g.cfg.Bridge.FlushTimeout == cfg.Bridge.FlushTimeout && g.cfg.Bridge.GUID == cfg.Bridge.GUID
}

// all returns the directions of the configuration, in its order. Those that are still there although it has them no more follow those of
// their route, or all others.
func (b *Bridge) all() []*direction {
	b.mu.RLock()
	defer b.mu.RUnlock()
	present := b.present.Load().directions
	if len(b.leaving) == 0 {
		return present
	}
	leaving := make(map[string][]*direction) // by route
	for _, l := range b.leaving {
		if !l.over {
			leaving[l.d.route] = append(leaving[l.d.route], l.d)
		}
	}
	var out []*direction
	for i, d := range present {
		out = append(out, d)
		if i+1 == len(present) || present[i+1].route != d.route {
			out = append(out, inOrder(leaving[d.route])...)
			delete(leaving, d.route)
		}
	}
	return append(out, inOrder(slices.Concat(slices.Collect(maps.Values(leaving))...))...)
}

func inOrder(directions []*direction) []*direction {
	return slices.SortedFunc(slices.Values(directions), func(a, b *direction) int {
		return cmp.Or(cmp.Compare(a.route, b.route), cmp.Compare(a.to, b.to))
	})
}
