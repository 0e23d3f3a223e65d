package policy_test

import (
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestEachMatchFieldCounts has each field of a block alone let one event pass and hold another one back, as match and as exclude:
// so none is forgotten between the configuration and the rules.
func TestEachMatchFieldCounts(t *testing.T) {
	const zoned, other = "96,65,6,0,,1770000000000000000," + fromNorth + ",0,1,2,138,0,25", "64,10,7,0,,1770000000000000000," + northPrefix + "00:00:00:00:00:02,129,0,30"
	just := func(n uint16) []config.Range { return []config.Range{{Min: n, Max: n}} }
	for name, m := range map[string]config.Match{
		"class": {Class: just(65)}, "type": {Type: just(6)}, "guid": {GUID: []vscp.GUIDPattern{pattern(t, fromNorth)}},
		"nickname": {Nickname: just(1)}, "priority": {Priority: just(3)}, "length": {Length: just(6)}, "sensor": {Sensor: just(2)},
		"zone": {Zone: just(1)}, "subzone": {Subzone: just(2)}, "unit": {Unit: just(1)}, "value": {Value: &config.ValueRange{Min: 25, Max: 25}},
		"filter": {Filter: &vscp.Matcher{Filter: vscp.Filter{Class: 65}, Mask: vscp.Filter{Class: 0xFFFF}}},
	} {
		for _, exclude := range []bool{false, true} {
			p := sites(t, func(_ *config.Config, r *config.Route) {
				if exclude {
					r.Exclude = []config.Match{m}
				} else {
					r.Match = []config.Match{m}
				}
			})
			fits, misses := string(policy.Goes), string(policy.NoMatch)
			if exclude {
				fits, misses = string(policy.Excluded), string(policy.Goes)
			}
			for row, want := range map[string]string{zoned: fits, other: misses} {
				if got := reasons(p, north, mustRow(t, row)); !slices.Equal(got, []string{want, want}) {
					t.Errorf("%s (exclude: %t): %s is held back for %q, want %q", name, exclude, row, got, want)
				}
			}
		}
	}
}

func reasons(p *policy.Policy, remote int, row vscp.Row) (out []string) {
	for _, v := range p.Entrance(remote).Judge(&policy.Arrival{Row: &row}) {
		out = append(out, string(v.Reason))
	}
	return out
}

// TestPresetsOfWays: with telemetry and commands, each goes its way only.
func TestPresetsOfWays(t *testing.T) {
	p := sites(t, func(c *config.Config, r *config.Route) {
		r.Between, r.From, r.To = nil, c.Remotes[north:south], c.Remotes[south:roof]
		r.Presets = []config.Preset{config.PresetTelemetry, config.PresetCommands}
	})
	const temperature, turnOn = "96,10,6,0,,1770000000000000000,", "96,30,5,0,,1770000000000000000,"
	for _, tt := range []struct {
		from int
		row  string
		want policy.Reason
	}{
		{north, temperature + fromNorth + ",138,0,25", policy.Goes},
		{north, turnOn + fromNorth + ",0,1,2", policy.NoMatch},
		{south, temperature + fromSouth + ",138,0,25", policy.NoMatch},
		{south, turnOn + fromSouth + ",0,1,2", policy.Goes},
	} {
		if got := reasons(p, tt.from, mustRow(t, tt.row)); !slices.Equal(got, []string{string(tt.want)}) {
			t.Errorf("from remote %d, %s: held back for %q, want %q", tt.from, tt.row, got, tt.want)
		}
	}
}

// TestTestsMayNameEachReason: what the policy says can be expected by the tests of a configuration.
func TestTestsMayNameEachReason(t *testing.T) {
	for _, r := range slices.Concat(policy.Filtered(), policy.Suppressed()) {
		if !slices.Contains(config.HeldReasons(), string(r)) {
			t.Errorf("config.HeldReasons() = %q, want %q among them", config.HeldReasons(), r)
		}
	}
}
