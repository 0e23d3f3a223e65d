package topology_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// hub is a configuration in the making: its sites are letters, and each has the address of that name.
type hub struct {
	t   *testing.T
	cfg *config.Config
}

// newHub makes a configuration with a remote for each word: a letter for the site, then the letters of the sites whose GUIDs are
// its origins, then "!" for strict and "~" for a peer that erases identity. "A:AB!" is site A with the GUIDs of A and B, strict.
func newHub(t *testing.T, name string, words ...string) *hub {
	t.Helper()
	h := &hub{t, config.Default()}
	for i, w := range words {
		site, rest, _ := strings.Cut(w, ":")
		r := config.DefaultRemote(strings.ToLower(site))
		r.Addresses = []string{site + ".example:9598"}
		r.Profile = config.ProfileVSCPD
		r.Pos = config.Position{File: name + ".hcl", Line: i + 1, Column: 1}
		for _, c := range rest {
			switch c {
			case '!':
				r.Strict = true
			case '~':
				r.Profile = config.ProfileUvscpd
			case '?':
				r.Profile = config.ProfileAuto
			default:
				r.Origins = append(r.Origins, guids(t, c))
			}
		}
		h.cfg.Remotes = append(h.cfg.Remotes, r)
	}
	return h
}

// guids is the pattern of the GUIDs that live at a site.
func guids(t *testing.T, site rune) vscp.GUIDPattern {
	t.Helper()
	return parsePattern(t, fmt.Sprintf("FF:FF:FF:FF:FF:FF:FF:FE:00:%02X:*", site))
}

func parsePattern(t *testing.T, text string) vscp.GUIDPattern {
	t.Helper()
	p, err := vscp.ParseGUIDPattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *hub) remotes(sites string) []*config.Remote {
	h.t.Helper()
	var rs []*config.Remote
	for _, s := range sites {
		i := slices.IndexFunc(h.cfg.Remotes, func(r *config.Remote) bool { return r.Name == strings.ToLower(string(s)) })
		if i < 0 {
			h.t.Fatalf("no remote %c", s)
		}
		rs = append(rs, h.cfg.Remotes[i])
	}
	return rs
}

// between adds a route both ways, and fromTo one of one way. Both return it.
func (h *hub) between(sites string) *config.Route {
	r := h.route()
	r.Between = h.remotes(sites)
	return r
}

func (h *hub) fromTo(from, to string) *config.Route {
	r := h.route()
	r.From, r.To = h.remotes(from), h.remotes(to)
	return r
}

func (h *hub) route() *config.Route {
	n := len(h.cfg.Routes)
	r := &config.Route{
		Name: fmt.Sprintf("route%d", n+1), Queue: config.DefaultQueue(),
		Pos: config.Position{File: h.cfg.Remotes[0].Pos.File, Line: 100 + n, Column: 1},
	}
	h.cfg.Routes = append(h.cfg.Routes, r)
	return r
}

// joined is a configuration with one route between all its remotes.
func joined(t *testing.T, name string, words ...string) *config.Config {
	t.Helper()
	h := newHub(t, name, words...)
	var sites strings.Builder
	for _, w := range words {
		sites.WriteString(w[:1])
	}
	h.between(sites.String())
	return h.cfg
}

// kindsOf lists the kinds of findings with their severities, sorted, each once.
func kindsOf(r *topology.Report) string {
	var kinds []string
	for i := range r.Findings {
		kinds = append(kinds, r.Findings[i].Severity.String()+" "+string(r.Findings[i].Kind))
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), ", ")
}

func dump(r *topology.Report) string {
	var b strings.Builder
	for i := range r.Findings {
		b.WriteString("\n" + r.Findings[i].Summary + "\n" + r.Findings[i].Explanation())
	}
	return b.String()
}
