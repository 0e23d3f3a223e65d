package topology_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// world runs events through configurations copy by copy, by the plainest reading of the rules: what Check is compared with.
type world struct {
	cfgs   []*config.Config
	echoes bool // sites that erase identity show an event to its sender too
	// policies, one for each bridge, decide in place of admitted, carried and renamed if there are any.
	policies []*policy.Policy
	face     int // which of its origins is the interface of a remote at a site that erases identity, counted round
}

// place is a remote of a bridge.
type place struct{ bridge, remote int }

type copied struct {
	site  string
	from  place // that sent it there
	guid  vscp.GUID
	class uint16
}

const mostCopies = 300

// run counts how often each site gets an event, and reports whether it came to an end.
func (w *world) run(site string, guid vscp.GUID, class uint16) (got map[string]int, ended bool) {
	got = map[string]int{}
	waiting := []copied{{site, place{-1, -1}, guid, class}}
	for n := 0; len(waiting) > 0; n++ {
		if n > mostCopies {
			return got, false
		}
		c := waiting[0]
		waiting = waiting[1:]
		for _, next := range w.spread(c) {
			got[next.site]++
			waiting = append(waiting, next)
		}
	}
	return got, true
}

func (w *world) erases(site string) bool {
	for _, cfg := range w.cfgs {
		for _, r := range cfg.Remotes {
			if r.Addresses[0] == site && r.Profile == config.ProfileUvscpd {
				return true
			}
		}
	}
	return false
}

func (w *world) spread(c copied) []copied {
	var out []copied
	for b, cfg := range w.cfgs {
		for i, r := range cfg.Remotes {
			at := place{b, i}
			if r.Addresses[0] != c.site || at == c.from && (!w.echoes || !w.erases(c.site)) {
				continue
			}
			guid := c.guid
			if w.erases(c.site) {
				guid = vscp.GUID{0xFE, 0x77}
				if len(r.Origins) > 0 {
					guid = r.Origins[w.face%len(r.Origins)].First()
					guid[15] = 0x21
				}
			}
			if len(w.policies) > 0 {
				out = append(out, w.judged(at, guid, c.class)...)
				continue
			}
			if !admitted(cfg, r, guid) {
				continue
			}
			for _, route := range cfg.Routes {
				for _, way := range route.Ways() {
					if way.From == r && carried(route, way.Preset, guid, c.class) {
						to := slices.Index(cfg.Remotes, way.To)
						out = append(out, copied{way.To.Addresses[0], place{b, to}, renamed(route, guid), c.class})
					}
				}
			}
		}
	}
	return out
}

// judged asks the policy that the bridge runs.
func (w *world) judged(at place, guid vscp.GUID, class uint16) []copied {
	var out []copied
	entrance := w.policies[at.bridge].Entrance(at.remote)
	lanes := entrance.Lanes()
	row := vscp.Row{Head: 0x60, Class: vscp.Class(class), Type: 1, GUID: guid}
	for i, v := range entrance.Judge(&policy.Arrival{Row: &row, At: time.Unix(1, 0)}) {
		if v.Reason == policy.Goes {
			to := w.cfgs[at.bridge].Remotes[lanes[i].To]
			out = append(out, copied{to.Addresses[0], place{at.bridge, lanes[i].To}, v.Row.GUID, uint16(v.Row.Class)})
		}
	}
	return out
}

func admitted(cfg *config.Config, from *config.Remote, guid vscp.GUID) bool {
	if matches(cfg.Loop.Roaming, guid) {
		return true
	}
	longest := -1
	for _, r := range cfg.Remotes {
		for _, p := range r.Origins {
			if p.Match(guid) {
				longest = max(longest, p.Len())
			}
		}
	}
	here := slices.ContainsFunc(from.Origins, func(p vscp.GUIDPattern) bool { return p.Match(guid) && p.Len() == longest })
	return here || longest < 0 && !from.Strict
}

func matches(patterns []vscp.GUIDPattern, guid vscp.GUID) bool {
	return slices.ContainsFunc(patterns, func(p vscp.GUIDPattern) bool { return p.Match(guid) })
}

func carried(r *config.Route, preset config.Preset, guid vscp.GUID, class uint16) bool {
	block := func(m config.Match) bool {
		return (len(m.GUID) == 0 || matches(m.GUID, guid)) && (len(m.Class) == 0 || m.Class[0].Min <= class && class <= m.Class[0].Max)
	}
	switch {
	case preset == config.PresetTelemetry && !slices.Contains([]uint16{1, 10, 20, 1060}, class), preset == config.PresetCommands && class != 30:
		return false
	case slices.ContainsFunc(r.Exclude, block):
		return false
	case class == 0: // a protocol class
		return slices.ContainsFunc(r.Match, func(m config.Match) bool { return len(m.Class) > 0 && block(m) })
	default:
		return len(r.Match) == 0 || slices.ContainsFunc(r.Match, block)
	}
}

func renamed(r *config.Route, guid vscp.GUID) vscp.GUID {
	for _, m := range r.Rewrite.GUID {
		if m.From.Match(guid) {
			first := m.To.First()
			copy(guid[:m.To.Len()], first[:m.To.Len()])
			return guid
		}
	}
	return guid
}

// begins reports whether an event with this GUID can begin at a site: it roams, or no bridge there says that it lives elsewhere. Where
// the files contradict one another, each of them may be right.
func (w *world) begins(site string, guid vscp.GUID) bool {
	for _, cfg := range w.cfgs {
		if matches(cfg.Loop.Roaming, guid) {
			return true
		}
	}
	here, elsewhere := w.says(site, guid)
	if w.erases(site) || !elsewhere {
		return true
	}
	for _, other := range "ABCD" {
		if there, not := w.says(string(other)+".example:9598", guid); there && !not {
			return false
		}
	}
	return here
}

// says returns whether a bridge has the GUID at a site, and whether one that has a remote there has it elsewhere.
func (w *world) says(site string, guid vscp.GUID) (here, elsewhere bool) {
	for _, cfg := range w.cfgs {
		there, declared, known := false, false, false
		for _, r := range cfg.Remotes {
			known = known || matches(r.Origins, guid)
			if r.Addresses[0] == site {
				there = true
				declared = declared || matches(r.Origins, guid) // all patterns of the test are of one length
			}
		}
		here = here || declared
		elsewhere = elsewhere || there && known && !declared
	}
	return here, elsewhere
}

// trouble finds an event that some site gets twice, or that comes back; with echoes only one that goes round.
func (w *world) trouble(t *testing.T) string {
	t.Helper()
	faces := 1
	for _, cfg := range w.cfgs {
		for _, r := range cfg.Remotes {
			if w.erases(r.Addresses[0]) {
				faces = max(faces, len(r.Origins))
			}
		}
	}
	for w.face = range faces {
		if why := w.troubleOnce(t); why != "" {
			return why
		}
	}
	return ""
}

func (w *world) troubleOnce(t *testing.T) string {
	t.Helper()
	sites := "ABCD"
	for _, s := range sites {
		site := string(s) + ".example:9598"
		for _, home := range sites + "XY" {
			guid := guids(t, home).First()
			guid[15] = 0x21
			if !w.begins(site, guid) {
				continue
			}
			for _, class := range []uint16{0, 1, 5, 10, 20, 30, 300, 1060, 2000} {
				got, ended := w.run(site, guid, class)
				for at, n := range got {
					if !ended || !w.echoes && (n > 1 || at == site) {
						return "GUID of " + string(home) + " from " + site + " comes more than once to " + at
					}
				}
			}
		}
	}
	return ""
}

// TestCheckAgreesWithBruteForce makes small worlds at random and runs every event through those.
func TestCheckAgreesWithBruteForce(t *testing.T) {
	accepted, refused := 0, 0
	for seed := range repeat.Times(uint64(3000)) {
		cfgs := randomConfigs(t, rand.New(rand.NewPCG(seed, 7)))
		r := topology.Check(cfgs...)
		plain, echoing := &world{cfgs: cfgs}, &world{cfgs: cfgs, echoes: true}
		why := plain.trouble(t)
		turns := echoing.trouble(t)
		if got, want := r.Accepted(), why == "" && turns == ""; got != want {
			t.Fatalf("seed %d: accepted = %t, want %t: %s; with echoes: %s%s\n%s", seed, got, want, why, turns, dump(&r), describe(cfgs))
		}
		if r.Accepted() {
			accepted++
		} else {
			refused++
		}
	}
	if least := repeat.Times(500); accepted < least || refused < least {
		t.Errorf("%d worlds accepted and %d refused, want at least %d of each", accepted, refused, least)
	}
}

// TestCheckAgreesWithPolicy does the same with fewer worlds and the policy that the bridge runs, without its breaker: what Check
// reads of a configuration is what the bridge does.
func TestCheckAgreesWithPolicy(t *testing.T) {
	for seed := range repeat.Times(uint64(1000)) {
		cfgs := randomConfigs(t, rand.New(rand.NewPCG(seed, 8)))
		w := &world{cfgs: cfgs}
		for _, cfg := range cfgs {
			cfg.Loop.Storm.Limit = 0
			w.policies = append(w.policies, policy.New(cfg))
		}
		r := topology.Check(cfgs...)
		why := w.trouble(t)
		w.echoes = true
		if got, want := r.Accepted(), why == "" && w.trouble(t) == ""; got != want {
			t.Fatalf("seed %d: accepted = %t, want %t: %s%s\n%s", seed, got, want, why, dump(&r), describe(cfgs))
		}
	}
}
