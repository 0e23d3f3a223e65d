package loop

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// A probe is an event of CLASS1.LOCAL, with one of two types and eight data bytes: a mark, five bytes that say which bridge it is
// of, and a random token.
//
// Level I, a type below 256 and eight bytes pass every peer, also one that puts all it gets onto a CAN bus and erases GUID and time.
// CLASS1.LOCAL (511) is the class for events that a user defines: a device that follows the specification reacts to none that it was
// not set up for, and on a bus the highest class gives way to all other events of its priority. CLASS1.LABORATORY (510) is for the
// laboratory alone, CLASS1.DIAGNOSTIC and CLASS1.LOG are shown to people, and a heartbeat of CLASS1.INFORMATION makes a node of its
// sender.
const (
	probeClass    vscp.Class = 511
	probeType     uint16     = 0xB6
	outrankedType uint16     = 0xB7 // likewise, after it passed a bridge that is to block rather than its sender
	probeMark     byte       = 0xC1
	probeLength              = 8
)

// Signal is what a probe says.
type Signal struct {
	ID        uint64 // of the bridge that sent it, 40 bits, as Identity makes them of its GUID
	Token     uint16
	Outranked bool // it passed a bridge with a larger ID that blocks a cycle
}

// Identity makes the ID of a bridge out of its GUID: a check-sum of the first 13 bytes, and the last three as they are. So GUIDs
// that differ in the last three bytes have the order of these, others have any, and equal GUIDs have equal IDs. A probe has no
// room for more, and the GUID that is with it does not survive every peer.
func Identity(guid vscp.GUID) uint64 {
	sum := crc32.ChecksumIEEE(guid[:13])
	return uint64(uint16(sum>>16^sum))<<24 | uint64(guid[13])<<16 | uint64(guid[14])<<8 | uint64(guid[15])
}

// IsProbe reports whether an event may be a probe: most are seen here to be none.
func IsProbe(row *vscp.Row) bool {
	return row.Class == probeClass && (row.Type == probeType || row.Type == outrankedType) && row.DataLen() == probeLength
}

// ReadProbe returns what a probe says, and false for any other event.
func ReadProbe(row *vscp.Row) (Signal, bool) {
	if !IsProbe(row) {
		return Signal{}, false
	}
	var buf [probeLength]byte
	data := row.AppendData(buf[:0])
	if data[0] != probeMark {
		return Signal{}, false
	}
	data[0] = 0
	all := binary.BigEndian.Uint64(data)
	return Signal{ID: all >> 16, Token: uint16(all), Outranked: row.Type == outrankedType}, true
}

// Event returns the probe that says s, of the lowest priority. guid may be all zero: then each server puts that of the connection.
func (s Signal) Event(guid vscp.GUID) vscp.Event {
	data := binary.BigEndian.AppendUint64(nil, s.ID<<16|uint64(s.Token))
	data[0] = probeMark
	return vscp.Event{Head: vscp.Head(0).WithPriority(7), Class: probeClass, Type: s.Type(), GUID: guid, Data: data}
}

// Type returns the type of the event that says s: all in which a probe differs that was outranked on its way.
func (s Signal) Type() uint16 {
	if s.Outranked {
		return outrankedType
	}
	return probeType
}
