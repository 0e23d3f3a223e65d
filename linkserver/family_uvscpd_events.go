package linkserver

import (
	"bytes"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// What a CAN frame of VSCP holds.
const (
	canMaxHead  = 0xFF
	canHead     = vscp.Head(0xF0) // the bits of the head that arrive
	canMaxType  = 0xFF
	canMaxData  = 8
	canClasses  = 512
	canMaxClass = 2*canClasses - 1 // the upper half are frames for one node
)

// takeUvscpd takes what fits into a frame. Time and GUID are not even looked at.
func (s *session) takeUvscpd(arg []byte) (refusal string, deliver bool) {
	if bytes.ContainsAny(arg, " \t") {
		return replyWrongArguments, false
	}
	fields, data, hasData := splitEvent(string(arg))
	if len(fields) < 7 {
		return replyBadFrame, false
	}
	head, headOK := canNumber(fields[0], canMaxHead)
	class, classOK := canNumber(fields[1], canMaxClass)
	typ, typeOK := canNumber(fields[2], canMaxType)
	if !headOK || !classOK || !typeOK {
		return replyBadFrame, false
	}
	guid := s.currentGUID()
	e := vscp.Event{Head: vscp.Head(head) & canHead, Class: vscp.Class(class), Type: uint16(typ), GUID: withNickname(guid, 0)}
	if hasData && data != "" {
		for part := range strings.SplitSeq(data, ",") {
			n, ok := canNumber(part, 0xFF)
			if !ok {
				return replyBadFrame, false
			}
			e.Data = append(e.Data, byte(n))
		}
	}
	if e.Class >= canClasses {
		if len(e.Data) < len(guid) || [16]byte(e.Data) != guid {
			return replyBadFrame, false
		}
		e.Class, e.Data = e.Class-canClasses, e.Data[len(guid):]
	}
	if len(e.Data) > canMaxData {
		return replyBadFrame, false
	}
	e.Time = s.srv.canTime()
	s.row = vscp.NewRow(&e, vscp.TextForm{})
	return "", true
}

// canNumber reads a decimal or hexadecimal number, all of it.
func canNumber(text string, most uint64) (uint64, bool) {
	n, rest, read := cNumber(text, 10)
	return n, read && rest == "" && text[0] != '-' && n <= most
}

// canTime is when a frame came in.
func (s *Server) canTime() vscp.Time {
	return vscp.Time{Nanos: vscp.TimeOf(time.Now()).Nanos, Micros: s.micros()}
}

// withNickname returns the GUID of a node behind an interface.
func withNickname(guid vscp.GUID, nickname byte) vscp.GUID {
	guid[15] = nickname
	return guid
}

// ownUvscpd makes an event of the program a frame from the bus, if it is small enough.
func ownUvscpd(srv *Server, row *vscp.Row) bool {
	row.Head &= canHead
	row.GUID = withNickname(srv.opts.GUID, row.GUID[15])
	row.Time = srv.canTime()
	return row.Class < canClasses && row.Type <= canMaxType && row.DataLen() <= canMaxData
}

// rowUvscpd writes its own time, the GUID of the receiver's interface with the nickname, and the data in decimal. The obid is 0.
func rowUvscpd(dst []byte, row *vscp.Row, receiver vscp.GUID) []byte {
	w := rowWriter{dst}
	w.start(row, 0)
	w.date(row.Time.Nanos, "")
	w.stamp(uint64(row.Time.Micros), 0)
	w.dst = shortGUID(w.dst, withNickname(receiver, row.GUID[15]))
	w.data(row, false)
	return w.dst
}

// uvscpdFilter answers SFLT and SMSK. A filter is compared with a CAN identifier, so of the GUID only the nickname counts.
func (s *session) uvscpdFilter(arg, what string, half func(*vscp.Matcher) *vscp.Filter) {
	fields := strings.Split(arg, ",")
	ok := len(fields) == 4
	numbers := make([]uint64, 3)
	for i, most := range []uint64{7, canMaxClass, canMaxType} {
		if ok {
			numbers[i], ok = canNumber(fields[i], most)
		}
	}
	var guid vscp.GUID
	if ok {
		guid, ok = fullGUID(fields[3])
	}
	if !ok {
		s.refuse(ReasonFormat, "-OK - format error in "+what+" frame")
		return
	}
	f := vscp.Filter{
		Priority: uint8(numbers[0]), Class: vscp.Class(numbers[1] % canClasses), Type: uint16(numbers[2]),
		GUID: withNickname(vscp.GUID{}, guid[15]),
	}
	s.queue.setFilter(func(m *vscp.Matcher) { *half(m) = f })
	s.reply(replyBare)
}
