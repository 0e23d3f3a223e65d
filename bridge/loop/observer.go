package loop

import (
	"encoding/binary"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Observer notes the GUIDs that come from one remote in a Learned table: each about once a second, so that the remotes do not
// wait for each other. It belongs to the goroutine that receives from the remote.
type Observer struct {
	learned *Learned
	remote  int
	recent  []recent // by the hash of the GUID; the length is a power of two
}

// recent is a GUID that was noted, and is not until next.
type recent struct {
	guid vscp.GUID
	next time.Duration
}

const (
	observeEvery = time.Second
	minRecent    = 16
	maxRecent    = 1 << 11
)

// Observe returns an observer of a remote.
func (l *Learned) Observe(remote int) *Observer { return &Observer{learned: l, remote: remote} }

// See notes that an event of a GUID came. It returns what Learned.See does.
func (o *Observer) See(guid vscp.GUID, now time.Duration) (flapping bool, before int) {
	if o.recent == nil {
		o.recent = make([]recent, minRecent)
	}
	r := o.place(&guid)
	if r.guid == guid && now < r.next {
		return false, o.remote
	}
	if now < r.next && len(o.recent) < maxRecent {
		o.grow()
		r = o.place(&guid)
	}
	*r = recent{guid, now + observeEvery}
	return o.learned.See(o.remote, guid, now)
}

func (o *Observer) place(guid *vscp.GUID) *recent {
	h := (binary.BigEndian.Uint64(guid[:8]) ^ 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>32 ^ binary.BigEndian.Uint64(guid[8:])) * 0x94D049BB133111EB
	return &o.recent[(h>>40)&uint64(len(o.recent)-1)]
}

// grow doubles the table. What falls on one place is noted again a little too soon.
func (o *Observer) grow() {
	old := o.recent
	o.recent = make([]recent, 2*len(old))
	for i := range old {
		*o.place(&old[i].guid) = old[i]
	}
}
