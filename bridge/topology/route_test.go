package topology_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func class(first, last uint16) []config.Range { return []config.Range{{Min: first, Max: last}} }

// TestCheckRoutes builds one bridge between A and B for each case, or more of them.
func TestCheckRoutes(t *testing.T) {
	both := []config.Preset{config.PresetTelemetry, config.PresetCommands}
	for _, tt := range []struct {
		name  string
		words []string
		build func(h *hub)
		want  string
		text  string // part of the first finding
	}{
		{
			"two routes on a pair",
			[]string{"A:A", "B:B"},
			func(h *hub) { h.between("AB"); h.fromTo("A", "B") },
			"error twin", "the routes route1 and route2 join the same pair of sites",
		},
		{
			"two routes on a pair, by presets",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				h.fromTo("A", "B").Presets = both[:1]
				h.fromTo("A", "B").Presets = both[1:]
			},
			"", "",
		},
		{
			"two routes on a pair, by types",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				h.fromTo("A", "B").Match = []config.Match{{Class: class(10, 10), Type: class(6, 6)}}
				h.fromTo("A", "B").Exclude = []config.Match{{Class: class(10, 10), Type: class(6, 6)}}
			},
			"", "",
		},
		{
			"two routes on a pair, by filter",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				f := &vscp.Matcher{Filter: vscp.Filter{Class: 10}, Mask: vscp.Filter{Class: 0xFFFF}}
				h.fromTo("A", "B").Match = []config.Match{{Filter: f}}
				h.fromTo("A", "B").Exclude = []config.Match{{Filter: f}}
			},
			"", "",
		},
		{
			"two routes on a pair, by nickname",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				h.fromTo("A", "B").Match = []config.Match{{Nickname: class(0, 9)}}
				h.fromTo("A", "B").Match = []config.Match{{Nickname: class(10, 255)}}
			},
			"", "",
		},
		{
			"two routes on a pair, by data",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				h.fromTo("A", "B").Match = []config.Match{{Sensor: class(0, 0)}}
				h.fromTo("A", "B").Match = []config.Match{{Sensor: class(1, 1)}}
			},
			"warning twin", "b may get",
		},
		{
			"a pair that erases, telemetry and commands",
			[]string{"U:U~", "V:V~"},
			func(h *hub) { h.fromTo("U", "V").Presets = both }, "", "",
		},
		{
			"a pair that erases, one way", []string{"U:U~", "V:V~"}, func(h *hub) { h.fromTo("U", "V") }, "", "",
		},
		{
			"a triangle that erases, one way",
			[]string{"U:~", "V:~", "W:~"},
			func(h *hub) { h.fromTo("U", "V"); h.fromTo("V", "W"); h.fromTo("W", "U") }, "error erasing", "u → v → w → u",
		},
		{
			"exclude covers match",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				r := h.fromTo("A", "B")
				r.Match = []config.Match{{Class: class(10, 20)}}
				r.Exclude = []config.Match{{Class: class(0, 100)}}
			},
			"warning never", "the exclude blocks cover the match blocks",
		},
		{
			"preset against match",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				r := h.fromTo("A", "B")
				r.Presets = both[:1]
				r.Match = []config.Match{{Class: class(30, 30)}}
			},
			"warning never", "the preset has none of the classes",
		},
		{
			"GUIDs that live elsewhere",
			[]string{"A:A", "B:B"},
			func(h *hub) { h.fromTo("A", "B").Match = []config.Match{{GUID: []vscp.GUIDPattern{guids(h.t, 'B')}}} },
			"warning never", "no GUID in common",
		},
		{
			"protocol class that is not named",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				h.fromTo("A", "B").Match = []config.Match{{Filter: &vscp.Matcher{Mask: vscp.Filter{Class: 0xFFFF}}}}
			},
			"warning never", "protocol classes cross only where",
		},
		{
			"strict without origins",
			[]string{"A:!", "B:B"},
			func(h *hub) { h.fromTo("A", "B") },
			"warning never", "the loop guard takes none of the GUIDs",
		},
		{
			"private GUIDs without scopes",
			[]string{"A:", "B:B"},
			func(h *hub) {
				h.fromTo("A", "B").Match = []config.Match{{GUID: []vscp.GUIDPattern{parsePattern(h.t, "FF:FF:FF:FF:FF:FF:FF:FC:01:*")}}}
			},
			"warning never", "scopes of the route",
		},
		{
			"private GUIDs with scopes",
			[]string{"A:", "B:B"},
			func(h *hub) {
				r := h.fromTo("A", "B")
				r.Match = []config.Match{{GUID: []vscp.GUIDPattern{parsePattern(h.t, "FF:FF:FF:FF:FF:FF:FF:FC:01:*")}}}
				r.Scopes = []config.Scope{config.ScopePrivate}
			},
			"", "",
		},
		{
			"one block of two never matches",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				r := h.fromTo("A", "B")
				r.Match = []config.Match{{Class: class(10, 10)}, {Class: class(20, 20)}}
				r.Exclude = []config.Match{{Class: class(20, 20)}}
			},
			"warning never", "match block 2 takes no event",
		},
		{
			"a route back to the same server",
			[]string{"A:A", "B:B"},
			func(h *hub) {
				h.cfg.Remotes[1].Addresses = []string{"a.EXAMPLE.:9598"}
				h.fromTo("A", "B")
			},
			"error ring", "a.example:9598 → a.example:9598",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub(t, "h", tt.words...)
			tt.build(h)
			r := topology.Check(h.cfg)
			if got := kindsOf(&r); got != tt.want {
				t.Fatalf("findings = %q, want %q%s", got, tt.want, dump(&r))
			}
			if tt.text != "" && !strings.Contains(r.Findings[0].Summary, tt.text) {
				t.Errorf("summary = %q, want one with %q", r.Findings[0].Summary, tt.text)
			}
		})
	}
}
