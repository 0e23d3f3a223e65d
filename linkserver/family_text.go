package linkserver

import (
	"strconv"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Reading and writing events the way servers written in C do: what a strict reader refuses is taken for something.

// cNumber reads the digits at the start of s as strtoull does, after blanks and a sign, and returns what follows them. In base 0
// a leading 0 means octal. read is false if there is no digit.
func cNumber(s string, base int) (n uint64, rest string, read bool) {
	s = strings.TrimLeft(s, " \t")
	unsigned := strings.TrimLeft(s, "+-")
	if len(s)-len(unsigned) > 1 {
		return 0, s, false
	}
	digits := unsigned
	switch {
	case len(digits) > 2 && (digits[:2] == "0x" || digits[:2] == "0X") && isDigit(digits[2], 16):
		digits, base = digits[2:], 16
	case base == 0 && strings.HasPrefix(digits, "0"):
		base = 8
	case base == 0:
		base = 10
	}
	end := 0
	for end < len(digits) && isDigit(digits[end], base) {
		n = n*uint64(base) + uint64(digitValue(digits[end]))
		end++
	}
	if end == 0 {
		return 0, s, false
	}
	if s[0] == '-' {
		n = -n
	}
	return n, digits[end:], true
}

func isDigit(c byte, base int) bool { return digitValue(c) < base }

// digitValue returns the value of a digit, or more than any base has.
func digitValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	default:
		return 99
	}
}

// cGUID reads pairs of hexadecimal digits with colons between them, as many as there are; the rest is zero. It reports whether
// the text begins with a digit.
func cGUID(s string) (vscp.GUID, bool) {
	var guid vscp.GUID
	for i, part := range strings.SplitN(s, ":", len(guid)+1) {
		if i == len(guid) {
			break
		}
		n, _, read := cNumber("0x"+part, 16)
		if i == 0 && (!read || part == "" || !isDigit(part[0], 16)) {
			return guid, false
		}
		guid[i] = byte(n)
	}
	return guid, true
}

// splitEvent cuts the argument of SEND into the seven fields and the data after them. hasData is false if nothing, not even a
// comma, follows the GUID.
func splitEvent(arg string) (fields []string, data string, hasData bool) {
	fields = strings.SplitN(arg, ",", 8)
	if len(fields) == 8 {
		return fields[:7], fields[7], true
	}
	return fields, "", false
}

// eventDate is the layout of a date in an event, without zone and fraction.
const eventDate = "2006-01-02T15:04:05"

// rowWriter appends the parts of a row.
type rowWriter struct {
	dst []byte
}

func (w *rowWriter) start(row *vscp.Row, obid uint32) {
	for _, n := range []uint64{uint64(row.Head), uint64(row.Class), uint64(row.Type), uint64(obid)} {
		w.dst = append(strconv.AppendUint(w.dst, n, 10), ',')
	}
}

func (w *rowWriter) date(nanos uint64, zone string) {
	at := time.Unix(int64(nanos/uint64(time.Second)), 0).UTC()
	w.dst = append(append(at.AppendFormat(w.dst, eventDate), zone...), ',')
}

func (w *rowWriter) stamp(n uint64, width int) {
	var digits [20]byte
	text := strconv.AppendUint(digits[:0], n, 10)
	for range width - len(text) {
		w.dst = append(w.dst, '0')
	}
	w.dst = append(append(w.dst, text...), ',')
}

func (w *rowWriter) data(row *vscp.Row, hex bool) {
	const digits = "0123456789ABCDEF"
	var space [64]byte
	for _, b := range row.AppendData(space[:0]) {
		if hex {
			w.dst = append(w.dst, ',', '0', 'x', digits[b>>4], digits[b&15])
		} else {
			w.dst = strconv.AppendUint(append(w.dst, ','), uint64(b), 10)
		}
	}
}

// shortGUID is the GUID without leading zeros in its bytes.
func shortGUID(dst []byte, guid vscp.GUID) []byte {
	const digits = "0123456789ABCDEF"
	for i, b := range guid {
		if i > 0 {
			dst = append(dst, ':')
		}
		if b > 15 {
			dst = append(dst, digits[b>>4])
		}
		dst = append(dst, digits[b&15])
	}
	return dst
}
