package bridge

import (
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Sight is an event as it was seen on one of its ways through the bridge: from a remote to another by a route.
type Sight struct {
	ID       uint64 // the same for all ways of an event; later ones have larger numbers
	At       time.Time
	Route    string
	From, To string   // From is empty for an event that was given up after it had been queued, and for a link event of the bridge
	Row      vscp.Row // as it leaves
	Held     Reason   // why it goes no further; empty if it was queued
	Reply    string   // the destination's words about an event that it refused
}

// Show says which sights are wanted by what became of the event.
type Show uint8

// The choices.
const (
	ShowAll     Show = iota
	ShowPassed       // what was queued
	ShowDropped      // what went no further
)

// SightFilter says which sights are wanted. An empty list takes all.
type SightFilter struct {
	Remotes []string // names of sources and destinations
	Routes  []string
	Classes []vscp.Class
	Types   []uint16
	GUIDs   []vscp.GUIDPattern
	// Reasons are those for which an event goes no further. If there are none, all are taken but policy.OwnChannel: what peers show the
	// bridge of its own sending would be every other sight.
	Reasons []Reason
	Show    Show
}

// takes reports whether the filter takes a sight.
func (f *SightFilter) takes(s *Sight) bool {
	switch {
	case f.Show == ShowPassed && s.Held != policy.Goes, f.Show == ShowDropped && s.Held == policy.Goes:
		return false
	case len(f.Reasons) == 0 && s.Held == policy.OwnChannel, len(f.Reasons) > 0 && !slices.Contains(f.Reasons, s.Held):
		return false
	}
	return (len(f.Classes) == 0 || slices.Contains(f.Classes, s.Row.Class)) &&
		(len(f.Types) == 0 || slices.Contains(f.Types, s.Row.Type)) &&
		(len(f.Routes) == 0 || slices.Contains(f.Routes, s.Route)) &&
		(len(f.Remotes) == 0 || slices.Contains(f.Remotes, s.To) || slices.Contains(f.Remotes, s.From)) &&
		(len(f.GUIDs) == 0 || slices.ContainsFunc(f.GUIDs, func(p vscp.GUIDPattern) bool { return p.Match(s.Row.GUID) }))
}

// lostFor returns the reason that an outcome is counted by; false if the event is not lost.
func lostFor(o remote.Outcome) (Reason, bool) {
	switch o {
	case remote.RefusedForGood:
		return ReasonRefused, true
	case remote.RetryExpired:
		return ReasonRetryExpired, true
	case remote.TooLong:
		return ReasonTooLong, true
	case remote.Unfit:
		return ReasonUnfit, true
	case remote.Ambiguous:
		return ReasonAmbiguous, true
	default:
		return "", false
	}
}
