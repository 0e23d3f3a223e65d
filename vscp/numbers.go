package vscp

import (
	"encoding/binary"
	"math/bits"
)

// hexDigit holds 0x10 | value for each hexadecimal digit and 0 for every other byte: and-ing entries keeps bit 4 only
// if all of them were digits, so a run of digits needs one check at its end.
var hexDigit = [256]uint8{
	'0': 0x10, '1': 0x11, '2': 0x12, '3': 0x13, '4': 0x14, '5': 0x15, '6': 0x16, '7': 0x17, '8': 0x18, '9': 0x19,
	'A': 0x1A, 'B': 0x1B, 'C': 0x1C, 'D': 0x1D, 'E': 0x1E, 'F': 0x1F,
	'a': 0x1A, 'b': 0x1B, 'c': 0x1C, 'd': 0x1D, 'e': 0x1E, 'f': 0x1F,
}

const (
	hexOK    = 0x10
	upperHex = "0123456789ABCDEF"

	digitPairs = "00010203040506070809" +
		"10111213141516171819" +
		"20212223242526272829" +
		"30313233343536373839" +
		"40414243444546474849" +
		"50515253545556575859" +
		"60616263646566676869" +
		"70717273747576777879" +
		"80818283848586878889" +
		"90919293949596979899"
)

// numberStatus is the outcome of readNumber.
type numberStatus uint8

const (
	numberOK numberStatus = iota
	numberBad
	numberOverflow
)

// reason continues the refused text in an error; limit is the largest value allowed.
func (s numberStatus) reason(limit uint64) string {
	if s == numberBad {
		return "is not a number"
	}
	return outOfRange(limit)
}

// readNumber reads a number without blanks around it: decimal, also with leading zeros, or with one of the prefixes
// 0x, 0o and 0b in either case. There is no sign.
func readNumber(b []byte, limit uint64) (uint64, numberStatus) {
	base := uint64(10)
	if len(b) > 2 && b[0] == '0' {
		switch b[1] | 0x20 {
		case 'x':
			base, b = 16, b[2:]
		case 'o':
			base, b = 8, b[2:]
		case 'b':
			base, b = 2, b[2:]
		}
	}
	if len(b) == 0 {
		return 0, numberBad
	}
	var v uint64
	over := false
	for _, c := range b {
		d := hexDigit[c]
		if d&hexOK == 0 || uint64(d&0x0F) >= base {
			return 0, numberBad // wins over an overflow: junk after many digits is no number at all
		}
		hi, lo := bits.Mul64(v, base)
		sum, carry := bits.Add64(lo, uint64(d&0x0F), 0)
		over = over || hi+carry != 0
		v = sum
	}
	if over || v > limit {
		return 0, numberOverflow
	}
	return v, numberOK
}

// eightDigits reads the eight decimal digits at the start of b, side by side: pairs of digits become numbers, then pairs of those, and
// those again. ok is false if they are no digits.
func eightDigits(b []byte) (v uint64, ok bool) {
	const zeros, fits = 0x3030303030303030, 0x7676767676767676 // a digit and 0x76 stay below 0x80
	w := binary.LittleEndian.Uint64(b) ^ zeros
	if (w|(w+fits))&0x8080808080808080 != 0 {
		return 0, false
	}
	w = w*10 + w>>8
	return (w&0x000000FF000000FF*(100+100_0000<<32) + w>>16&0x000000FF000000FF*(1+1_0000<<32)) >> 32, true
}

// trim cuts the blanks and tabs around a field.
func trim(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// putUint writes v in decimal at the start of b and returns the number of digits.
func putUint(b []byte, v uint64) int {
	if v < 10 {
		b[0] = byte(v) + '0'
		return 1
	}
	n := countDigits(v)
	b = b[:n]
	for v >= 1e8 {
		q := v / 1e8
		put8(b[len(b)-8:], uint32(v-q*1e8))
		b, v = b[:len(b)-8], q
	}
	w := uint32(v)
	for w >= 100 {
		q := w / 100
		put2(b[len(b)-2:], w-q*100)
		b, w = b[:len(b)-2], q
	}
	if w >= 10 {
		put2(b, w)
	} else if len(b) > 0 {
		b[0] = byte(w) + '0'
	}
	return n
}

// put8 writes the eight digits of v, side by side: two numbers of four digits become four of two, and those eight of one. Each division is
// a multiplication that is exact for numbers of that size.
func put8(b []byte, v uint32) {
	w := uint64(v/10000) | uint64(v%10000)<<32
	hundreds := w * 10486 >> 20 & 0x0000007F_0000007F
	w = hundreds | (w-hundreds*100)<<16
	tens := w * 103 >> 10 & 0x000F000F_000F000F
	w = tens | (w-tens*10)<<8
	binary.LittleEndian.PutUint64(b, w|0x30303030_30303030)
}

// put2 writes the two digits of v < 100.
func put2(b []byte, v uint32) {
	_ = b[1]
	pair := digitPairs[v*2 : v*2+2]
	b[0], b[1] = pair[0], pair[1]
}

// powersOf10[n] is the smallest number of n+1 digits.
var powersOf10 = [20]uint64{
	0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

func countDigits(v uint64) int {
	n := bits.Len64(v) * 1233 >> 12 // log10(2) = 1233/4096, rounded down: at most one too low
	if v >= powersOf10[n] {
		n++
	}
	return n
}
