package bridge

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// retry says which events of a direction are sent again.
type retry struct {
	ambiguous config.OnAmbiguous
	maxAge    time.Duration
}

// again reports whether to send the event again: after its answer got lost, or after the destination was full for so long.
func (r *retry) again(row *vscp.Row, full time.Duration) bool {
	switch {
	case full > 0:
		return full < r.maxAge
	case r.ambiguous == config.AmbiguousDrop:
		return false
	case r.ambiguous == config.AmbiguousResend:
		return true
	default:
		return idempotent(row.Class)
	}
}

// idempotent reports whether an event of the class says the same when it comes twice. What asks for something to be done may have
// it done twice.
func idempotent(class vscp.Class) bool {
	const (
		levelOne  = 512 // from here on the classes of level I come again, with a GUID in front of the data
		protocol  = 0
		control   = 30
		protocol2 = 1024
		control2  = 1025
		hlo       = 1028
	)
	if class >= levelOne && class < 2*levelOne {
		class -= levelOne
	}
	switch class {
	case protocol, control, protocol2, control2, hlo:
		return false
	default:
		return true
	}
}
