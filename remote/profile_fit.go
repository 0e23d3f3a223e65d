package remote

import (
	"bytes"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// The sizes of a Level I event, and of one carried in the classes 512 to 1023. (VSCP: class numbers)
const (
	busData    = 8    // most data bytes on the bus
	mirror     = 512  // the first class that carries Level I events behind a GUID
	level2     = 1024 // the first class after them
	mirrorGUID = 16   // bytes of that GUID
)

// Unfit says in a few words why the peer cannot take an event, whatever its text form; empty if it can. The length of the line
// is not part of it.
func (t *Traits) Unfit(row *vscp.Row) string {
	n := row.DataLen()
	switch {
	case row.Class > vscp.Class(t.MaxClass):
		return "class too large"
	case row.Type > t.MaxType:
		return "type too large"
	case n < t.MinData:
		return "no data"
	case n > t.MaxData:
		return "too many data bytes"
	case !t.Bus:
		return ""
	case row.Class < mirror && n > busData:
		return "more than 8 data bytes"
	case row.Class >= mirror && n < mirrorGUID:
		return "no GUID in the data"
	default:
		return ""
	}
}

// timeFor returns the time form to write, where learned is the one that the peer's own rows show.
func (p *Profile) timeFor(learned vscp.TimeForm) vscp.TimeForm {
	switch {
	case p.Family == FamilyUvscpd: // has its own time
		return vscp.TimeNone
	case p.Family == FamilyFirmware && learned == vscp.TimeDate: // reads 08 and 09 as octal, and refuses the Z
		return vscp.TimeNone
	default:
		return learned
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
