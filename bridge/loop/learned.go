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
	Events      uint64
	First, Last time.Duration // as the clock of the arrivals
}

// Learned knows which GUIDs were seen at which remote: to propose origins, and to notice a GUID that shows up here and there. It
// never decides: after a restart, the tables of bridges in a ring could agree on a loop.
type Learned struct {
	mu   sync.Mutex // guards what follows
	seen map[sightingKey]*Sighting
	full uint64 // events of GUIDs for which there was no room
}

type sightingKey struct {
	guid   vscp.GUID
	remote int32
}

// maxSightings bounds the table.
const maxSightings = 1 << 14

// NewLearned returns an empty table.
func NewLearned() *Learned { return &Learned{seen: make(map[sightingKey]*Sighting)} }

// See notes events of a GUID that came from a remote.
func (l *Learned) See(remote int, guid vscp.GUID, events uint64, now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := sightingKey{guid, int32(remote)}
	s := l.seen[key]
	if s == nil {
		if len(l.seen) >= maxSightings {
			l.full += events
			return
		}
		s = &Sighting{GUID: guid, Remote: remote, First: now}
		l.seen[key] = s
	}
	s.Events += events
	s.Last = now
}

// Sightings returns what was seen, in no order.
func (l *Learned) Sightings() []Sighting {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Sighting, 0, len(l.seen))
	for _, s := range l.seen {
		out = append(out, *s)
	}
	return out
}
