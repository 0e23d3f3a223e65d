package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// The classes and types of the events that read and write registers. (VSCP: CLASS1.PROTOCOL, CLASS2.PROTOCOL)
const (
	classProtocol1 vscp.Class = 0
	classMirror    vscp.Class = 512 // CLASS1.PROTOCOL behind the GUID of its destination
	classProtocol2 vscp.Class = 1024

	typeRead           uint16 = 9  // node, register
	typeAnswer         uint16 = 10 // register, value
	typeWrite          uint16 = 11 // node, register, value
	typePageRead       uint16 = 24 // node, register, count
	typePageWrite      uint16 = 25 // node, register, up to 6 values
	typePageAnswer     uint16 = 26 // sequence number, up to 7 values
	typeExtendedRead   uint16 = 37 // node, page, register, count (0: 256)
	typeExtendedWrite  uint16 = 38 // node, page, register, up to 4 values
	typeExtendedAnswer uint16 = 39 // sequence number, page, register, up to 4 values
	typeRead2          uint16 = 1  // GUID, register (32 bit), count (16 bit)
	typeWrite2         uint16 = 2  // GUID, register, values
	typeAnswer2        uint16 = 3  // register, values
	mostPageWrite             = 6
	mostExtendedWrite         = 4
	mostLevel2                = 128 // values in one Level II event: fewer than any server takes, many enough for most
	registersOnPage           = 256
	pageSelect                = 0x92 // and 0x93: the page that page read and page write mean
	pageAnswerValues          = 7
)

// method is which events read and write registers.
type method string

const (
	methodPlain    method = "plain"    // one event per register, of page 0 or whatever page the node has selected
	methodExtended method = "extended" // the page is in the event
	methodPage     method = "page"     // the page is selected first, in two registers
	methodLevel2   method = "level2"   // 32 bit addresses, no pages
)

// node is the device whose registers are meant.
type node struct {
	nickname uint16
	wide     bool      // the nickname has two bytes
	guid     vscp.GUID // where it is; zero: on whatever segment the server is connected to
	method   method
	// noNickname clears the nickname in the destination of a mirrored event, for the server that compares all of it with its own.
	noNickname bool
}

// parseNode reads a nickname, or a GUID that ends in one. A nickname has two bytes if it does not fit in one, or if wide says so.
func parseNode(text string, wide bool) (node, error) {
	if n, err := parseNumber(text, 16); err == nil {
		return node{nickname: uint16(n), wide: wide || n > math.MaxUint8}, nil
	}
	guid, err := vscp.ParseGUID(text)
	if err != nil || guid.IsZero() {
		return node{}, fmt.Errorf("%q is neither a nickname (0 to 65535) nor a GUID", text)
	}
	n := node{nickname: guid.Nickname(), wide: wide, guid: guid}
	if !wide {
		n.nickname &= math.MaxUint8
	}
	return n, nil
}

// address is a row of registers.
type address struct {
	page  uint16
	first uint32
	count int
}

// check tells what a method cannot address.
func (n *node) check(a address, writing bool) error {
	switch {
	case a.count < 1:
		return errors.New("there are no registers to read")
	case n.method == methodLevel2:
		if n.guid.IsZero() {
			return errors.New("a Level II node is named by its GUID")
		}
		if a.page != 0 || uint64(a.first)+uint64(a.count) > math.MaxUint32+1 {
			return errors.New("a Level II node has no pages, and registers up to 0xFFFFFFFF")
		}
		return nil
	case uint64(a.first)+uint64(a.count) > registersOnPage:
		return fmt.Errorf("a page has registers from 0 to %d", registersOnPage-1)
	case n.method == methodPage && a.count == registersOnPage:
		return errors.New("page read takes at most 255 registers at once")
	case n.method == methodPlain && a.page != 0:
		return errors.New("events for one register say no page")
	case writing && n.wide && n.method != methodPlain:
		return errors.New("nodes with a nickname of two bytes are written to register by register only, on page 0")
	default:
		return nil
	}
}

// event makes an event of Level I for the node.
func (n *node) event(typ uint16, data ...byte) vscp.Event {
	name := []byte{byte(n.nickname)}
	if n.wide {
		name = binary.BigEndian.AppendUint16(nil, n.nickname)
	}
	e := vscp.Event{Head: vscp.Head(0).WithPriority(3), Class: classProtocol1, Type: typ, Data: append(name, data...)}
	if !n.guid.IsZero() {
		destination := n.guid
		if n.noNickname {
			destination[14], destination[15] = 0, 0
		}
		e.Class, e.Data = classMirror, append(destination[:], e.Data...)
	}
	return e
}

// event2 makes an event of Level II for the node.
func (n *node) event2(typ uint16, register uint32, data ...byte) vscp.Event {
	b := binary.BigEndian.AppendUint32(n.guid[:len(n.guid):len(n.guid)], register)
	return vscp.Event{Head: vscp.Head(0).WithPriority(3), Class: classProtocol2, Type: typ, Data: append(b, data...)}
}

// answer returns the data of an event of this type that the node sent.
func (n *node) answer(e *vscp.Event, typ uint16) (data []byte, ok bool) {
	if e.Type != typ {
		return nil, false
	}
	if n.method == methodLevel2 {
		return e.Data, e.Class == classProtocol2 && e.GUID == n.guid
	}
	if !n.sent(e.GUID) {
		return nil, false
	}
	switch {
	case e.Class == classProtocol1:
		return e.Data, true
	case e.Class == classMirror && len(e.Data) >= len(vscp.GUID{}):
		return e.Data[len(vscp.GUID{}):], true
	default:
		return nil, false
	}
}

// sent reports whether an event with this GUID is of the node. A Level I node is known by the last byte.
func (n *node) sent(guid vscp.GUID) bool {
	switch {
	case !n.guid.IsZero():
		return guid == n.guid
	case n.wide:
		return guid.Nickname() == n.nickname
	default:
		return guid[len(guid)-1] == byte(n.nickname)
	}
}
