package policy

import (
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func rules(r *config.Route) route.Rules {
	var out route.Rules
	for _, m := range r.Match {
		out = append(out, route.Match{Class: ranges(m.Class), Type: ranges(m.Type), GUID: m.GUID, Priority: ranges(m.Priority)})
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
