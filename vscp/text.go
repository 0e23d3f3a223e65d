package vscp

import (
	"math"
	"slices"
)

// TimeForm says how the two time fields of an event line are written, and the head bits 9-8 that tell readers which
// way that was. An event without time gets two empty fields in every form.
type TimeForm uint8

// The time forms.
const (
	// TimeKeep loses nothing: a nanosecond stamp, or if Micros is set date and stamp, the date with a fraction only if it
	// has one. Head bits 9-8 become 01 and 00; without a time they stay.
	TimeKeep TimeForm = iota
	// TimeNanos writes an empty datetime and nanoseconds since 1970; head bits 9-8 become 01. Date and microseconds are
	// added up as in Time.AsTime. Microseconds without a date are left out.
	TimeNanos
	// TimeDate writes YYYY-MM-DDTHH:MM:SSZ and microseconds; head bits 9-8 become 00. The microseconds are Micros or, if
	// that is not set, those within the second, at least 1: receivers replace 0 by a stamp of their own. Microseconds
	// without a date are written beside an empty datetime, as are those of a date in the first second of 1970.
	TimeDate
	// TimeNone leaves both fields empty; head bits 9-8 become 00.
	TimeNone
)

// DataForm says how data bytes are written.
type DataForm uint8

// The data forms.
const (
	DataAny     DataForm = iota // a Row as it came if that is plain decimal or 0xHH, otherwise decimal
	DataDecimal                 // 255
	DataHex                     // 0xFF
)

// kinds returns what may be copied to a reader of the form.
func (f DataForm) kinds() dataKind {
	switch f {
	case DataDecimal:
		return dataDecimal
	case DataHex:
		return dataHex
	default:
		return dataDecimal | dataHex
	}
}

// TextForm says how an event line is written, which depends on who reads it. The zero value loses nothing. Common to
// all forms: decimal numbers without leading zeros, no blanks, the GUID in full or "-" if it is all zero.
type TextForm struct {
	Time TimeForm
	Data DataForm
	// Head8 clears the head bits 15-8, for peers that refuse more than 255. Nanosecond stamps are then recognised by their
	// size only, so those below 2^32, which no real clock gives, are left out.
	Head8 bool
}

// maxFields is the room that all fields but the data can need, with the commas between them.
const maxFields = 5 + 1 + 5 + 1 + 5 + 1 + 10 + 1 + 30 + 1 + 20 + 1 + guidTextLen

// appendFields appends all fields but the data.
func (r *Row) appendFields(dst []byte, f TextForm) []byte {
	dst = slices.Grow(dst, maxFields)
	b := dst[len(dst) : len(dst)+maxFields]
	head, date, stamp := f.fields(r.Head, r.Time)
	n := putField(b, uint64(head))
	n += putField(b[n:], uint64(r.Class))
	n += putField(b[n:], uint64(r.Type))
	n += putField(b[n:], uint64(r.ObID))
	if date != 0 {
		n += putDateTime(b[n:], date, f.Time == TimeKeep)
	}
	b[n] = ','
	n++
	if stamp != 0 {
		n += putField(b[n:], stamp)
	} else {
		b[n] = ','
		n++
	}
	if r.GUID.IsZero() {
		b[n] = '-'
		n++
	} else {
		putGUID((*[guidTextLen]byte)(b[n:]), &r.GUID)
		n += guidTextLen
	}
	return dst[:len(dst)+n]
}

// putField writes v and a comma and returns the length.
func putField(b []byte, v uint64) int {
	n := putUint(b, v)
	b[n] = ','
	return n + 1
}

// fields returns the head and the two time fields to write: nanoseconds for the datetime, and the timestamp. 0 means
// an empty field.
func (f TextForm) fields(h Head, t Time) (head Head, date, stamp uint64) {
	switch {
	case f.Time == TimeNone:
		h = h.WithVersion(versionDate)
	case f.Time == TimeNanos:
		h, stamp = h.WithVersion(versionNanos), t.instant()
	case f.Time == TimeDate:
		h, date, stamp = h.WithVersion(versionDate), t.Nanos, uint64(t.Micros)
		if date < nanosPerSecond {
			date = 0
		} else if stamp == 0 {
			stamp = max(1, date%nanosPerSecond/1000)
		}
	case t.Micros != 0:
		h, date, stamp = h.WithVersion(versionDate), t.Nanos, uint64(t.Micros)
	case t.Nanos != 0:
		h, stamp = h.WithVersion(versionNanos), t.Nanos
	}
	if f.Head8 {
		if h.Version() == versionNanos && stamp <= math.MaxUint32 {
			stamp = 0
		}
		h &= headLow8
	}
	return h, date, stamp
}

// appendData appends the data bytes, each with a comma before it.
func appendData(dst, data []byte, f DataForm) []byte {
	dst = slices.Grow(dst, len(data)*len(",0xFF"))
	for _, v := range data {
		dst = appendDataByte(dst, v, f)
	}
	return dst
}

func appendDataByte(dst []byte, v byte, f DataForm) []byte {
	switch {
	case f == DataHex:
		return append(dst, ',', '0', 'x', upperHex[v>>4], upperHex[v&15])
	case v < 10:
		return append(dst, ',', v+'0')
	case v < 100:
		return append(dst, ',', digitPairs[v*2], digitPairs[v*2+1])
	default:
		p := v % 100 * 2
		return append(dst, ',', v/100+'0', digitPairs[p], digitPairs[p+1])
	}
}
