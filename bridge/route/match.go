package route

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Range is a closed range of numbers.
type Range struct{ First, Last uint16 }

// Contains reports whether n lies in the range.
func (r Range) Contains(n uint16) bool { return r.First <= n && n <= r.Last }

// Match is what an event must look like. Alternatives within a field are or-ed, the fields are and-ed; an empty field takes
// everything.
type Match struct {
	Class    []Range
	Type     []Range
	GUID     []vscp.GUIDPattern
	Priority []Range // 0 is highest, 7 lowest
}

func (m *Match) takes(row *vscp.Row) bool {
	return within(m.Class, uint16(row.Class)) &&
		within(m.Type, row.Type) &&
		within(m.Priority, uint16(row.Head.Priority())) &&
		(len(m.GUID) == 0 || slices.ContainsFunc(m.GUID, func(p vscp.GUIDPattern) bool { return p.Match(row.GUID) }))
}

func within(ranges []Range, n uint16) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(r Range) bool { return r.Contains(n) })
}

// Rules are the match blocks of a route; an event needs one that takes it. No block at all takes everything but the protocol
// classes.
type Rules []Match

// The classes that never cross a bridge unless they are named: they address nodes of one segment. (VSCP: CLASS1.PROTOCOL and
// its mirror, CLASS2.PROTOCOL, CLASS2.HLO; CLASS2.VSCPD.)
const (
	classProtocol       vscp.Class = 0
	classProtocolMirror vscp.Class = 512
	classLevel2Protocol vscp.Class = 1024
	classHLO            vscp.Class = 1028
	classVSCPD          vscp.Class = 65535
)

// Check returns Taken, or why the rules do not take row.
func (rules Rules) Check(row *vscp.Row) Reason {
	switch row.Class {
	case classVSCPD:
		return LocalOnly
	case classProtocol, classProtocolMirror, classLevel2Protocol, classHLO:
		named := func(m Match) bool { return len(m.Class) > 0 && m.takes(row) }
		if slices.ContainsFunc(rules, named) {
			return Taken
		}
		return Protocol
	}
	if len(rules) == 0 || slices.ContainsFunc(rules, func(m Match) bool { return m.takes(row) }) {
		return Taken
	}
	return NoMatch
}
