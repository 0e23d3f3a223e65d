package linkserver

import (
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Classes that only an account with every right may send.
const (
	classProtocol1       vscp.Class = 0
	classProtocol2       vscp.Class = 1024
	classProtocolControl vscp.Class = 1028
)

// takeVscpd takes nearly everything: numbers wrap, what is no number is 0, a bad GUID is zero. A missing right for a class gets
// two final lines.
func (s *session) takeVscpd(arg []byte) (refusal string, deliver bool) {
	fields, data, hasData := splitEvent(string(arg))
	if len(fields) < 7 {
		return s.words().parameter, false
	}
	number := func(field int) uint64 {
		n, _, _ := cNumber(fields[field], 10)
		return n
	}
	e := vscp.Event{Head: vscp.Head(number(0)), Class: vscp.Class(number(1)), Type: uint16(number(2)), ObID: uint32(number(3))}
	if hasData {
		for part := range strings.SplitSeq(data, ",") {
			n, _, _ := cNumber(part, 10)
			e.Data = append(e.Data, byte(n))
		}
	}
	if len(e.Data) > vscp.MaxData {
		return s.words().parameter, false
	}
	switch e.Class {
	case classProtocol1, classProtocol2, classProtocolControl:
		if s.level < levelAdmin {
			s.refuse(ReasonPrivilege, s.words().privilege)
			return "-OK - Not allowed to sen this event (contact admin).", false
		}
	}
	if e.ObID == 0 {
		e.ObID = uint32(s.id)
	}
	if e.GUID, _ = vscp.ParseGUID(fields[6]); e.GUID.IsZero() {
		e.GUID = s.currentGUID()
	}
	e.Time = s.srv.vscpdTime(fields[4], fields[5])
	s.row = vscp.NewRow(&e, vscp.TextForm{})
	return "", true
}

// vscpdTime reads a date without its fraction, and 32 bits of the stamp. Missing ones are those of the server.
func (s *Server) vscpdTime(date, stamp string) vscp.Time {
	var t vscp.Time
	date = strings.Replace(strings.ToUpper(strings.TrimSpace(date)), " ", "T", 1)
	at, err := time.Parse(eventDate, date[:min(len(date), len(eventDate))])
	if err != nil {
		at = time.Now()
	}
	t.Nanos = vscp.TimeOf(at.Truncate(time.Second)).Nanos
	if n, _, read := cNumber(stamp, 10); read {
		t.Micros = uint32(n)
	} else {
		t.Micros = s.micros()
	}
	return t
}

// ownVscpd gives an event of the program the form that it would have there: a date, and a stamp of 32 bits.
func ownVscpd(srv *Server, row *vscp.Row) bool {
	if row.GUID.IsZero() {
		row.GUID = srv.opts.GUID
	}
	switch {
	case row.Time.IsZero():
		row.Time = srv.vscpdTime("", "")
	case row.Time.Micros == 0:
		row.Time.Micros = uint32(row.Time.Nanos / uint64(time.Microsecond))
	case row.Time.Nanos == 0:
		row.Time.Nanos = vscp.TimeOf(time.Now()).Nanos
	}
	return true
}

// rowVscpd writes date, 32 bits of a stamp, and the data in hexadecimal.
func rowVscpd(dst []byte, row *vscp.Row, _ vscp.GUID) []byte {
	w := rowWriter{dst}
	w.start(row, row.ObID)
	w.date(row.Time.Nanos, "Z")
	w.stamp(uint64(row.Time.Micros), 0)
	w.dst, _ = row.GUID.AppendText(w.dst)
	w.data(row, true)
	return w.dst
}
