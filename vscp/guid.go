package vscp

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// guidTextLen is the length of the full form: 16 two-digit bytes and 15 colons.
const guidTextLen = 16*3 - 1

// GUID names the origin of an event, most significant byte first. All zero stands for the GUID of the interface the
// event is sent on.
type GUID [16]byte

// ParseGUID reads every text form of a GUID, in either case and with blanks around it:
//
//	FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01   16 bytes of one or two digits, ":" or "-" between them
//	FFFF:FFFF:FFFF:FFFE:B827:EB01:0203:0001           8 groups of four digits
//	FFFFFFFF-FFFF-FFFE-B827-EB0102030001              a UUID, or 32 digits in one piece
//	::1:2                                             the last bytes, FF before them; "::" alone is all FF
//	-:1:2                                             the last bytes, zero before them
//	- or nothing                                      all zero
//
// Each may stand in braces. Fewer than 16 bytes without a fill prefix are refused.
func ParseGUID(s string) (GUID, error) {
	var buf [64]byte // keeps texts of usual length off the heap
	var g GUID
	err := g.UnmarshalText(append(buf[:0], s...))
	return g, err
}

// String returns the full form, 16 two-digit upper-case bytes with colons between them.
func (g GUID) String() string {
	var b [guidTextLen]byte
	putGUID(&b, &g)
	return string(b[:])
}

// AppendText appends the full form. It implements [encoding.TextAppender]; the error is always nil.
func (g GUID) AppendText(dst []byte) ([]byte, error) {
	var b [guidTextLen]byte
	putGUID(&b, &g)
	return append(dst, b[:]...), nil
}

// MarshalText returns the full form. It implements [encoding.TextMarshaler]; the error is always nil.
func (g GUID) MarshalText() ([]byte, error) { return g.AppendText(nil) }

// UnmarshalText reads what [ParseGUID] reads. On an error g is left as it was.
func (g *GUID) UnmarshalText(text []byte) error {
	v, reason := parseGUID(text)
	if reason != "" {
		return newSyntaxError("guid", "", text, reason)
	}
	*g = v
	return nil
}

// IsZero reports whether all bytes are zero.
func (g GUID) IsZero() bool { return g == GUID{} }

// Interface returns the GUID of a server's interface, such as a client's connection: the server's own GUID g with the
// interface number in bytes 12 and 13, and zero in the two bytes left for nicknames.
func (g GUID) Interface(number uint16) GUID {
	binary.BigEndian.PutUint16(g[12:], number)
	g[14], g[15] = 0, 0
	return g
}

func putGUID(b *[guidTextLen]byte, g *GUID) {
	for i := range 15 {
		v := g[i]
		b[i*3], b[i*3+1], b[i*3+2] = upperHex[v>>4], upperHex[v&15], ':'
	}
	v := g[15]
	b[45], b[46] = upperHex[v>>4], upperHex[v&15]
}

// canonicalGUID reads the full form, which nearly every row carries, and reports whether b was one.
func canonicalGUID(g *GUID, b *[guidTextLen]byte) bool {
	ok := uint8(hexOK)
	var seps uint8
	for i := range 15 {
		hi, lo := hexDigit[b[i*3]], hexDigit[b[i*3+1]]
		seps |= b[i*3+2] ^ ':'
		ok &= hi & lo
		g[i] = hi<<4 | lo&0x0F
	}
	hi, lo := hexDigit[b[45]], hexDigit[b[46]]
	g[15] = hi<<4 | lo&0x0F
	return ok&hi&lo != 0 && seps == 0
}

// parseGUID reads any form. A reason other than "" refuses the text, and continues it in the error.
func parseGUID(b []byte) (g GUID, reason string) {
	b = trim(b)
	if len(b) == guidTextLen && canonicalGUID(&g, (*[guidTextLen]byte)(b)) {
		return g, ""
	}
	if b, reason = unbrace(b); reason != "" {
		return GUID{}, reason
	}
	switch {
	case len(b) == 0, len(b) == 1 && b[0] == '-':
		return GUID{}, ""
	case len(b) == 32 && bytes.IndexByte(b, ':') < 0 && bytes.IndexByte(b, '-') < 0, isUUID(b):
		return parseHexRun(b)
	case bytes.HasPrefix(b, []byte("::")):
		return parseFilled(b[2:], 0xFF)
	case bytes.HasPrefix(b, []byte("-:")):
		if len(b) == 2 {
			return GUID{}, "has no bytes after the zero fill"
		}
		return parseFilled(b[2:], 0)
	default:
		return parseFull(b)
	}
}

// unbrace takes off one pair of braces and the blanks inside it.
func unbrace(b []byte) (inner []byte, reason string) {
	opened := len(b) > 0 && b[0] == '{'
	closed := len(b) > 0 && b[len(b)-1] == '}'
	switch {
	case opened && closed:
		return trim(b[1 : len(b)-1]), ""
	case opened || closed:
		return nil, "has an unbalanced brace"
	default:
		return b, ""
	}
}

func isUUID(b []byte) bool {
	return len(b) == 36 && b[8] == '-' && b[13] == '-' && b[18] == '-' && b[23] == '-' && bytes.Count(b, []byte("-")) == 4
}

// parseHexRun reads a text of 32 bytes besides the dashes of a UUID, which should be digits.
func parseHexRun(b []byte) (g GUID, reason string) {
	n := 0
	for _, c := range b {
		if c == '-' {
			continue
		}
		d := hexDigit[c]
		if d == 0 {
			return GUID{}, "is not 32 hexadecimal digits"
		}
		g[n/2] = g[n/2]<<4 | d&0x0F
		n++
	}
	return g, ""
}

// parseFilled reads the groups after a fill prefix, right aligned.
func parseFilled(b []byte, fill byte) (g GUID, reason string) {
	n := 0
	if len(b) > 0 {
		if n, _, reason = parseGroups(&g, b); reason != "" {
			return GUID{}, reason
		}
	}
	var filled GUID
	for i := range len(filled) - n {
		filled[i] = fill
	}
	copy(filled[len(filled)-n:], g[:n])
	return filled, ""
}

// parseFull reads 16 byte groups or 8 word groups.
func parseFull(b []byte) (g GUID, reason string) {
	n, groups, reason := parseGroups(&g, b)
	switch {
	case reason != "":
		return GUID{}, reason
	case n != len(g):
		return GUID{}, fmt.Sprintf("has %s, a GUID has 16", countBytes(n))
	case groups != 16 && groups != 8:
		return GUID{}, "mixes groups of two and of four digits"
	default:
		return g, ""
	}
}

// parseGroups reads groups of one or two digits (a byte) or four (two bytes) into g from the left, and returns the
// bytes and the groups read.
func parseGroups(g *GUID, b []byte) (n, groups int, reason string) {
	for {
		end := bytes.IndexAny(b, ":-")
		group := b
		if end >= 0 {
			group = b[:end]
		}
		v, size := hexGroup(group)
		if size == 0 {
			return 0, 0, fmt.Sprintf("has the group %q, not 1, 2 or 4 hexadecimal digits", excerpt(group))
		}
		if n+size > len(g) {
			return 0, 0, "has more than 16 bytes"
		}
		if size == 2 {
			g[n] = byte(v >> 8)
		}
		g[n+size-1] = byte(v)
		n += size
		groups++
		if end < 0 {
			return n, groups, ""
		}
		b = b[end+1:]
	}
}

// hexGroup returns the value of one group and its size in bytes, 0 if it is none.
func hexGroup(b []byte) (v uint16, size int) {
	for _, c := range b {
		d := hexDigit[c]
		if d == 0 || len(b) > 4 {
			return 0, 0
		}
		v = v<<4 | uint16(d&0x0F)
	}
	switch len(b) {
	case 1, 2:
		return v, 1
	case 4:
		return v, 2
	default:
		return 0, 0
	}
}
