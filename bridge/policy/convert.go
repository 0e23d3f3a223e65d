package policy

import (
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// What follows says the words of the configuration in those of bridge/route, which knows no configuration.

// selection is what a route takes on a way with the preset.
func selection(r *config.Route, preset config.Preset) route.Selection {
	return route.Selection{Preset: route.Preset(preset), Match: matches(r.Match), Exclude: matches(r.Exclude)}
}

func matches(in []config.Match) []route.Match {
	var out []route.Match
	for _, m := range in {
		match := route.Match{
			Class: ranges(m.Class), Type: ranges(m.Type), GUID: m.GUID, Nickname: ranges(m.Nickname), Priority: ranges(m.Priority),
			Length: ranges(m.Length), Sensor: ranges(m.Sensor), Zone: ranges(m.Zone), Subzone: ranges(m.Subzone),
			Filter: m.Filter, Unit: ranges(m.Unit),
		}
		if m.Value != nil {
			match.Value = &route.Values{Min: m.Value.Min, Max: m.Value.Max}
		}
		out = append(out, match)
	}
	return out
}

func rewrite(r *config.Rewrite) route.Rewrite {
	out := route.Rewrite{Priority: r.Priority}
	for _, m := range r.Map {
		out.Map = append(out.Map, route.ClassMap{Class: ranges(m.Class), Type: ranges(m.Type), ToClass: m.ToClass, ToType: m.ToType})
	}
	for _, m := range r.GUID {
		out.GUID = append(out.GUID, route.GUIDMap{From: m.From, To: m.To})
	}
	switch r.Mirror {
	case config.MirrorLevel1:
		out.Mirror = route.MirrorLevel1
	case config.MirrorLevel2:
		out.Mirror = route.MirrorLevel2
	default:
	}
	switch r.Time {
	case config.StampIngress:
		out.Time = route.StampIngress
	case config.StampRepair:
		out.Time = route.StampRepair
	default:
	}
	return out
}

func ranges(in []config.Range) []route.Range {
	var out []route.Range
	for _, r := range in {
		out = append(out, route.Range{First: r.Min, Last: r.Max})
	}
	return out
}
