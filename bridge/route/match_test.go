package route_test

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func exactly(n uint16) []route.Range { return []route.Range{{First: n, Last: n}} }

func TestRulesCheck(t *testing.T) {
	site, err := vscp.ParseGUIDPattern("FF:FF:FF:FF:FF:FF:FF:FE:00:01:*")
	if err != nil {
		t.Fatal(err)
	}
	guid := vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0, 0, 0, 0, 5}
	temperature := vscp.Row{Head: 0x60, Class: 10, Type: 6, GUID: guid}
	with := func(change func(r *vscp.Row)) vscp.Row {
		row := temperature
		change(&row)
		return row
	}
	for _, tt := range []struct {
		name  string
		match []route.Match
		row   vscp.Row
		want  route.Reason
	}{
		{"no rules take all", nil, temperature, route.Taken},
		{"class", []route.Match{{Class: exactly(10)}}, temperature, route.Taken},
		{"other class", []route.Match{{Class: exactly(11)}}, temperature, route.NoMatch},
		{"range, first", []route.Match{{Class: []route.Range{{First: 10, Last: 20}}}}, temperature, route.Taken},
		{"range, last", []route.Match{{Class: []route.Range{{First: 1, Last: 10}}}}, temperature, route.Taken},
		{"range, below", []route.Match{{Class: []route.Range{{First: 11, Last: 20}}}}, temperature, route.NoMatch},
		{"class and type", []route.Match{{Class: exactly(10), Type: exactly(6)}}, temperature, route.Taken},
		{"class but not type", []route.Match{{Class: exactly(10), Type: exactly(7)}}, temperature, route.NoMatch},
		{"alternatives within a field", []route.Match{{Type: append(exactly(7), exactly(6)...)}}, temperature, route.Taken},
		{"second block takes it", []route.Match{{Class: exactly(20)}, {Type: exactly(6)}}, temperature, route.Taken},
		{"GUID", []route.Match{{GUID: []vscp.GUIDPattern{site}}}, temperature, route.Taken},
		{"other GUID", []route.Match{{GUID: []vscp.GUIDPattern{site}}}, with(func(r *vscp.Row) { r.GUID[9] = 2 }), route.NoMatch},
		{"priority", []route.Match{{Priority: exactly(3)}}, temperature, route.Taken},
		{"other priority", []route.Match{{Priority: []route.Range{{First: 0, Last: 2}}}}, temperature, route.NoMatch},
		{"protocol class needs a name", nil, with(func(r *vscp.Row) { r.Class = 0 }), route.Protocol},
		{"protocol mirror needs a name", nil, with(func(r *vscp.Row) { r.Class = 512 }), route.Protocol},
		{"level II protocol needs a name", []route.Match{{Type: exactly(6)}}, with(func(r *vscp.Row) { r.Class = 1024 }), route.Protocol},
		{"HLO needs a name", nil, with(func(r *vscp.Row) { r.Class = 1028 }), route.Protocol},
		{"protocol class by name", []route.Match{{Class: exactly(0)}}, with(func(r *vscp.Row) { r.Class = 0 }), route.Taken},
		{"protocol class by name, other type", []route.Match{{Class: exactly(0), Type: exactly(9)}}, with(func(r *vscp.Row) { r.Class = 0 }), route.Protocol},
		{"CLASS2.VSCPD never leaves", []route.Match{{Class: exactly(65535)}}, with(func(r *vscp.Row) { r.Class = 65535 }), route.LocalOnly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := route.New(route.Selection{Match: tt.match})
			if got := rules.Check(&tt.row); got != tt.want {
				t.Errorf("Check(%+v) = %v, want %v", tt.row, got, tt.want)
			}
		})
	}
}

func TestReasonNamesAreLabels(t *testing.T) {
	for reason, want := range map[route.Reason]string{
		route.Taken: "taken", route.NoMatch: "no_match", route.Protocol: "protocol_class", route.LocalOnly: "local_class", 99: "unknown",
	} {
		if got := reason.String(); got != want {
			t.Errorf("Reason(%d).String() = %q, want %q", reason, got, want)
		}
	}
}

func TestRangeContains(t *testing.T) {
	r := route.Range{First: 10, Last: 20}
	for n, want := range map[uint16]bool{0: false, 9: false, 10: true, 15: true, 20: true, 21: false, 65535: false} {
		if got := r.Contains(n); got != want {
			t.Errorf("%+v.Contains(%d) = %t, want %t", r, n, got, want)
		}
	}
}
