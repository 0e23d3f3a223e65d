package loop

import "slices"

// SetRoutes gives the prober other routes. A route that is the same as before at its place keeps its cycles, and the probes that it
// sent stay its own. Those of the others are known as the bridge's, and prove nothing any more. A place may be left empty, by
// the zero ProbeRoute, and taken again later.
func (p *Prober) SetRoutes(routes []ProbeRoute) {
	kept := func(i int) bool { return i < len(p.routes) && i < len(routes) && p.routes[i].Same(&routes[i]) }
	p.rings = slices.DeleteFunc(p.rings, func(r Ring) bool { return !kept(r.Route) })
	p.own.retire(func(t ticket) bool { return t != retired && !kept(t.route) })
	p.routes = routes
}

// Same reports whether probes know two routes as the same.
func (r *ProbeRoute) Same(o *ProbeRoute) bool {
	return slices.Equal(r.Members, o.Members) && slices.Equal(r.Sources, o.Sources) && (r.Sources == nil) == (o.Sources == nil) &&
		r.Every == o.Every && r.Block == o.Block
}

// retired is where the probes of routes went that are gone: one that comes back late is to be known as the bridge's own.
var retired = ticket{route: -1, to: -1}

// keptRetired bounds them.
const keptRetired = 1024

// retire moves the tokens for which gone says so.
func (t *tokens) retire(gone func(ticket) bool) {
	for at, keys := range t.recent {
		if !gone(at) {
			continue
		}
		delete(t.recent, at)
		for _, key := range keys {
			t.at[key] = retired
		}
		t.recent[retired] = append(t.recent[retired], keys...)
	}
	old := t.recent[retired]
	if more := len(old) - keptRetired; more > 0 {
		for _, key := range old[:more] {
			delete(t.at, key)
		}
		t.recent[retired] = slices.Clone(old[more:])
	}
}
