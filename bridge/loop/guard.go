package loop

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Reason says why the guard holds an event back.
type Reason uint8

// The reasons.
const (
	Admitted   Reason = iota
	OwnChannel        // sent by this bridge, shown to it by the server
	Origin            // its GUID lives behind another remote
)

// String returns the reason as the metric label has it.
func (r Reason) String() string {
	switch r {
	case Admitted:
		return "admitted"
	case OwnChannel:
		return "own_channel"
	case Origin:
		return "origin"
	default:
		return "unknown"
	}
}

// Guard knows which GUIDs live behind which remote. It does not change and may be used by many goroutines.
type Guard struct {
	origins []origin // the most specific first
}

type origin struct {
	pattern vscp.GUIDPattern
	remote  int
}

// New returns a guard for remotes 0..n-1, of which each declares the GUIDs that live behind it; none is fine.
func New(origins [][]vscp.GUIDPattern) *Guard {
	g := &Guard{}
	for remote, patterns := range origins {
		for _, p := range patterns {
			g.origins = append(g.origins, origin{pattern: p, remote: remote})
		}
	}
	slices.SortStableFunc(g.origins, func(a, b origin) int { return b.pattern.Len() - a.pattern.Len() })
	return g
}

// Check judges an event that came from remote. own are the channel ids of the connections on which events are sent to it.
// Channel id 0 is what servers without channels write, and means nothing.
func (g *Guard) Check(remote int, row *vscp.Row, own []uint32) Reason {
	if row.ObID != 0 && slices.Contains(own, row.ObID) {
		return OwnChannel
	}
	if home, declared := g.home(remote, row.GUID); declared && home != remote {
		return Origin
	}
	return Admitted
}

// home finds the remote behind which guid lives. Among equally specific declarations that of the asking remote counts.
func (g *Guard) home(asking int, guid vscp.GUID) (remote int, declared bool) {
	length := 0
	for _, o := range g.origins {
		if declared && o.pattern.Len() < length {
			break
		}
		if !o.pattern.Match(guid) {
			continue
		}
		if o.remote == asking {
			return asking, true
		}
		if !declared {
			remote, declared, length = o.remote, true, o.pattern.Len()
		}
	}
	return remote, declared
}
