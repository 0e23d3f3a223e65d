package loop

import (
	"hash/crc32"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// A link event is CLASS1.INFORMATION STATE, which says that something went from one state to another, with eight data bytes:
//
//	0    the last byte of the number, so that links are different subjects for who looks no further
//	1, 2 zone and sub-zone: 0
//	3, 4 the state that was told before, and the new one
//	5-7  the number of the link, as LinkNumber makes it
//
// The specification leaves byte 0 to the sender, and ends with byte 4.
//
// Level I and eight bytes pass every peer, as a probe does. Unlike a probe it is meant for devices and people beyond, so it is not of
// CLASS1.LOCAL, which routes leave out unless asked. ON and OFF of the same class are what lamps are switched by, in every zone that
// matches; CLASS1.ALARM and CLASS1.ALERT ring bells, CLASS1.ERROR has no type for an error that is over, and a heartbeat makes a node of its
// sender. STATE means nothing to a device that was not set up for it, and one type says both that a link went and that it came back.
const (
	linkClass  vscp.Class = 20
	linkType   uint16     = 42
	linkLength            = 8
)

// LinkState is the state of a link as a link event has it.
type LinkState byte

// The states.
const (
	LinkUp     LinkState = 1 // events can come from there
	LinkDown   LinkState = 2
	LinkPaused LinkState = 3 // down, as somebody asked for it
)

// LinkStates returns all states.
func LinkStates() []LinkState { return []LinkState{LinkUp, LinkDown, LinkPaused} }

// String returns the state as the metric label has it.
func (s LinkState) String() string {
	switch s {
	case LinkUp:
		return "up"
	case LinkDown:
		return "down"
	case LinkPaused:
		return "paused"
	default:
		return "unknown"
	}
}

// LinkEvent is what a link event says.
type LinkEvent struct {
	Link     uint32 // 24 bits
	From, To LinkState
}

// LinkNumber makes the number that the link of a bridge to a remote has in its events: the lower 24 bits of the CRC-32 (IEEE) of
// the 16 bytes of the bridge's GUID, or of what it goes by instead, and the name of the remote. It stays as long as these do, whatever else is
// configured.
func LinkNumber(bridge vscp.GUID, remote string) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(bridge[:]), crc32.IEEETable, []byte(remote)) & 0xFFFFFF
}

// Event returns the event that says l, of normal priority. guid may be all zero: then each server puts that of the connection.
func (l LinkEvent) Event(guid vscp.GUID, at time.Time) vscp.Event {
	return vscp.Event{
		Head: vscp.Head(0).WithPriority(3), Class: linkClass, Type: linkType, GUID: guid, Time: vscp.TimeOf(at),
		Data: []byte{byte(l.Link), 0, 0, byte(l.From), byte(l.To), byte(l.Link >> 16), byte(l.Link >> 8), byte(l.Link)},
	}
}

// ReadLinkEvent returns what a link event says, and false for any other event.
func ReadLinkEvent(row *vscp.Row) (LinkEvent, bool) {
	if row.Class != linkClass || row.Type != linkType || row.DataLen() != linkLength {
		return LinkEvent{}, false
	}
	var data [linkLength]byte
	row.ReadData(data[:])
	l := LinkEvent{
		From: LinkState(data[3]), To: LinkState(data[4]),
		Link: uint32(data[5])<<16 | uint32(data[6])<<8 | uint32(data[7]),
	}
	return l, data[0] == data[7] && data[1] == 0 && data[2] == 0 && l.From.known() && l.To.known() && l.From != l.To
}

func (s LinkState) known() bool { return s >= LinkUp && s <= LinkPaused }
