package vscp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// The classes of Level I, and those which mirror them on Level II.
const (
	firstMirror   Class = 512
	firstLevel2   Class = 1024
	maxLevel1Data       = 8
	maxLevel1Type       = math.MaxUint8
)

// ErrNoMirror is in the chain of the errors of Event.ToLevel1 and Event.ToLevel2: the event has no form on that level,
// because its class, its type or its data does not fit.
var ErrNoMirror = errors.New("no form on the other level")

// Nickname returns the number of the node on its interface, bytes 14 and 15. That of a Level I node is below 256.
func (g GUID) Nickname() uint16 { return binary.BigEndian.Uint16(g[14:]) }

// WithNickname returns the GUID of node n behind the interface g.
func (g GUID) WithNickname(n uint16) GUID {
	binary.BigEndian.PutUint16(g[14:], n)
	return g
}

// ToLevel2 turns a Level I event into its mirror on Level II: class 512 higher, and the GUID of the destination before
// the data. That is the GUID of an interface with the nickname of the node in its last byte, see [GUID.WithNickname].
// The GUID of the event stays that of its origin. Data is rewritten in place as far as its capacity goes. On an error,
// which is ErrNoMirror, e is left as it was.
func (e *Event) ToLevel2(destination GUID) error {
	if e.Class >= firstMirror {
		return e.noMirror(fmt.Sprintf("class %s is not of Level I", e.Class))
	}
	if err := e.checkLevel1(len(e.Data)); err != nil {
		return err
	}
	n := len(e.Data)
	e.Data = slices.Grow(e.Data, len(destination))[:n+len(destination)]
	copy(e.Data[len(destination):], e.Data[:n])
	copy(e.Data, destination[:])
	e.Class += firstMirror
	return nil
}

// ToLevel1 turns a mirror on Level II back into the Level I event, and returns the GUID of the destination, whose
// nickname is the node that it is for. Data is rewritten in place. On an error, which is ErrNoMirror, e is left as it was.
func (e *Event) ToLevel1() (destination GUID, err error) {
	if _, mirrored := e.Class.level1(); !mirrored {
		return GUID{}, e.noMirror(fmt.Sprintf("class %s is no mirror of Level I", e.Class))
	}
	n := len(e.Data) - len(destination)
	if n < 0 {
		return GUID{}, e.noMirror(fmt.Sprintf("data has %s, a destination takes %d", countBytes(len(e.Data)), len(destination)))
	}
	if err := e.checkLevel1(n); err != nil {
		return GUID{}, err
	}
	destination = GUID(e.Data[:len(destination)])
	e.Data = e.Data[:copy(e.Data, e.Data[len(destination):])]
	e.Class -= firstMirror
	return destination, nil
}

// checkLevel1 checks the type, and the number of data bytes without a destination.
func (e *Event) checkLevel1(dataLen int) error {
	switch {
	case e.Type > maxLevel1Type:
		return e.noMirror(fmt.Sprintf("type %d is above %d", e.Type, maxLevel1Type))
	case dataLen > maxLevel1Data:
		return e.noMirror(fmt.Sprintf("%d data bytes, at most %d are allowed on Level I", dataLen, maxLevel1Data))
	}
	return nil
}

// ToLevel2 does to a row what [Event.ToLevel2] does to an event, and reports whether there is a form on that level; if not, r is
// left as it was. r.Text becomes a new line, written over buf as far as its capacity goes. The old one may not lie in buf.
func (r *Row) ToLevel2(destination GUID, buf []byte) bool {
	if r.Class >= firstMirror || !r.fitsLevel1(r.DataLen()) {
		return false
	}
	r.Class += firstMirror
	r.replaceData(buf, destination[:], 0)
	return true
}

// ToLevel1 does to a row what [Event.ToLevel1] does to an event. It treats r.Text and buf as [Row.ToLevel2] does.
func (r *Row) ToLevel1(buf []byte) bool {
	n := r.DataLen() - len(GUID{})
	if _, mirrored := r.Class.level1(); !mirrored || n < 0 || !r.fitsLevel1(n) {
		return false
	}
	r.Class -= firstMirror
	r.replaceData(buf, nil, len(GUID{}))
	return true
}

func (r *Row) fitsLevel1(dataLen int) bool {
	return r.Type <= maxLevel1Type && dataLen <= maxLevel1Data
}

// replaceData writes the line of r anew, with before in place of the first n data bytes.
func (r *Row) replaceData(buf, before []byte, n int) {
	form := DataDecimal
	if r.kinds == dataHex {
		form = DataHex
	}
	text := r.appendFields(buf[:0], TextForm{})
	at := len(text)
	text = appendData(text, before, form)
	i := int(r.dataAt) + 1
	for k := range int(r.dataLen) {
		v, end, _ := dataByte(r.Text, i)
		if k >= n {
			text = appendDataByte(text, v, form)
		}
		i = end + 1
	}
	r.Text, r.dataAt, r.kinds = text, uint16(at), 0
	if r.dataLen += uint32(len(before)) - uint32(n); r.dataLen > 0 {
		r.kinds = form.kinds()
	}
}

func (e *Event) noMirror(reason string) error {
	return fmt.Errorf("event: %w: %s", ErrNoMirror, reason)
}

// level1 returns the Level I class that c mirrors, or c itself if it is no mirror.
func (c Class) level1() (n Class, mirrored bool) {
	if c >= firstMirror && c < firstLevel2 {
		return c - firstMirror, true
	}
	return c, false
}
