package route_test

import (
	"math"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const mirrorDestination = "255,255,255,255,255,255,255,254,0,1,0,0,0,1,0,7"

// parse reads an event with "#" for a GUID that ends in 00:05.
func parse(tb testing.TB, line string) vscp.Row {
	tb.Helper()
	var row vscp.Row
	if err := row.Parse([]byte(strings.Replace(line, "#", "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:05", 1))); err != nil {
		tb.Fatal(err)
	}
	return row
}

func matcher(tb testing.TB, filter, mask string) *vscp.Matcher {
	tb.Helper()
	var m vscp.Matcher
	var err error
	if m.Filter, err = vscp.ParseFilter(filter); err != nil {
		tb.Fatal(err)
	}
	if m.Mask, err = vscp.ParseFilter(mask); err != nil {
		tb.Fatal(err)
	}
	return &m
}

// TestMatchFields has for each field an event that fits, and those that do not.
func TestMatchFields(t *testing.T) {
	const celsius25, celsius30 = "96,10,6,0,,,#,138,0,25", "96,10,6,0,,,#,138,0,30" // normalised, unit 1, sensor 2
	const celsius25Mirrored = "96,522,6,0,,,#," + mirrorDestination + ",138,0,25"
	warm := &route.Values{Min: 25, Max: math.Inf(1)}
	for _, tt := range []struct {
		name      string
		match     route.Match
		fits, not []string
	}{
		{"nickname", route.Match{Nickname: exactly(5)}, []string{celsius25}, []string{"96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:05:00,138,0,25"}},
		{"length", route.Match{Length: exactly(3)}, []string{celsius25}, []string{"96,20,3,0,,,#", "96,20,3,0,,,#,1,2,3,4", celsius25Mirrored}},
		{"sensor", route.Match{Sensor: exactly(2)}, []string{celsius25, celsius25Mirrored, "96,65,6,0,,,#,7,8,9,138,1", "96,1060,6,0,,,#,2,8,9,1"}, []string{"96,10,6,0,,,#,137,0,25", "96,10,6,0,,,#", "96,20,3,0,,,#,2,2,2", "96,65,6,0,,,#,2,2,2,137,1"}},
		{"sensor 0 is not none", route.Match{Sensor: exactly(0)}, []string{"96,10,6,0,,,#,136,0,25"}, []string{"96,10,6,0,,,#", "96,20,3,0,,,#,0,0,0", "96,70,6,0,,,#,0,0,0,0"}},
		{"zone", route.Match{Zone: exactly(8)}, []string{"96,20,3,0,,,#,7,8,9", "96,65,6,0,,,#,7,8,9,138,1", "96,1060,6,0,,,#,2,8,9,1"}, []string{"96,20,3,0,,,#,8,7,8", "96,20,3,0,,,#,7,8", celsius25, "96,20,3,0,,,#,7,255,9"}},
		{"subzone", route.Match{Subzone: exactly(9)}, []string{"96,20,3,0,,,#,7,8,9", "96,30,5,0,,,#,7,8,9"}, []string{"96,20,3,0,,,#,9,9,8", "96,206,1,0,,,#,7,8,9"}},
		{"filter and mask", route.Match{Filter: matcher(t, "0,10,0,-", "0,0x3FF,0,-")}, []string{celsius25}, []string{celsius25Mirrored, "96,11,6,0,,,#"}},
		{"mask of the last bit of the GUID", route.Match{Filter: matcher(t, "0,0,0,-:01", "0,0,0,-:01")}, []string{celsius25}, []string{"96,10,6,0,,,-"}},
		{"unit", route.Match{Unit: exactly(1)}, []string{celsius25, "96,1060,6,0,,,#,0,0,0,1,64,0,0,0,0,0,0,0"}, []string{"96,10,6,0,,,#,130,0,25", "96,20,3,0,,,#,138,0,25", "96,10,6,0,,,#,10,1"}},
		{"least value", route.Match{Value: warm}, []string{celsius25, celsius30, celsius25Mirrored, "96,70,6,0,,,#,65,200,0,0", "96,1040,6,0,,,#,0,0,0,1,50,53"}, []string{"96,10,6,0,,,#,138,0,24", "96,10,6,0,,,#,138,129,249", "96,10,6,0,,,#", "96,20,3,0,,,#,138,0,25"}},
		{"value range", route.Match{Value: &route.Values{Min: -1, Max: 25}}, []string{celsius25, "96,10,6,0,,,#,138,0,255"}, []string{celsius30, "96,10,6,0,,,#,138,0,254"}},
		{"NaN is in no range", route.Match{Value: &route.Values{Min: math.Inf(-1), Max: math.Inf(1)}}, []string{celsius25}, []string{"96,70,6,0,,,#,127,192,0,0"}},
		{"all fields together", route.Match{Class: exactly(10), Type: exactly(6), Sensor: exactly(2), Unit: exactly(1), Value: warm}, []string{celsius25}, []string{"96,10,6,0,,,#,130,0,25", "96,10,7,0,,,#,138,0,25", "96,10,6,0,,,#,138,0,24", "96,10,6,0,,,#,139,0,25"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := route.New(route.Selection{Match: []route.Match{tt.match}})
			for _, line := range tt.fits {
				row := parse(t, line)
				if got := rules.Check(&row); got != route.Taken {
					t.Errorf("Check(%s) = %v, want %v", line, got, route.Taken)
				}
			}
			for _, line := range tt.not {
				row := parse(t, line)
				if got := rules.Check(&row); got != route.NoMatch {
					t.Errorf("Check(%s) = %v, want %v", line, got, route.NoMatch)
				}
			}
		})
	}
}

func TestExcludeAndPreset(t *testing.T) {
	const temperature, on, turnOn, protocol = "96,10,6,0,,,#,138,0,25", "96,20,3,0,,,#,0,1,2", "96,30,5,0,,,#,0,1,2", "96,0,1,0,,,#"
	named := []route.Match{{Class: []route.Range{{First: 0, Last: 30}}}}
	for _, tt := range []struct {
		name      string
		selection route.Selection
		line      string
		want      route.Reason
	}{
		{"excluded", route.Selection{Exclude: []route.Match{{Class: exactly(20)}}}, on, route.Excluded},
		{"not excluded", route.Selection{Exclude: []route.Match{{Class: exactly(20)}}}, temperature, route.Taken},
		{"second exclude block", route.Selection{Exclude: []route.Match{{Class: exactly(30)}, {Zone: exactly(1)}}}, on, route.Excluded},
		{"exclude wins over match", route.Selection{Match: named, Exclude: []route.Match{{Class: exactly(20)}}}, on, route.Excluded},
		{"no match comes before excluded", route.Selection{Match: []route.Match{{Class: exactly(10)}}, Exclude: []route.Match{{}}}, on, route.NoMatch},
		{"exclude without class excludes protocol", route.Selection{Match: named, Exclude: []route.Match{{Type: exactly(1)}}}, protocol, route.Excluded},
		{"telemetry", route.Selection{Preset: route.Telemetry}, on, route.Taken},
		{"telemetry has no control", route.Selection{Preset: route.Telemetry}, turnOn, route.NoMatch},
		{"commands", route.Selection{Preset: route.Commands}, turnOn, route.Taken},
		{"commands have no information", route.Selection{Preset: route.Commands}, on, route.NoMatch},
		{"preset and match: both must take it", route.Selection{Preset: route.Telemetry, Match: []route.Match{{Class: exactly(30)}}}, turnOn, route.NoMatch},
		{"match narrows the preset", route.Selection{Preset: route.Telemetry, Match: []route.Match{{Class: exactly(10)}}}, on, route.NoMatch},
		{"a preset never has protocol", route.Selection{Preset: route.Telemetry, Match: named}, protocol, route.Protocol},
		{"all with protocol named", route.Selection{Preset: route.All, Match: named}, protocol, route.Taken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules, row := route.New(tt.selection), parse(t, tt.line)
			if got := rules.Check(&row); got != tt.want {
				t.Errorf("Check(%s) = %v, want %v", tt.line, got, tt.want)
			}
		})
	}
}

// TestPresets goes through all classes: what makes telemetry one way and commands the other free of loops is that no class is in
// both, nor a class in one and its mirror in the other.
func TestPresets(t *testing.T) {
	for c := range vscp.Class(65535) {
		telemetry, commands := route.Telemetry.Has(c), route.Commands.Has(c)
		if telemetry && commands {
			t.Errorf("class %d is in telemetry and in commands, want it in one at most", c)
		}
		if c < 512 && (route.Telemetry.Has(c+512) != telemetry || route.Commands.Has(c+512) != commands) {
			t.Errorf("class %d and its mirror %d are in different presets, want them in the same", c, c+512)
		}
		if !route.All.Has(c) || !route.Preset("").Has(c) {
			t.Errorf("class %d is not in all, want every class there", c)
		}
		if setsValue := c < 1024 && c%512 >= 85; c.IsMeasurement() && (telemetry == setsValue || commands != setsValue) {
			t.Errorf("class %d of measurements is in telemetry: %t, in commands: %t; want it in commands if it sets values, else in telemetry", c, telemetry, commands)
		}
	}
	for token, want := range map[string][2]bool{ // telemetry, commands
		"CLASS1.INFORMATION": {true, false}, "CLASS1.CONTROL": {false, true}, "CLASS2.LEVEL1.CONTROL": {false, true},
		"CLASS2.INFORMATION": {true, false}, "CLASS2.CONTROL": {false, true}, "CLASS2.MEASUREMENT_FLOAT": {true, false},
		"CLASS1.PROTOCOL": {}, "CLASS2.PROTOCOL": {}, "CLASS2.HLO": {}, "CLASS2.VSCPD": {},
		"1": {true, false}, "15": {true, false}, "85": {false, true}, "1027": {false, true}, "100": {}, "1029": {},
	} {
		c, err := vscp.ParseClass(token)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{route.Telemetry.Has(c), route.Commands.Has(c)}; got != want {
			t.Errorf("%s in telemetry, commands: %v, want %v", token, got, want)
		}
	}
}
