package topology

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// mostSteps bounds the work: so many lanes are looked at. A thousand remotes joined with one another need a third of it.
const mostSteps = 20_000_000

// Check joins the configurations of one or several bridges and follows all kinds of events through what they make.
func Check(cfgs ...*config.Config) Report {
	g := newGraph(cfgs)
	g.budget = mostSteps
	var r Report
	for i := range g.sites {
		r.Sites = append(r.Sites, g.sites[i].name)
	}
	kinds := newDivider(cfgs).kinds(g)
	begin := g.origins(&r)
	c := collector{g: g, kinds: kinds, faces: g.faces(), byKey: map[string]*trouble{}}
	for s := range g.sites {
		c.follow(s, begin[s])
	}
	c.erasing(&r)
	c.report(&r)
	g.neverUsed(&r, kinds)
	g.apart(&r)
	if g.budget <= 0 {
		r.Findings = append(r.Findings, Finding{
			Kind: TooLarge, Severity: config.SeverityWarning, Summary: "the topology is too large to follow every event through it; not all was checked",
		})
	}
	sortFindings(r.Findings)
	return r
}

func sortFindings(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), strings.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
}

// collector gathers what is wrong, by the sites that it concerns.
type collector struct {
	g      *graph
	kinds  []kind
	faces  int // GUIDs that an interface at a site that erases identity can have
	byKey  map[string]*trouble
	sorted []*trouble // in the order in which they were found
}

// trouble is what goes wrong in the same way with one or several kinds of events.
type trouble struct {
	kind   Kind
	sure   bool
	paths  [][]int // of lanes, by which the first event went
	start  int     // the site where it began
	first  origin
	origin map[identity]bool
	kinds  map[int]bool
}

// follow follows everything that begins at a site.
func (c *collector) follow(site int, begin []origin) {
	if c.g.follow(site, event{}, mode{blind: true}).clean() {
		return // whatever the rules let through
	}
	for _, o := range begin {
		for k := range c.kinds {
			for face := range c.faces {
				c.followKind(site, o, k, face)
			}
		}
	}
}

// followKind follows an event of one kind.
func (c *collector) followKind(site int, o origin, kind, face int) {
	e := c.kinds[kind].event
	e.guid = o.guid
	f := c.g.follow(site, e, mode{face: face})
	if f.clean() {
		return
	}
	sure := true
	if certain := c.g.follow(site, e, mode{sure: true, face: face}); certain.clean() {
		sure = false
	} else {
		f = certain
	}
	c.add(f, o, kind, sure)
}

// add takes down what is wrong with one event.
func (c *collector) add(f *flow, o origin, kind int, sure bool) {
	back := f.into[f.start]
	if cycle := f.cycle(); cycle != nil {
		c.note(Ring, [][]int{cycle}, f.start, o, kind, sure)
	} else if len(back) > 0 {
		c.note(Ring, [][]int{f.path(back[0])}, f.start, o, kind, sure)
	}
	for site := range c.g.sites {
		steps := f.into[site]
		if site == f.start || len(steps) < 2 {
			continue
		}
		a, b := steps[0], steps[1]
		if a.before == b.before {
			c.note(Twin, [][]int{{a.lane}, {b.lane}}, f.start, o, kind, sure)
		} else if len(back) == 0 {
			c.note(Duplicate, [][]int{f.path(a), f.path(b)}, f.start, o, kind, sure)
		}
	}
}

func (c *collector) note(what Kind, paths [][]int, start int, o origin, kind int, sure bool) {
	key := string(what) + c.g.key(paths)
	t := c.byKey[key]
	if t == nil || sure && !t.sure {
		fresh := &trouble{kind: what, sure: sure, paths: paths, start: start, first: o, origin: map[identity]bool{}, kinds: map[int]bool{}}
		if t == nil {
			t = fresh
			c.byKey[key] = t
			c.sorted = append(c.sorted, t)
		} else {
			*t = *fresh
		}
	}
	if sure == t.sure {
		t.origin[o.identity] = true
		t.kinds[kind] = true
	}
}

// key names the sites of some paths.
func (g *graph) key(paths [][]int) string {
	var sites []int
	for _, p := range paths {
		for _, l := range p {
			sites = append(sites, g.nodes[g.lanes[l].from].site, g.nodes[g.lanes[l].to].site)
		}
	}
	slices.Sort(sites)
	return "\x00" + g.siteNames(slices.Compact(sites))
}

func (g *graph) siteNames(sites []int) string {
	names := make([]string, len(sites))
	for i, s := range sites {
		names[i] = g.sites[s].name
	}
	return strings.Join(names, ", ")
}
