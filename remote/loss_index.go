package remote

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

const (
	// maxSenders bounds the memory of a remote. Senders beyond that are not followed until the next connection.
	maxSenders = 4096
	// stepsToRoll is how many steps of exactly one, in a row, show that a sender counts its events. Most leave the index at 0.
	stepsToRoll = 2
	// gapsToStop is how many gaps in a row show that it does not, or that only a part of its events comes this way.
	gapsToStop = 4
)

// indices follows the rolling index of each sender on one connection. The zero value follows nobody yet.
type indices struct {
	at      map[vscp.GUID]uint16 // index in senders
	senders []rolling
	last    uint16    // in senders, the one of guid
	guid    vscp.GUID // of the sender before: events often come in runs. All zero: none.
}

// rolling is what is known of one sender's index.
type rolling struct {
	last  uint8
	steps uint8 // of exactly one, in a row, up to stepsToRoll
	gaps  uint8 // in a row
}

// missing notes the index of an event and returns how many events of its sender are missing before it, modulo 8. A GUID of all
// zero names no sender.
func (x *indices) missing(guid *vscp.GUID, index uint8) int {
	if *guid != x.guid {
		if !x.find(guid, index) {
			return 0
		}
	} else if x.at == nil {
		return 0 // all zero, and nobody before
	}
	return x.senders[x.last].next(index)
}

// find makes a sender the last one. It reports whether it was known before.
func (x *indices) find(guid *vscp.GUID, index uint8) (known bool) {
	if guid.IsZero() {
		return false
	}
	at, known := x.at[*guid]
	switch {
	case known:
	case len(x.senders) == maxSenders:
		return false
	default:
		if x.at == nil {
			x.at = make(map[vscp.GUID]uint16)
		}
		at = uint16(len(x.senders))
		x.at[*guid] = at
		x.senders = append(x.senders, rolling{last: index})
	}
	x.last, x.guid = at, *guid
	return known
}

// next notes an index and returns how many are missing before it. The same index again is no gap of 7: the sender does not
// count, or the event came twice.
func (r *rolling) next(index uint8) (missing int) {
	step := (index - r.last) & 7
	r.last = index
	rolls := r.steps == stepsToRoll
	switch {
	case step == 1:
		r.steps, r.gaps = min(r.steps+1, stepsToRoll), 0
		return 0
	case !rolls:
		r.steps = 0
		return 0
	case step == 0:
		return 0
	}
	if r.gaps++; r.gaps == gapsToStop {
		r.steps, r.gaps = 0, 0
	}
	return int(step) - 1
}
