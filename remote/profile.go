package remote

import (
	"bytes"
	"context"
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

// Profile is what a peer is and takes, learned after the login.
type Profile struct {
	Family       Family
	Version      Version
	Capabilities Capabilities
	ChannelID    uint32    // of this connection; 0 if the peer has none
	Interface    vscp.GUID // of this connection; all zero if the peer does not say
	Form         vscp.TextForm
	MaxCommand   int // longest command line that the peer is known to survive, in bytes, without line end
	MaxBacklog   int // most events to leave waiting at the peer for a connection that only sends
}

// capConnections is the capability of a server that takes two connections or more. (VSCP: WCYD, bit 3)
const capConnections Capabilities = 1 << 3

// OneConnection reports whether the peer says that it takes no second connection.
func (p *Profile) OneConnection() bool {
	return p.Family == FamilyFirmware && p.Capabilities&capConnections == 0
}

// The lines that a family survives: uvscpd has a buffer of 320, a microcontroller reads 512 at once, and over 2 KB some
// must be reset by hand.
const (
	maxCommandUvscpd   = 319
	maxCommandFirmware = 510
	maxCommandUnknown  = 2000
	maxCommandVSCPD    = 4096
)

// A server queues events also for a connection that never fetches any. uvscpd deadlocks such a connection at the 101st event
// and a microcontroller with 10 to 16 places refuses SENDs or dies, so the connection that sends clears its queue in time.
const (
	maxBacklogUvscpd   = 32
	maxBacklogFirmware = 4
	maxBacklogOther    = 1000
)

// blindClear is the pause between two such clearings where nobody counts the events that come, and the peer holds few.
const blindClear = time.Second

// Probe asks the peer what it is, with VERS, WCYD, CHID and GGID. A command that the peer refuses or answers in its own way
// leaves its part of the profile empty; only an error that ended the connection is returned.
func (c *Client) Probe(ctx context.Context) (Profile, error) {
	var p Profile
	var versionKnown, capsKnown, decimal bool
	steps := []func() error{
		func() (err error) { p.Version, err = c.Version(ctx); versionKnown = err == nil; return err },
		func() (err error) {
			// Three parts are a daemon before 13.0.0.14. It answers WCYD in a way of its own, or not at all.
			if versionKnown && p.Version.Build == "" {
				return nil
			}
			p.Capabilities, decimal, err = c.Capabilities(ctx)
			capsKnown = err == nil
			return err
		},
		func() (err error) { p.ChannelID, err = c.ChannelID(ctx); return err },
		func() (err error) { p.Interface, err = c.GUID(ctx); return err },
	}
	for _, step := range steps {
		if err := step(); c.ended != nil {
			return Profile{}, err
		}
	}
	p.Family = family(p.Version, versionKnown, decimal, capsKnown)
	switch p.Family {
	case FamilyUvscpd:
		p.Form = vscp.TextForm{Time: vscp.TimeNone, Data: vscp.DataDecimal, Head8: true}
		p.MaxCommand, p.MaxBacklog = maxCommandUvscpd, maxBacklogUvscpd
	case FamilyFirmware:
		p.Form = vscp.TextForm{Time: vscp.TimeNone, Data: vscp.DataDecimal}
		p.MaxCommand, p.MaxBacklog = maxCommandFirmware, maxBacklogFirmware
	case FamilyVSCPD:
		p.Form = vscp.TextForm{Time: vscp.TimeNone}
		p.MaxCommand, p.MaxBacklog = maxCommandVSCPD, maxBacklogOther
	default:
		p.Form = vscp.TextForm{Time: vscp.TimeNone, Data: vscp.DataDecimal, Head8: true}
		p.MaxCommand, p.MaxBacklog = maxCommandUnknown, maxBacklogUvscpd
	}
	return p, nil
}

// family tells the kind of server: uvscpd has no build number, and firmware writes its capabilities in decimal too.
func family(v Version, versionKnown, decimalCaps, capsKnown bool) Family {
	switch {
	case versionKnown && v.Build == "N/A":
		return FamilyUvscpd
	case capsKnown && decimalCaps:
		return FamilyFirmware
	case versionKnown && capsKnown:
		return FamilyVSCPD
	default:
		return FamilyUnknown
	}
}

// timeForm tells from a received row which time form a peer speaks; TimeNone if the row does not tell. The version does not
// tell it. (VSCP: a peer of the nanosecond era sets head bits 9-8 to 01 or writes a stamp of 2^32 or more, without a date.)
func timeForm(row *vscp.Row) vscp.TimeForm {
	switch {
	case row.Time.IsZero():
		return vscp.TimeNone
	case dated(row.Text):
		return vscp.TimeDate
	case row.Time.Nanos != 0:
		return vscp.TimeNanos
	default:
		return vscp.TimeNone
	}
}

// dated reports whether the datetime field of an event line, the fifth, is filled.
func dated(line []byte) bool {
	for range 4 {
		_, rest, _ := bytes.Cut(line, []byte(","))
		line = rest
	}
	datetime, _, _ := bytes.Cut(line, []byte(","))
	return len(bytes.TrimSpace(datetime)) > 0
}
