package remote

import (
	"fmt"
	"math"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Family is the kind of server that a peer is, as far as its answers tell.
type Family string

// The families.
const (
	FamilyUnknown  Family = "unknown"
	FamilyVSCPD    Family = "vscpd"    // VSCP daemons and their tcp/ip driver
	FamilyUvscpd   Family = "uvscpd"   // the CAN micro daemon: erases identity, takes no head above 255
	FamilyFirmware Family = "firmware" // the link server of the microcontroller library
)

// ParseFamily reads the name of a known family. "auto" and the empty name are FamilyUnknown: found out after the login.
func ParseFamily(name string) (Family, error) {
	switch f := Family(name); f {
	case FamilyVSCPD, FamilyUvscpd, FamilyFirmware:
		return f, nil
	case "", "auto":
		return FamilyUnknown, nil
	default:
		return FamilyUnknown, fmt.Errorf("remote: there is no profile %q, only auto, vscpd, uvscpd and firmware", name)
	}
}

// Traits are what the servers of a family take and do. They are known from listening to such servers, and are not tried out:
// some break when a limit is passed.
type Traits struct {
	// Form is how events are written: the number form, whether the head is cut to 8 bits, and the time form until the peer's own
	// events show one.
	Form        vscp.TextForm
	MaxCommand  int    // longest command line that the peer is known to survive, in bytes, without line end
	MaxClass    uint16 // largest class
	MaxType     uint16 // largest type
	MinData     int    // fewest data bytes
	MaxData     int    // most data bytes
	Bus         bool   // Level I events only: at most 8 data bytes, behind a GUID in classes 512 to 1023
	MaxBacklog  int    // most events to leave waiting at the peer for a connection that only sends
	Window      int    // SENDs under way at once that are answered as they come
	Connections int    // how many it takes; 0: no limit is known
	// FiltersSends: SFLT and SMSK drop what the connection sends, and leave alone what it receives.
	FiltersSends bool
	Erases       bool // GUID, obid and time of an event do not survive the peer
	Echoes       bool // what a connection of ours sends comes back on our other ones
	Counts       bool // STAT tells how many events were lost because our queue at the peer was full
}

// The lines that a family survives: uvscpd has a buffer of 320, a microcontroller reads 512 at once, and over 2 KB some
// must be reset by hand.
const (
	maxCommandUvscpd   = 319
	maxCommandFirmware = 510
	maxCommandUnknown  = 2000
	maxCommandVSCPD    = 4096
)

// maxDataFirmware is the most that a microcontroller can print again for its other clients: 5 characters a byte and 111 for
// the rest have to fit its buffer of 512. A longer event is lost there, and its memory leaks.
const maxDataFirmware = 80

// A server queues events also for a connection that never fetches any. uvscpd deadlocks such a connection at the 101st event
// and a microcontroller with 10 to 16 places refuses SENDs or dies, so the connection that sends clears its queue in time.
const (
	maxBacklogUvscpd   = 32
	maxBacklogFirmware = 4
	maxBacklogOther    = 1000
)

// windowUvscpd is how many SENDs uvscpd gets at once: it answers all that wait, and few are enough to hide the way there.
const windowUvscpd = 8

// blindClear is the pause between two such clearings where nobody counts the events that come, and the peer holds few.
const blindClear = time.Second

// TraitsOf returns the traits of a family. Those of FamilyUnknown are what every server that was listened to takes.
func TraitsOf(f Family) Traits {
	t := Traits{
		Form: vscp.TextForm{Time: vscp.TimeNone}, MaxClass: math.MaxUint16, MaxType: math.MaxUint16, MaxData: vscp.MaxData, Window: 1,
	}
	switch f {
	case FamilyUvscpd:
		t.Form.Data, t.Form.Head8 = vscp.DataDecimal, true
		t.MaxCommand, t.MaxBacklog = maxCommandUvscpd, maxBacklogUvscpd
		t.MaxClass, t.MaxType, t.MaxData = level2-1, math.MaxUint8, mirrorGUID+busData
		t.Bus, t.Erases, t.Echoes, t.Window, t.Connections = true, true, true, windowUvscpd, 5
	case FamilyFirmware:
		t.Form.Data = vscp.DataDecimal
		t.MaxCommand, t.MaxBacklog = maxCommandFirmware, maxBacklogFirmware
		t.MinData, t.MaxData = 1, maxDataFirmware
		t.FiltersSends, t.Counts, t.Connections = true, true, 2
	case FamilyVSCPD:
		t.MaxCommand, t.MaxBacklog, t.Counts, t.Echoes = maxCommandVSCPD, maxBacklogOther, true, true
	default:
		t.Form.Data, t.Form.Head8 = vscp.DataDecimal, true
		t.MaxCommand, t.MaxBacklog = maxCommandUnknown, maxBacklogUvscpd
	}
	return t
}

// MaxConnections returns how many connections the peer takes at once; 0: no limit is known.
func (p *Profile) MaxConnections() int {
	if p.OneConnection() {
		return 1
	}
	return p.Connections
}
