package topology

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// report turns what was gathered into findings.
func (c *collector) report(r *Report) {
	twins := map[string]bool{}
	for _, t := range c.sorted {
		if t.kind == Twin {
			twins[c.g.key(t.paths)] = true
		}
	}
	for _, t := range c.sorted {
		if t.kind == Ring && twins[c.g.key(t.paths)] {
			continue // follows from the twins
		}
		r.Findings = append(r.Findings, c.finding(t))
	}
}

func (c *collector) finding(t *trouble) Finding {
	g := c.g
	route := g.lanes[last(t.paths[len(t.paths)-1])].route
	f := Finding{Kind: t.kind, Severity: config.SeverityError, Pos: route.Pos, Block: `route ` + strconv.Quote(route.Name), ways: g.hops(t.paths)}
	may, gets := "", "gets"
	if !t.sure {
		f.Severity, may, gets = config.SeverityWarning, "may ", "may get"
	}
	from, to := g.ends(t.paths[0])
	switch t.kind {
	case Ring:
		f.Summary = fmt.Sprintf("events %sgo round: %s", may, g.around(t.paths[0]))
	case Twin:
		f.Summary = fmt.Sprintf("%sjoin the same pair of sites: %s %s events of %s twice", g.twins(t.paths), to, gets, from)
	default:
		f.Summary = fmt.Sprintf("%s %s events of %s by two ways", to, gets, from)
	}
	for _, p := range t.paths {
		f.Paths = append(f.Paths, g.pathText(p))
		for _, l := range p {
			if pos := g.lanes[l].route.Pos; pos != f.Pos && !slices.Contains(f.Others, pos) {
				f.Others = append(f.Others, pos)
			}
		}
	}
	f.Detail = "Concerns " + c.concerns(t) + "."
	f.Instead = g.instead(t)
	return f
}

// concerns says which events a trouble is about.
func (c *collector) concerns(t *trouble) string {
	var whose []string
	for _, i := range []identity{known, unknown, roaming, erased} {
		if !t.origin[i] {
			continue
		}
		switch i {
		case known:
			text := "declared GUIDs"
			if t.first.identity == known {
				text += " (such as " + t.first.pattern.String() + ")"
			}
			whose = append(whose, text)
		case unknown:
			whose = append(whose, "GUIDs that no origins declare")
		case roaming:
			whose = append(whose, "roaming GUIDs")
		default:
			whose = append(whose, "events of sites that erase identity")
		}
	}
	classes := "every class that crosses"
	if len(t.kinds) < c.crossing() {
		var names []string
		for k := range c.kinds {
			if t.kinds[k] {
				names = append(names, c.kinds[k].name())
			}
		}
		classes = "the classes " + strings.Join(names[:min(len(names), 4)], ", ")
		if len(names) > 4 {
			classes += " and others"
		}
	}
	return listed(whose) + "; " + classes
}

// crossing returns the number of kinds that any route takes.
func (c *collector) crossing() int {
	n := 0
	for k := range c.kinds {
		if slices.ContainsFunc(c.g.lanes, func(l lane) bool { return l.passes(&c.kinds[k].event) != no }) {
			n++
		}
	}
	return n
}

func (g *graph) ends(path []int) (from, to string) {
	return g.sites[g.nodes[g.lanes[path[0]].from].site].name, g.sites[g.nodes[g.lanes[last(path)].to].site].name
}

func (g *graph) around(path []int) string {
	names := make([]string, 0, len(path)+1)
	for _, l := range path {
		names = append(names, g.sites[g.nodes[g.lanes[l].from].site].name)
	}
	_, to := g.ends(path)
	return strings.Join(append(names, to), " → ")
}

func (g *graph) pathText(path []int) string {
	from, _ := g.ends(path)
	var b strings.Builder
	b.WriteString(from)
	for _, l := range path {
		_, to := g.ends([]int{l})
		b.WriteString(" → " + to + " (" + g.laneName(l) + ")")
	}
	return b.String()
}

func (g *graph) laneName(l int) string {
	name := g.lanes[l].route.Name
	if len(g.bridges) > 1 {
		name = g.bridges[g.nodes[g.lanes[l].from].bridge].name + " " + name
	}
	return name
}

func (g *graph) twins(paths [][]int) string {
	a, b := paths[0][0], paths[1][0]
	what := "the routes "
	if g.nodes[g.lanes[a].from].bridge != g.nodes[g.lanes[b].from].bridge {
		what = "the bridges "
	}
	return what + g.laneName(a) + " and " + g.laneName(b) + " "
}

func remoteBlock(r *config.Remote) string { return "remote " + strconv.Quote(r.Name) }

func last(path []int) int { return path[len(path)-1] }

func listed(words []string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], ", ") + " and " + words[n]
}
