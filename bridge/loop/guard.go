package loop

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Place says what is known of the place of a remote.
type Place struct {
	Origins []vscp.GUIDPattern // the GUIDs that live behind it; none is fine
	Strict  bool               // nothing else is taken from it
}

// Guard knows which GUIDs live behind which remote. It does not change and may be used by many goroutines.
type Guard struct {
	homes   homes
	roaming []vscp.GUIDPattern
	strict  []bool
}

// New returns a guard for remotes 0..n-1. The GUIDs that roaming names may come from anywhere.
func New(places []Place, roaming []vscp.GUIDPattern) *Guard {
	g := &Guard{roaming: roaming, strict: make([]bool, len(places))}
	for remote, p := range places {
		g.strict[remote] = p.Strict
		for _, o := range p.Origins {
			g.homes.add(o, remote)
		}
	}
	g.homes.sort()
	return g
}

// Own reports whether an event is one of our own. own are the channel ids of the connections on which events are sent to the
// remote that it came from. Channel id 0 is what servers without channels write, and means nothing.
func Own(row *vscp.Row, own []uint32) bool {
	return row.ObID != 0 && slices.Contains(own, row.ObID)
}

// Check judges the place where an event came from.
func (g *Guard) Check(remote int, guid vscp.GUID) Reason {
	behind, declared := g.homes.of(guid)
	switch {
	case slices.Contains(behind, int32(remote)):
		return Admitted
	case !declared && !g.strict[remote], g.Roams(guid):
		return Admitted
	case declared:
		return Origin
	default:
		return UnknownOrigin
	}
}

// Roams reports whether the GUID is one of a device that moves.
func (g *Guard) Roams(guid vscp.GUID) bool {
	return slices.ContainsFunc(g.roaming, func(p vscp.GUIDPattern) bool { return p.Match(guid) })
}

// Destination returns the remotes behind which the node is that an event of Level I over Level II is for. None: nobody declares
// it, or the event is for no node in particular (all zeros or all ones). The GUID is that of an interface with the nickname of the node in its last byte, so that a
// declared interface stands for its nodes.
func (g *Guard) Destination(row *vscp.Row) []int32 {
	if row.Class < firstMirror || row.Class >= firstLevel2 || row.DataLen() < len(vscp.GUID{}) || g.homes.none() {
		return nil
	}
	var node vscp.GUID
	row.ReadData(node[:])
	if node.IsZero() || node == broadcast {
		return nil
	}
	face := node
	face[len(face)-1] = 0
	return g.homes.either(node, face)
}
