package loop

import (
	"encoding/binary"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Door admits what comes from one remote, by the guard, and notes it in a Learned table: each GUID about once a second, so that
// the remotes do not wait for each other. It remembers the GUIDs that came lately, and asks the guard once for each. It belongs to
// the goroutine that receives from the remote.
type Door struct {
	guard   *Guard
	learned *Learned
	remote  int
	recent  []recent // by the hash of the GUID; the length is a power of two
}

// recent is a GUID that came.
type recent struct {
	guid  vscp.GUID
	next  time.Duration // when to note it again
	held  Reason        // what the guard says
	known bool
}

const (
	observeEvery = time.Second
	minRecent    = 16
	maxRecent    = 1 << 11
)

// NewDoor returns the door of a remote.
func NewDoor(g *Guard, l *Learned, remote int) *Door {
	return &Door{guard: g, learned: l, remote: remote}
}

// Check says whether the GUID of an event may come from the remote. It reports whether it begins to flap, and the remote where it
// was before.
func (d *Door) Check(guid vscp.GUID, now time.Duration) (held Reason, flapping bool, before int) {
	if d.recent == nil { // most remotes of a large bridge may be silent
		d.recent = make([]recent, minRecent)
	}
	r := d.place(&guid)
	if !r.known || r.guid != guid {
		if r.known && now < r.next && len(d.recent) < maxRecent {
			d.grow()
			r = d.place(&guid)
		}
		*r = recent{guid: guid, held: d.guard.Check(d.remote, guid), next: now, known: true}
	}
	if now < r.next {
		return r.held, false, d.remote
	}
	r.next = now + observeEvery
	if r.held != Admitted {
		return r.held, false, d.remote
	}
	flapping, before = d.learned.See(d.remote, guid, now)
	return Admitted, flapping && !d.guard.Roams(guid), before
}

func (d *Door) place(guid *vscp.GUID) *recent {
	h := stir(mix(binary.LittleEndian.Uint64(guid[:8]), binary.LittleEndian.Uint64(guid[8:])))
	return &d.recent[h&uint64(len(d.recent)-1)]
}

// grow doubles the table. A place that two claim goes to one of them; the other is asked for again.
func (d *Door) grow() {
	old := d.recent
	d.recent = make([]recent, 2*len(old))
	for i := range old {
		if old[i].known {
			*d.place(&old[i].guid) = old[i]
		}
	}
}
