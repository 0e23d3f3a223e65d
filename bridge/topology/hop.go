package topology

import (
	"cmp"
	"slices"
)

// hop is one way of events between two remotes of a bridge, whatever route makes it and wherever that stands.
type hop struct {
	bridge   int
	from, to string
}

func (h hop) compare(o hop) int {
	return cmp.Or(cmp.Compare(h.bridge, o.bridge), cmp.Compare(h.from, o.from), cmp.Compare(h.to, o.to))
}

// hops returns paths of lanes as sorted lists of hops, sorted. The order in which a path goes through its hops says nothing more: a ring can be
// entered anywhere.
func (g *graph) hops(paths [][]int) [][]hop {
	ways := make([][]hop, len(paths))
	for i, path := range paths {
		for _, l := range path {
			from, to := g.nodes[g.lanes[l].from], g.nodes[g.lanes[l].to]
			ways[i] = append(ways[i], hop{from.bridge, from.remote.Name, to.remote.Name})
		}
		slices.SortFunc(ways[i], hop.compare)
	}
	slices.SortFunc(ways, func(a, b []hop) int { return slices.CompareFunc(a, b, hop.compare) })
	return ways
}

// same reports whether two findings of events that go round or arrive twice are of one kind, and of the same ways.
func (f *Finding) same(o *Finding) bool {
	return f.Kind == o.Kind && len(f.ways) > 0 && slices.EqualFunc(f.ways, o.ways, slices.Equal[[]hop])
}
