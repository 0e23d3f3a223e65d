package topology

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// declared returns the nodes of a bridge behind which the bridge says that a GUID lives: by its most specific pattern.
func (g *graph) declared(bridge int, guid vscp.GUID) []int {
	var nodes []int
	longest := -1
	for i := range g.nodes {
		if g.nodes[i].bridge != bridge {
			continue
		}
		for _, p := range g.nodes[i].remote.Origins {
			switch {
			case !p.Match(guid) || p.Len() < longest:
			case p.Len() > longest:
				nodes, longest = []int{i}, p.Len()
			case !slices.Contains(nodes, i):
				nodes = append(nodes, i)
			}
		}
	}
	return nodes
}

// dwelling says where the files have a GUID.
type dwelling struct {
	nodes   []int // that declare it
	sites   []int // where it can live; without agreement, all that declare it
	silent  []int // where no bridge says anything of it, so that it may live there as well
	agreed  bool  // a site fits what all files say
	roaming bool
}

// home finds out where a GUID lives. Behind a remote can mean further away: the site at the remote is it only if no bridge there
// says that it is at its other side.
func (g *graph) home(guid vscp.GUID) dwelling {
	var d dwelling
	elsewhere := make([]bool, len(g.sites))
	var declaring []int
	for b := range g.bridges {
		d.roaming = d.roaming || g.bridges[b].guard.Roams(guid)
		nodes := g.declared(b, guid)
		if len(nodes) == 0 {
			continue
		}
		d.nodes = append(d.nodes, nodes...)
		here := map[int]bool{}
		for _, n := range nodes {
			here[g.nodes[n].site] = true
			declaring = append(declaring, g.nodes[n].site)
		}
		for i := range g.nodes {
			if s := g.nodes[i].site; g.nodes[i].bridge == b && !here[s] {
				elsewhere[s] = true
			}
		}
	}
	slices.Sort(declaring)
	declaring = slices.Compact(declaring)
	for _, s := range declaring {
		if !elsewhere[s] {
			d.sites = append(d.sites, s)
		}
	}
	d.agreed = len(d.sites) > 0
	if !d.agreed {
		d.sites = declaring
	}
	for s := range g.sites {
		if !elsewhere[s] && !slices.Contains(declaring, s) {
			d.silent = append(d.silent, s)
		}
	}
	return d
}

// identity says in which way the GUID of an event is known.
type identity string

const (
	known   identity = "declared"
	unknown identity = "undeclared"
	roaming identity = "roaming"
	erased  identity = "erased"
)

// origin is an event that can begin at a site.
type origin struct {
	guid     vscp.GUID
	identity identity
	pattern  vscp.GUIDPattern
}

// origins returns what begins at each site.
func (g *graph) origins(r *Report) [][]origin {
	begin := make([][]origin, len(g.sites))
	everywhere := func(o origin) {
		for s := range g.sites {
			begin[s] = append(begin[s], o)
		}
	}
	reported := map[vscp.GUIDPattern]bool{}
	for _, smp := range g.regions.samples {
		d := g.home(smp.guid)
		switch o := (origin{smp.guid, known, smp.pattern}); {
		case d.roaming:
			o.identity = roaming
			everywhere(o)
		case len(d.nodes) == 0:
			o.identity = unknown
			everywhere(o)
		default:
			for _, s := range slices.Concat(d.sites, d.silent) {
				begin[s] = append(begin[s], o)
			}
			if (!d.agreed || len(d.sites) > 1) && !reported[smp.pattern] {
				reported[smp.pattern] = true
				g.disagree(r, smp.pattern, d)
			}
		}
	}
	for s := range g.sites {
		if g.sites[s].erases {
			begin[s] = []origin{{identity: erased}}
		}
	}
	return begin
}

// disagree reports a GUID that lives in two places. Within one file the configuration tells that itself.
func (g *graph) disagree(r *Report, p vscp.GUIDPattern, d dwelling) {
	first, last := d.nodes[0], d.nodes[len(d.nodes)-1]
	if g.nodes[first].bridge == g.nodes[last].bridge {
		return
	}
	f := Finding{
		Kind: Origins, Severity: config.SeverityWarning, Pos: g.nodes[last].remote.Pos, Block: remoteBlock(g.nodes[last].remote),
		Summary: "the files do not agree where the GUIDs " + p.String() + " live: at " + g.siteNames(d.sites),
		Instead: "in each file, origins of the remote through which these GUIDs come, and of no other",
	}
	for _, n := range d.nodes[:len(d.nodes)-1] {
		f.Others = append(f.Others, g.nodes[n].remote.Pos)
	}
	r.Findings = append(r.Findings, f)
}

// origin patterns that live at a site, for proposals.
func (g *graph) patternsAt(site int) []vscp.GUIDPattern {
	var patterns []vscp.GUIDPattern
	for _, n := range g.sites[site].nodes {
		for _, p := range g.nodes[n].remote.Origins {
			guid, ok := g.regions.of(p)
			if ok && !slices.Contains(patterns, p) && slices.Contains(g.home(guid).sites, site) {
				patterns = append(patterns, p)
			}
		}
	}
	return patterns
}
