package vscp

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// presence says whether a field may be empty.
type presence bool

const (
	required presence = false
	optional presence = true
)

// scanner reads the comma separated fields of one line from left to right: the only reader of event and filter texts.
// The first failure stays in err, and what is read after it is meaningless.
type scanner struct {
	line   []byte
	pos    int    // start of the next field; len(line)+1 after the last one
	form   string // for the error
	fields int    // the fewest fields the form has
	err    error
}

// more reports whether another field follows, which may be empty.
func (s *scanner) more() bool { return s.pos <= len(s.line) }

// fail records the first failure. A line that is too short is reported as such, whatever field it broke in.
func (s *scanner) fail(field string, text []byte, reason string) {
	if s.err != nil {
		return
	}
	if n := bytes.Count(s.line, []byte(",")) + 1; n < s.fields {
		field, text, reason = "", s.line, fmt.Sprintf("has %d of the %d fields", n, s.fields)
	}
	s.err = newSyntaxError(s.form, field, text, reason)
	s.pos = len(s.line) + 1
}

// field returns the next field without the blanks around it.
func (s *scanner) field() []byte {
	if !s.more() {
		s.fail("", s.line, "is incomplete")
		return nil
	}
	rest := s.line[s.pos:]
	if end := bytes.IndexByte(rest, ','); end >= 0 {
		rest = rest[:end]
	}
	s.pos += len(rest) + 1
	return trim(rest)
}

// uint reads a number field of at most limit. Plain decimals that end at a comma take the short way.
func (s *scanner) uint(field string, limit uint64, absent presence) uint64 {
	line, i := s.line, s.pos
	var v uint64
	for limit > math.MaxUint32 && len(line)-i >= 8 { // only stamps are so long
		eight, ok := eightDigits(line[i:])
		if !ok {
			break
		}
		v = v*1e8 + eight
		i += 8
	}
	for i < len(line) && line[i]-'0' <= 9 {
		v = v*10 + uint64(line[i]-'0')
		i++
	}
	if n := i - s.pos; n > 0 && n < 20 && v <= limit && i < len(line) && line[i] == ',' { // 19 digits fit 64 bits
		s.pos = i + 1
		return v
	}
	return s.anyUint(field, limit, absent)
}

func (s *scanner) anyUint(field string, limit uint64, absent presence) uint64 {
	text := s.field()
	if len(text) == 0 && absent == optional {
		return 0
	}
	v, status := readNumber(text, limit)
	if status != numberOK {
		s.fail(field, text, status.reason(limit))
	}
	return v
}

// time reads datetime and timestamp. What the timestamp counts follows from the datetime beside it, the head and its
// own size.
func (s *scanner) time(head Head) Time {
	var date uint64
	var dated bool
	if s.pos < len(s.line) && s.line[s.pos] == ',' {
		s.pos++
	} else if text := s.field(); len(text) > 0 {
		var ok bool
		if date, dated, ok = parseDateTime(text); !ok {
			s.fail("datetime", text, "is not a date and time in UTC like 2026-01-02T03:04:05Z")
		}
	}
	stamp := s.uint("timestamp", math.MaxUint64, optional)
	switch {
	case dated && stamp > math.MaxUint32:
		s.fail("timestamp", strconv.AppendUint(nil, stamp, 10), "does not fit 32 bits, and stands beside a datetime")
		return Time{}
	case dated:
		return Time{Nanos: date, Micros: uint32(stamp)}
	case head.Version() == versionNanos || stamp > math.MaxUint32:
		return Time{Nanos: stamp}
	default:
		return Time{Micros: uint32(stamp)}
	}
}

// guid reads a GUID field.
func (s *scanner) guid(g *GUID) {
	if end := s.pos + guidTextLen; end == len(s.line) || end < len(s.line) && s.line[end] == ',' {
		if canonicalGUID(g, (*[guidTextLen]byte)(s.line[s.pos:])) {
			s.pos = end + 1
			return
		}
	}
	text := s.field()
	v, reason := parseGUID(text)
	if reason != "" {
		s.fail("guid", text, reason)
	}
	*g = v
}

// dataKind says how a data byte is written. The kinds of a line are or-ed: a line can be copied to a peer that wants
// some kinds if it has no others.
type dataKind uint8

const (
	dataDecimal dataKind = 1 << iota // without leading zeros
	dataHex                          // 0x and two digits
	dataOdd                          // anything else that is valid
)

// data checks the data bytes up to the end of the line and returns their number and kinds.
func (s *scanner) data() (n int, kinds dataKind) {
	if n = s.hexData(); n > 0 {
		kinds = dataHex
	}
	for s.more() {
		_, end, kind := dataByte(s.line, s.pos)
		if kind == 0 {
			text := s.field()
			if len(text) == 0 && !s.more() { // one comma too many at the end is forgiven
				return n, kinds | dataOdd
			}
			_, status := readNumber(text, math.MaxUint8)
			s.fail("data["+strconv.Itoa(n)+"]", text, status.reason(math.MaxUint8))
			return 0, 0
		}
		if n == MaxData {
			s.fail("data["+strconv.Itoa(n)+"]", s.field(), "is one too many, at most "+strconv.Itoa(MaxData)+" are read")
			return 0, 0
		}
		n++
		kinds |= kind
		s.pos = end + 1
	}
	return n, kinds
}

// hexData passes over the data bytes up to the first that is not written as 0xHH, as most servers write them all, and returns
// their number.
func (s *scanner) hexData() int {
	n, rest := 0, s.line[min(s.pos, len(s.line)):]
	for len(rest) > 4 && rest[4] == ',' && rest[0] == '0' && rest[1] == 'x' && hexDigit[rest[2]]&hexDigit[rest[3]]&hexOK != 0 && n < MaxData {
		rest = rest[5:]
		n++
	}
	s.pos += 5 * n
	return n
}

// dataByte reads the data byte that begins at b[i]. It returns the value, the index of the comma behind it or len(b),
// and the kind, 0 if there is no data byte.
func dataByte(b []byte, i int) (v uint8, end int, kind dataKind) {
	if rest := b[i:]; len(rest) >= 4 && rest[0] == '0' && rest[1] == 'x' && (len(rest) == 4 || rest[4] == ',') {
		hi, lo := hexDigit[rest[2]], hexDigit[rest[3]]
		if hi&lo&hexOK != 0 {
			return hi<<4 | lo&0x0F, i + 4, dataHex
		}
	}
	n := uint(0)
	for end = i; end < len(b) && b[end]-'0' <= 9 && end < i+3; end++ {
		n = n*10 + uint(b[end]-'0')
	}
	if end > i && n <= math.MaxUint8 && (end == len(b) || b[end] == ',') && (b[i] != '0' || end == i+1) {
		return uint8(n), end, dataDecimal
	}
	return oddDataByte(b, i)
}

func oddDataByte(b []byte, i int) (v uint8, end int, kind dataKind) {
	rest := b[i:]
	if n := bytes.IndexByte(rest, ','); n >= 0 {
		rest = rest[:n]
	}
	n, status := readNumber(trim(rest), math.MaxUint8)
	if status != numberOK {
		return 0, 0, 0
	}
	return uint8(n), i + len(rest), dataOdd
}
