package topology_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// randomConfigs makes one to four bridges among the sites A to D.
func randomConfigs(t *testing.T, rnd *rand.Rand) []*config.Config {
	t.Helper()
	strict, declares := rnd.IntN(2) == 0, rnd.IntN(3) > 0
	eraser := byte('A' + rnd.IntN(8)) // often none
	var cfgs []*config.Config
	for i := range 1 + rnd.IntN(4) {
		var words []string
		sites := ""
		for _, s := range rnd.Perm(4)[:2+rnd.IntN(4)/3] {
			site := string(rune('A' + s))
			sites += site
			word := site + ":"
			if declares {
				word += site
				if rnd.IntN(6) == 0 {
					word += string(rune('A' + rnd.IntN(4)))
				}
			}
			if strict && rnd.IntN(12) > 0 {
				word += "!"
			}
			if site[0] == eraser {
				word += "~"
			}
			words = append(words, word)
		}
		h := newHub(t, fmt.Sprintf("bridge%d", i+1), words...)
		for range 1 + rnd.IntN(4)/3 {
			randomRoute(t, rnd, h, sites)
		}
		if rnd.IntN(15) == 0 {
			h.cfg.Loop.Roaming = []vscp.GUIDPattern{guids(t, 'Y')}
		}
		cfgs = append(cfgs, h.cfg)
	}
	return cfgs
}

func randomRoute(t *testing.T, rnd *rand.Rand, h *hub, sites string) {
	t.Helper()
	var r *config.Route
	if rnd.IntN(3) > 0 {
		r = h.between(sites)
	} else {
		r = h.fromTo(sites[:1], sites[1:])
		r.Presets = [][]config.Preset{nil, {config.PresetTelemetry}, {config.PresetCommands}, {config.PresetTelemetry, config.PresetCommands}}[rnd.IntN(4)]
	}
	for range rnd.IntN(5) / 3 {
		r.Match = append(r.Match, randomBlock(t, rnd))
	}
	for range rnd.IntN(6) / 5 {
		r.Exclude = append(r.Exclude, randomBlock(t, rnd))
	}
	if rnd.IntN(8) == 0 {
		from, to := rune('A'+rnd.IntN(4)), rune('A'+rnd.IntN(4))
		r.Rewrite.GUID = []config.GUIDMap{{From: guids(t, from), To: guids(t, to)}}
	}
}

func randomBlock(t *testing.T, rnd *rand.Rand) config.Match {
	t.Helper()
	var m config.Match
	if rnd.IntN(2) == 0 {
		m.Class = [][]config.Range{{{Min: 10, Max: 10}}, {{Min: 0, Max: 20}}, {{Min: 20, Max: 1100}}}[rnd.IntN(3)]
	}
	if len(m.Class) == 0 || rnd.IntN(3) == 0 {
		m.GUID = []vscp.GUIDPattern{guids(t, rune('A'+rnd.IntN(4)))}
	}
	return m
}

// describe lists configurations for messages.
func describe(cfgs []*config.Config) string {
	var b strings.Builder
	for i, cfg := range cfgs {
		fmt.Fprintf(&b, "bridge %d, roaming %v\n", i+1, cfg.Loop.Roaming)
		for _, r := range cfg.Remotes {
			fmt.Fprintf(&b, "  %s origins %v strict %t %s\n", r.Name, r.Origins, r.Strict, r.Profile)
		}
		for _, r := range cfg.Routes {
			fmt.Fprintf(&b, "  %s:", r.Name)
			for _, w := range r.Ways() {
				fmt.Fprintf(&b, " %s>%s %s", w.From.Name, w.To.Name, w.Preset)
			}
			fmt.Fprintf(&b, " match %+v exclude %+v guid %+v\n", r.Match, r.Exclude, r.Rewrite.GUID)
		}
	}
	return b.String()
}
