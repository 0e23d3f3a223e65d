package vscp

import (
	"math"
	"time"
)

const nanosPerSecond = 1_000_000_000

// Time is when an event happened, as far as its sender said. There are two ways to say it, and a bridge must be able
// to pass on either:
//
//	nanosecond stamp            Nanos
//	date and microseconds       Nanos is the date (with its fraction, if it has one), Micros the stamp beside it
//	microseconds without date   Micros only
//
// Micros counts freely and wraps after 71.6 minutes; below one second most senders mean the part within the second.
type Time struct {
	Nanos  uint64 // nanoseconds since 1970-01-01 UTC, all 64 bits; 0 = not set
	Micros uint32 // 0 = not set
}

// TimeOf returns t as a nanosecond stamp; instants before 1970 or after July 2554 are not set.
func TimeOf(t time.Time) Time {
	return Time{Nanos: nanosOf(t.Unix(), uint64(t.Nanosecond()))}
}

// IsZero reports whether nothing is set, so that the receiver is to put its own time.
func (t Time) IsZero() bool { return t == Time{} }

// AsTime returns the instant in UTC, or the zero time.Time without a date. Micros below one second are added to a date
// that has no fraction of its own; larger ones count from an unknown start.
func (t Time) AsTime() time.Time {
	if t.Nanos == 0 {
		return time.Time{}
	}
	n := t.instant()
	return time.Unix(int64(n/nanosPerSecond), int64(n%nanosPerSecond)).UTC()
}

// instant returns the nanoseconds since 1970, 0 without a date.
func (t Time) instant() uint64 {
	if t.Micros == 0 || t.Micros >= 1_000_000 || t.Nanos == 0 || t.Nanos%nanosPerSecond != 0 {
		return t.Nanos
	}
	part := uint64(t.Micros) * 1000
	if t.Nanos > math.MaxUint64-part {
		return t.Nanos
	}
	return t.Nanos + part
}

// nanosOf returns 0, not set, for what 64 bits cannot hold: clocks that were never set produce such dates.
func nanosOf(seconds int64, nanos uint64) uint64 {
	if seconds < 0 || uint64(seconds) > (math.MaxUint64-nanos)/nanosPerSecond {
		return 0
	}
	return uint64(seconds)*nanosPerSecond + nanos
}

// parseDateTime reads YYYY-MM-DD, "T" or a blank, HH:MM:SS, up to nine digits of a fraction and a "Z". Parts may lack
// leading zeros. The date 0000-00-00 is not set. ok is false if the text is no date or the date does not exist.
func parseDateTime(b []byte) (nanos uint64, set, ok bool) {
	var v [6]int // year, month, day, hour, minute, second
	for i := range v {
		least, most := 1, 2
		if i == 0 {
			least, most = 4, 4
		}
		n := 0
		for n < most && n < len(b) && b[n]-'0' <= 9 {
			v[i] = v[i]*10 + int(b[n]-'0')
			n++
		}
		if n < least {
			return 0, false, false
		}
		b = b[n:]
		if i == len(v)-1 {
			break
		}
		if len(b) == 0 || !separates(i, b[0]) {
			return 0, false, false
		}
		b = b[1:]
	}
	fraction, ok := parseFraction(b)
	if !ok || v[3] > 23 || v[4] > 59 || v[5] > 59 {
		return 0, false, false
	}
	if v[0] == 0 && v[1] == 0 && v[2] == 0 {
		return 0, false, true
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], 0, time.UTC)
	if v[1] < 1 || v[1] > 12 || t.Day() != v[2] { // Date turns 30 February into 2 March
		return 0, false, false
	}
	return nanosOf(t.Unix(), fraction), true, true
}

// separates reports whether c may follow the i-th part of a date.
func separates(i int, c byte) bool {
	switch i {
	case 0, 1:
		return c == '-'
	case 2:
		return c == 'T' || c == 't' || c == ' '
	default:
		return c == ':'
	}
}

// parseFraction reads what follows the seconds, and returns the fraction in nanoseconds.
func parseFraction(b []byte) (nanos uint64, ok bool) {
	if n := len(b); n > 0 && b[n-1]|0x20 == 'z' {
		b = b[:n-1]
	}
	if len(b) == 0 {
		return 0, true
	}
	if b[0] != '.' || len(b) < 2 || len(b) > 10 {
		return 0, false
	}
	scale := uint64(nanosPerSecond)
	for _, c := range b[1:] {
		if c-'0' > 9 {
			return 0, false
		}
		scale /= 10
		nanos += uint64(c-'0') * scale
	}
	return nanos, true
}

// putDateTime writes YYYY-MM-DDTHH:MM:SS and "Z" for nanoseconds since 1970, the fraction of the second only if asked
// for and not zero, and returns the length.
func putDateTime(b []byte, nanos uint64, fraction bool) int {
	t := time.Unix(int64(nanos/nanosPerSecond), 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	put2(b[0:2], uint32(year/100))
	put2(b[2:4], uint32(year%100))
	b[4] = '-'
	put2(b[5:7], uint32(month))
	b[7] = '-'
	put2(b[8:10], uint32(day))
	b[10] = 'T'
	put2(b[11:13], uint32(hour))
	b[13] = ':'
	put2(b[14:16], uint32(minute))
	b[16] = ':'
	put2(b[17:19], uint32(second))
	n := 19
	if part := nanos % nanosPerSecond; fraction && part != 0 {
		b[n] = '.'
		b[n+1] = byte(part/1e8) + '0'
		put8(b[n+2:n+10], uint32(part%1e8))
		n += 10
	}
	b[n] = 'Z'
	return n + 1
}
