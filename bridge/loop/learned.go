package loop

import (
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Sighting is a GUID that was seen at a remote.
type Sighting struct {
	GUID        vscp.GUID
	Remote      int
	Times       uint64        // how often it was noted
	First, Last time.Duration // by the clock of the arrivals
	Moves       uint64        // of the GUID, from one remote to another
	Flaps       bool          // it moves to and fro
}

// Learned knows which GUIDs were seen at which remote: to propose origins, and to notice a GUID that shows up here and there. It
// never decides: after a restart, the tables of bridges in a ring could agree on a loop.
//
// It may be used by many goroutines at once.
type Learned struct {
	mu    sync.Mutex // guards what follows; nothing blocks while it is held
	known map[vscp.GUID]*known
}

// known is what was seen of a GUID.
type known struct {
	at    []Sighting // at most maxPlaces
	last  int        // the remote where it was seen last
	moves uint64
	round uint64        // what moves was when flapWindow began
	since time.Duration // when that was
	moved time.Duration // when it moved last
	flaps bool
}

const (
	// maxKnown bounds the table: GUIDs that come when it is full are not learned.
	maxKnown = 1 << 14
	// maxPlaces bounds what is kept of one GUID.
	maxPlaces = 8
	// So many moves within a window are flapping: there, back, there and back. A device that moves does not do that.
	flapMoves  = 4
	flapWindow = 10 * time.Minute
)

// NewLearned returns an empty table.
func NewLearned() *Learned { return &Learned{known: make(map[vscp.GUID]*known)} }

// See notes that an event of a GUID came from a remote. It reports whether the GUID begins to flap, and the remote where it was
// before.
func (l *Learned) See(remote int, guid vscp.GUID, now time.Duration) (flapping bool, before int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.known[guid]
	if k == nil {
		if len(l.known) >= maxKnown {
			return false, remote
		}
		k = &known{last: remote, since: now}
		l.known[guid] = k
	}
	k.calm(now)
	k.note(remote, guid, now)
	before = k.last
	k.last = remote
	if before == remote {
		return false, remote
	}
	return k.move(now), before
}

func (k *known) note(remote int, guid vscp.GUID, now time.Duration) {
	for i := range k.at {
		if s := &k.at[i]; s.Remote == remote {
			s.Times++
			s.Last = now
			return
		}
	}
	if len(k.at) < maxPlaces {
		k.at = append(k.at, Sighting{GUID: guid, Remote: remote, Times: 1, First: now, Last: now})
	}
}

// move counts a move, and reports whether flapping begins with it.
func (k *known) move(now time.Duration) (began bool) {
	if now-k.since >= flapWindow {
		k.round, k.since = k.moves, now
	}
	k.moves++
	k.moved = now
	if k.flaps || k.moves-k.round < flapMoves {
		return false
	}
	k.flaps = true
	return true
}

// calm ends flapping when there was no move for a window.
func (k *known) calm(now time.Duration) {
	if k.flaps && now-k.moved >= flapWindow {
		k.flaps, k.round, k.since = false, k.moves, now
	}
}

// Sightings returns what was seen, in no order.
func (l *Learned) Sightings() []Sighting {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Sighting, 0, len(l.known))
	for _, k := range l.known {
		for _, s := range k.at {
			s.Moves, s.Flaps = k.moves, k.flaps
			out = append(out, s)
		}
	}
	return out
}
