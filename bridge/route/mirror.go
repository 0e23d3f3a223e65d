package route

import (
	"math"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Mirror says on which level events leave. Classes that are not on the other one stay as they are.
type Mirror uint8

// The ways of mirroring.
const (
	MirrorNone   Mirror = iota
	MirrorLevel1        // classes 512 to 1023 become 0 to 511; the GUID of the destination is cut off
	MirrorLevel2        // classes 0 to 511 become 512 to 1023, for the interface of the sender
)

// Level I: 512 classes of 256 types with up to 8 data bytes. (VSCP: Level I events)
const (
	firstMirror   vscp.Class = 512
	firstLevel2   vscp.Class = 1024
	maxLevel1Data            = 8
	maxLevel1Type            = math.MaxUint8
)

// levels of classes, each with its own idea of what the data begins with.
type levels uint8

const (
	level1 levels = iota
	mirrored
	level2
)

func level(c vscp.Class) levels {
	switch {
	case c < firstMirror:
		return level1
	case c < firstLevel2:
		return mirrored
	default:
		return level2
	}
}

// fits reports whether row, which was of another level maybe, can be of the one that its class says. What was of a level before
// is not asked again whether it belongs there: senders stretch the limits.
func fits(row *vscp.Row, before levels) bool {
	now := level(row.Class)
	if now != level2 && row.Type > maxLevel1Type {
		return false
	}
	if now == before {
		return true
	}
	switch now {
	case level1:
		return row.DataLen() <= maxLevel1Data
	case mirrored:
		n := row.DataLen() - len(vscp.GUID{})
		return n >= 0 && n <= maxLevel1Data
	default:
		return true
	}
}

// mirror reports whether row has a form on the level that is asked for.
func (w *Rewriter) mirror(row *vscp.Row) bool {
	var ok bool
	switch on := level(row.Class); {
	case w.Mirror == MirrorLevel1 && on == mirrored:
		ok = row.ToLevel1(w.text)
	case w.Mirror == MirrorLevel2 && on == level1:
		// The far side knows the sender by the GUID that it gets, so the interface is taken from that one.
		ok = row.ToLevel2(row.GUID.WithNickname(0), w.text)
	default:
		return true
	}
	if ok {
		w.text = row.Text
	}
	return ok
}
