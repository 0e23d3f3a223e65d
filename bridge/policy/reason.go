package policy

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
)

// Reason says why an event goes no further. The set is fixed; reasons are metric labels.
type Reason string

// Goes is the reason of an event that is not held back.
const Goes Reason = ""

// The reasons, by what they are counted as.
var (
	// Filtered: the route does not take the event, or cannot.
	NoMatch       = Reason(route.NoMatch.String())
	ProtocolClass = Reason(route.Protocol.String())
	LocalClass    = Reason(route.LocalOnly.String())
	Excluded      = Reason(route.Excluded.String())
	Duplicate     = Reason(route.Duplicate.String())
	RateLimited   = Reason(route.RateLimited.String())
	MinInterval   = Reason(route.TooSoon.String())
	DeadBand      = Reason(route.InDeadBand.String())
	Unmappable    = Reason(route.Unmappable.String())
	// Suppressed: the loop guard held it back.
	OwnChannel    = Reason(loop.OwnChannel.String())
	Echo          = Reason(loop.Echo.String())
	Origin        = Reason(loop.Origin.String())
	UnknownOrigin = Reason(loop.UnknownOrigin.String())
	Storm         = Reason(loop.Stormy.String())
	Probe         = Reason(loop.ProbeEvent.String())
	Cycle         = Reason(loop.Cycle.String())
	OwnEvent      = Reason(loop.OwnEvent.String())
)

// These are filtered, too.
const (
	Scope    Reason = "scope"    // its GUID means something only where it is, and the route does not say that it may leave
	Directed Reason = "directed" // it is for a node behind another remote than the one that the way leads to
)

// Filtered returns the reasons for which a route does not take an event.
func Filtered() []Reason {
	return []Reason{
		Scope, NoMatch, ProtocolClass, LocalClass, Excluded, Directed, Duplicate, RateLimited, MinInterval, DeadBand, Unmappable,
	}
}

// Suppressed returns the reasons for which the loop guard holds an event back.
func Suppressed() []Reason {
	return []Reason{OwnChannel, Echo, Origin, UnknownOrigin, Storm, Probe, Cycle, OwnEvent}
}

// Known reports whether there is such a reason.
func Known(r Reason) bool {
	return slices.Contains(Filtered(), r) || slices.Contains(Suppressed(), r)
}
