package policy

import (
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// What follows says the words of the configuration in those of bridge/route, which knows no configuration.

func filter(r *config.Route) route.Rules {
	var out route.Rules
	for _, m := range r.Match {
		out = append(out, route.Match{Class: ranges(m.Class), Type: ranges(m.Type), GUID: m.GUID, Priority: ranges(m.Priority)})
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
