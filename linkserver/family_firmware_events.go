package linkserver

import (
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// headNanos is set in each head: the time is nanoseconds.
const (
	headVersion = vscp.Head(0x300)
	headNanos   = vscp.Head(0x100)
)

// takeFirmware refuses a date with a Z or a fraction, an empty GUID, and an event without data; the numbers of a date are read in
// base 0, so that 08 and 09 are none. What the connection's filter does not pass is answered with success, and lost.
func (s *session) takeFirmware(arg []byte) (refusal string, deliver bool) {
	fields, data, hasData := splitEvent(string(arg))
	if len(fields) < 7 || !hasData {
		return replyParameter, false
	}
	var numbers [4]uint64
	for i := range numbers {
		n, rest, read := cNumber(fields[i], 0)
		if !read || rest != "" {
			return replyParameter, false
		}
		numbers[i] = n
	}
	at, ok := firmwareTime(fields[4], fields[5])
	if !ok || fields[6] == "" {
		return replyParameter, false
	}
	guid, err := vscp.ParseGUID(fields[6])
	if err != nil {
		return replyParameter, false
	}
	s.row = vscp.NewRow(&vscp.Event{
		Head: vscp.Head(numbers[0])&^headVersion | headNanos, Class: vscp.Class(numbers[1]), Type: uint16(numbers[2]),
		ObID: s.srv.family.channel(s.id), Time: vscp.Time{Nanos: at}, GUID: guid, Data: firmwareData(data),
	}, vscp.TextForm{})
	return "", s.sends.Match(s.row.Head, s.row.Class, s.row.Type, s.row.GUID)
}

// firmwareTime returns nanoseconds: those of the stamp, or of the date with the stamp as microseconds.
func firmwareTime(date, stamp string) (uint64, bool) {
	n, rest, read := cNumber(stamp, 0)
	if stamp != "" && (!read || rest != "") {
		return 0, false
	}
	if date == "" {
		return n, true
	}
	parts := strings.FieldsFunc(date, func(r rune) bool { return r == '-' || r == 'T' || r == ':' })
	if len(date) != len(eventDate) || len(parts) != 6 || date[10] != 'T' {
		return 0, false
	}
	for _, part := range parts {
		if _, rest, read := cNumber(part, 0); !read || rest != "" {
			return 0, false
		}
	}
	at, err := time.Parse(eventDate, date)
	return vscp.TimeOf(at).Nanos + n*uint64(time.Microsecond), err == nil
}

// firmwareData reads numbers one after the other and skips a character behind each, whatever it is.
func firmwareData(text string) []byte {
	var data []byte
	for len(data) < vscp.MaxData {
		n, rest, read := cNumber(text, 0)
		if !read {
			rest = text
		}
		data = append(data, byte(n))
		if rest == "" || rest[1:] == "" {
			break
		}
		text = rest[1:]
	}
	return data
}

// ownFirmware gives an event of the program nanoseconds and the head that says so.
func ownFirmware(_ *Server, row *vscp.Row) bool {
	row.Head = row.Head&^headVersion | headNanos
	if row.Time.Nanos == 0 {
		row.Time.Nanos = vscp.TimeOf(time.Now()).Nanos
	}
	return true
}

// rowFirmware writes an empty date, at least ten digits of nanoseconds, and the data in decimal.
func rowFirmware(dst []byte, row *vscp.Row, _ vscp.GUID) []byte {
	w := rowWriter{dst}
	w.start(row, row.ObID)
	w.dst = append(w.dst, ',')
	w.stamp(row.Time.Nanos, 10)
	w.dst, _ = row.GUID.AppendText(w.dst)
	w.data(row, false)
	return w.dst
}
