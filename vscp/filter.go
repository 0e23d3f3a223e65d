package vscp

import (
	"encoding/binary"
	"math"
	"strconv"
)

// Filter is one of the two halves of a server-side filter: the wanted values (SFLT) or the bits that matter (SMSK).
type Filter struct {
	Priority uint8 // 0..7 as in Head.Priority; some peers send larger values, which are kept
	Class    Class
	Type     uint16
	GUID     GUID
}

// ParseFilter reads "priority,class,type,GUID" with the number and GUID forms of an event line, blanks allowed.
func ParseFilter(s string) (Filter, error) {
	sc := scanner{line: []byte(s), form: "filter", fields: 4}
	var f Filter
	f.Priority = uint8(sc.uint("priority", math.MaxUint8, required))
	f.Class = Class(sc.uint("class", math.MaxUint16, required))
	f.Type = uint16(sc.uint("type", math.MaxUint16, required))
	sc.guid(&f.GUID)
	if sc.more() {
		sc.fail("", sc.line, "has more than 4 fields")
	}
	if sc.err != nil {
		return Filter{}, sc.err
	}
	return f, nil
}

// String returns the text form with decimal numbers and the full GUID, the form every server reads.
func (f Filter) String() string {
	b := make([]byte, 0, 3+1+5+1+5+1+guidTextLen)
	b = strconv.AppendUint(b, uint64(f.Priority), 10)
	b = strconv.AppendUint(append(b, ','), uint64(f.Class), 10)
	b = strconv.AppendUint(append(b, ','), uint64(f.Type), 10)
	b = append(append(b, ','), f.GUID.String()...)
	return string(b)
}

// Matcher selects events: those that agree with Filter in every bit that is set in Mask. The zero value passes all.
type Matcher struct {
	Filter, Mask Filter
}

// Match reports whether an event with these fields passes.
func (m *Matcher) Match(head Head, class Class, typ uint16, guid GUID) bool {
	return (m.Filter.Priority^head.Priority())&m.Mask.Priority == 0 &&
		(m.Filter.Class^class)&m.Mask.Class == 0 &&
		(m.Filter.Type^typ)&m.Mask.Type == 0 &&
		maskedEqual(&m.Filter.GUID, &guid, &m.Mask.GUID)
}

func maskedEqual(a, b, mask *GUID) bool {
	hi := (binary.NativeEndian.Uint64(a[:8]) ^ binary.NativeEndian.Uint64(b[:8])) & binary.NativeEndian.Uint64(mask[:8])
	lo := (binary.NativeEndian.Uint64(a[8:]) ^ binary.NativeEndian.Uint64(b[8:])) & binary.NativeEndian.Uint64(mask[8:])
	return hi|lo == 0
}
