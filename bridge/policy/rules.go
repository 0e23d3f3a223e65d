package policy

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// rules are what a route says of one of its ways.
type rules struct {
	to      int32 // where the way leads
	scopes  [loop.Laboratory + 1]bool
	filter  route.Rules
	rewrite *route.Rewriter
	repairs bool // the time of a sender that knows no date
	*limits
}

// limits hold for all ways of a route to a destination together.
type limits struct {
	dedupe *route.Dedupe
	tame   *route.Tame
}

// limitsOf says of what limits are: two that are equal may be the same.
type limitsOf struct {
	route string
	to    int
	tame  config.Tame
}

func newLimits(t *config.Tame) *limits {
	return &limits{
		dedupe: route.NewDedupe(t.Dedupe),
		tame: route.NewTame(route.Limits{
			Rate: t.Rate, Burst: t.Burst, MinInterval: t.MinInterval, DeadBand: t.DeadBand, MaxSilence: t.MaxSilence,
		}),
	}
}

func newRules(r *config.Route, filter route.Rules, to int, l *limits) rules {
	return rules{
		to: int32(to), filter: filter, rewrite: route.NewRewriter(rewrite(&r.Rewrite)), repairs: r.Rewrite.Time == config.StampRepair,
		scopes: [...]bool{
			loop.Global:     true,
			loop.Private:    slices.Contains(r.Scopes, config.ScopePrivate),
			loop.Laboratory: slices.Contains(r.Scopes, config.ScopeLaboratory),
		},
		limits: l,
	}
}

// event is an arrival, and what is known of it for all lanes.
type event struct {
	*Arrival
	sent        vscp.Time // as the sender gave it, maybe none
	scope       loop.Scope
	destination []int32 // the remotes behind which the node is that it is for; none: it may go anywhere
}

// check says why the event does not take the way, before it is looked at whether there are too many.
func (r *rules) check(e *event) Reason {
	if !r.scopes[e.scope] {
		return Scope
	}
	if why := r.filter.Check(e.Row); why != route.Taken {
		return Reason(why.String())
	}
	if len(e.destination) > 0 && !slices.Contains(e.destination, r.to) {
		return Directed
	}
	if why := r.dedupe.Check(e.Row, e.sent, e.Now); why != route.Taken {
		return Reason(why.String())
	}
	return Goes
}

// shape says how the event leaves, or why it does not.
func (r *rules) shape(e *event) Verdict {
	if why := r.tame.Check(e.Row, e.Now); why != route.Taken {
		return Verdict{Reason: Reason(why.String()), Row: e.Row}
	}
	if r.repairs { // what was filled in hides what there is to repair
		now := e.Row.Time
		e.Row.Time = e.sent
		defer func() { e.Row.Time = now }()
	}
	row, why := r.rewrite.Apply(e.Row, e.At)
	if why != route.Taken {
		return Verdict{Reason: Reason(why.String()), Row: e.Row}
	}
	return Verdict{Row: row}
}

func newEvent(a *Arrival, sent vscp.Time, guard *loop.Guard) event {
	return event{Arrival: a, sent: sent, scope: loop.ScopeOf(a.Row.GUID), destination: guard.Destination(a.Row)}
}
