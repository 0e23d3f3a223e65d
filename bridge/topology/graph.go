package topology

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// graph is what the bridges make of the sites.
type graph struct {
	bridges []bridge
	nodes   []node
	lanes   []lane
	sites   []site
	regions regions
	budget  int // lanes that may still be looked at
}

// bridge is one configuration.
type bridge struct {
	cfg   *config.Config
	name  string // for messages
	guard *loop.Guard
}

// node is a remote of a bridge.
type node struct {
	bridge int
	index  int // among the remotes of the bridge
	remote *config.Remote
	site   int
	out    []int // lanes that lead on from it
}

// lane is one way of a route.
type lane struct {
	route    *config.Route
	preset   config.Preset
	from, to int // nodes
}

// site is a link server.
type site struct {
	name   string
	nodes  []int
	erases bool // gives events a GUID of its own
	auto   bool // not known whether it does
}

func newGraph(cfgs []*config.Config) *graph {
	g := &graph{}
	var remotes []*config.Remote
	for i, cfg := range cfgs {
		places := make([]loop.Place, len(cfg.Remotes))
		number := make(map[*config.Remote]int, len(cfg.Remotes))
		for j, r := range cfg.Remotes {
			places[j] = loop.Place{Origins: r.Origins, Strict: r.Strict}
			number[r] = len(g.nodes)
			g.nodes = append(g.nodes, node{bridge: i, index: j, remote: r})
		}
		remotes = append(remotes, cfg.Remotes...)
		g.bridges = append(g.bridges, bridge{cfg: cfg, name: bridgeName(cfg, i), guard: loop.New(places, cfg.Loop.Roaming)})
		for _, r := range cfg.Routes {
			g.addRoute(r, number)
		}
	}
	g.addSites(remotes)
	g.regions = newRegions(cfgs)
	return g
}

func (g *graph) addRoute(r *config.Route, number map[*config.Remote]int) {
	for _, way := range r.Ways() {
		from := number[way.From]
		if way.From.Receive == config.ReceiveNone {
			continue
		}
		g.nodes[from].out = append(g.nodes[from].out, len(g.lanes))
		g.lanes = append(g.lanes, lane{route: r, preset: way.Preset, from: from, to: number[way.To]})
	}
}

func (g *graph) addSites(remotes []*config.Remote) {
	sites, n := sitesOf(remotes)
	g.sites = make([]site, n)
	for i, s := range sites {
		g.nodes[i].site = s
		st, r := &g.sites[s], g.nodes[i].remote
		st.nodes = append(st.nodes, i)
		st.erases = st.erases || r.Profile == config.ProfileUvscpd
	}
	taken := map[string]bool{}
	for i := range g.sites {
		st := &g.sites[i]
		st.auto = !st.erases && !slices.ContainsFunc(st.nodes, func(n int) bool { return g.nodes[n].remote.Profile != config.ProfileAuto })
		st.name = g.siteName(st)
		for unique := st.name; taken[st.name]; {
			unique += "'"
			st.name = unique
		}
		taken[st.name] = true
	}
}

// siteName is the name that the files give the site, or that of its remotes if they agree, or else its address.
func (g *graph) siteName(st *site) string {
	first := g.nodes[st.nodes[0]].remote
	same := true
	for _, n := range st.nodes {
		r := g.nodes[n].remote
		if r.Site != "" {
			return r.Site
		}
		same = same && r.Name == first.Name
	}
	if same || len(first.Addresses) == 0 {
		return first.Name
	}
	return normal(first.Addresses[0])
}

// bridgeName is the file, where it is known.
func bridgeName(cfg *config.Config, i int) string {
	for _, r := range cfg.Remotes {
		if r.Pos.File != "" {
			return filepath.Base(r.Pos.File)
		}
	}
	return "bridge " + strconv.Itoa(i+1)
}

// admits reports whether the loop guard takes an event that came from a node.
func (g *graph) admits(n int, guid vscp.GUID) bool {
	nd := &g.nodes[n]
	return g.bridges[nd.bridge].guard.Check(nd.index, guid) == loop.Admitted
}

// native returns the GUID that an event has for a node at a site that erases identity: that of the node's own interface there. That is
// one of the origins, if there are any, and which is not said: face counts them, and goes on with the first after the last.
func (g *graph) native(n, face int) vscp.GUID {
	if origins := g.nodes[n].remote.Origins; len(origins) > 0 {
		if guid, ok := g.regions.of(origins[face%len(origins)]); ok {
			return guid
		}
	}
	return g.regions.undeclared
}

// faces returns how many GUIDs an interface at a site that erases identity can have, at least 1.
func (g *graph) faces() int {
	most := 1
	for i := range g.nodes {
		if st := &g.sites[g.nodes[i].site]; st.erases || st.auto {
			most = max(most, len(g.nodes[i].remote.Origins))
		}
	}
	return most
}
