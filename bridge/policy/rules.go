package policy

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// rules are what a route takes on one of its ways.
type rules struct {
	filter route.Rules
}

func newRules(r *config.Route) rules {
	var out rules
	for _, m := range r.Match {
		out.filter = append(out.filter, route.Match{Class: ranges(m.Class), Type: ranges(m.Type), GUID: m.GUID, Priority: ranges(m.Priority)})
	}
	return out
}

// check says why the event does not take the way to a remote. destination are the remotes behind which the node is that it is for;
// none: it may go anywhere.
func (r *rules) check(row *vscp.Row, destination []int32, to int32) Reason {
	if why := r.filter.Check(row); why != route.Taken {
		return Reason(why.String())
	}
	if len(destination) > 0 && !slices.Contains(destination, to) {
		return Directed
	}
	return Goes
}

func ranges(in []config.Range) []route.Range {
	var out []route.Range
	for _, r := range in {
		out = append(out, route.Range{First: r.Min, Last: r.Max})
	}
	return out
}
