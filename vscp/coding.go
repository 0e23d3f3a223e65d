package vscp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// The bits of the data coding byte.
const (
	codingKindShift         = 5
	codingUnitShift         = 3
	codingUnitMask   Coding = 3 << codingUnitShift
	codingSensorMask Coding = 7
)

// The normalised integer: an exponent byte, then the mantissa.
const (
	pointLeft   = 0x80 // the decimal point moves left by the low seven bits, else right
	maxExponent = 0x7F
	maxMantissa = 6 // bytes
)

// Floats of a size from one up to the other are written without an exponent.
const (
	smallestPlain = 1e-6
	beyondPlain   = 1e21
)

// ValueKind is how the value of a measurement is written.
type ValueKind uint8

// The kinds of values, by their number in the data coding byte.
const (
	ValueBits       ValueKind = iota // a set of bits
	ValueBytes                       // a set of bytes
	ValueString                      // a decimal number as text
	ValueInteger                     // signed, most significant byte first
	ValueNormalised                  // an exponent byte and a signed integer, see Decimal
	ValueFloat                       // IEEE 754, single precision
	ValueDouble                      // IEEE 754, double precision
	ValueReserved                    // not defined yet
)

// String returns a short lower-case name.
func (k ValueKind) String() string {
	switch k {
	case ValueBits:
		return "bits"
	case ValueBytes:
		return "bytes"
	case ValueString:
		return "string"
	case ValueInteger:
		return "integer"
	case ValueNormalised:
		return "normalised"
	case ValueFloat:
		return "float"
	case ValueDouble:
		return "double"
	default:
		return "reserved"
	}
}

// Numeric reports whether the values are numbers.
func (k ValueKind) Numeric() bool { return k >= ValueString && k <= ValueDouble }

// Coding is the data coding byte, with which the value of most Level I measurements begins: the kind of value in bits
// 7-5, the unit in 4-3 and the sensor in 2-0.
type Coding uint8

// Kind returns how the value is written.
func (c Coding) Kind() ValueKind { return ValueKind(c >> codingKindShift) }

// Unit returns 0, the default unit of the type of event, to 3.
func (c Coding) Unit() uint8 { return uint8(c & codingUnitMask >> codingUnitShift) }

// Sensor returns which sensor of the node it is, 0 to 7.
func (c Coding) Sensor() uint8 { return uint8(c & codingSensorMask) }

// WithUnit returns c with unit u, of which the low two bits count.
func (c Coding) WithUnit(u uint8) Coding {
	return c&^codingUnitMask | Coding(u)<<codingUnitShift&codingUnitMask
}

// WithSensor returns c with sensor s, of which the low three bits count.
func (c Coding) WithSensor(s uint8) Coding {
	return c&^codingSensorMask | Coding(s)&codingSensorMask
}

func (c Coding) withKind(k ValueKind) Coding {
	return c&(codingUnitMask|codingSensorMask) | Coding(k)<<codingKindShift
}

// AppendNormalised appends c, whatever its kind, as ValueNormalised, and d. The mantissa takes size bytes, or more if it
// needs them; sensors keep the size of their data, 0 asks for as few bytes as hold it. An error says that d or size
// does not fit: a mantissa has up to 6 bytes, an exponent is in -127..127. It comes with dst as it was.
func (c Coding) AppendNormalised(dst []byte, d Decimal, size int) ([]byte, error) {
	for size = max(size, 1); size < 8 && d.Mantissa>>(8*size-1) != d.Mantissa>>63; {
		size++
	}
	if size > maxMantissa {
		return dst, fmt.Errorf("measurement: mantissa %d: takes %d bytes, at most %d are allowed", d.Mantissa, size, maxMantissa)
	}
	if d.Exponent < -maxExponent {
		return dst, fmt.Errorf("measurement: exponent %d: must be %d..%d", d.Exponent, -maxExponent, maxExponent)
	}
	exponent := uint8(d.Exponent)
	if d.Exponent < 0 {
		exponent = pointLeft | uint8(-d.Exponent)
	}
	dst = append(dst, byte(c.withKind(ValueNormalised)), exponent)
	for shift := 8 * (size - 1); shift >= 0; shift -= 8 {
		dst = append(dst, byte(d.Mantissa>>shift))
	}
	return dst, nil
}

// AppendFloat appends c, whatever its kind, as ValueFloat, and v in single precision.
func (c Coding) AppendFloat(dst []byte, v float32) []byte {
	dst = append(dst, byte(c.withKind(ValueFloat)))
	return binary.BigEndian.AppendUint32(dst, math.Float32bits(v))
}

// Decimal is the number Mantissa times ten to the power of Exponent, which is what ValueNormalised holds. The zeros at
// the end of the mantissa count: 2100 with -2 is 21.00, a reading in hundredths.
type Decimal struct {
	Mantissa int64
	Exponent int8
}

// decodeDecimal reads an exponent byte and the one to six bytes of a mantissa.
func decodeDecimal(b []byte) Decimal {
	d := Decimal{Mantissa: signed(b[1:]), Exponent: int8(b[0] &^ pointLeft)}
	if b[0]&pointLeft != 0 {
		d.Exponent = -d.Exponent
	}
	return d
}

// String returns all digits of d without an exponent, such as "-0.00115".
func (d Decimal) String() string {
	var buf [32]byte
	return string(d.append(buf[:0]))
}

func (d Decimal) append(dst []byte) []byte {
	magnitude := uint64(d.Mantissa)
	if d.Mantissa < 0 {
		dst, magnitude = append(dst, '-'), -magnitude
	}
	places := -int(d.Exponent)
	if places <= 0 {
		dst = strconv.AppendUint(dst, magnitude, 10)
		if magnitude != 0 {
			dst = appendZeros(dst, -places)
		}
		return dst
	}
	dst = appendZeros(dst, places+1-countDigits(magnitude))
	dst = strconv.AppendUint(dst, magnitude, 10)
	return slices.Insert(dst, len(dst)-places, '.')
}

func appendZeros(dst []byte, n int) []byte {
	for range n { // none if negative
		dst = append(dst, '0')
	}
	return dst
}

// signed reads a two's complement number of one to eight bytes.
func signed(b []byte) int64 {
	v := int64(int8(b[0]))
	for _, c := range b[1:] {
		v = v<<8 | int64(c)
	}
	return v
}

// formatFloat returns the shortest decimal that reads back as v in its precision, of 32 or 64 bits.
func formatFloat(v float64, precision int) string {
	if size := math.Abs(v); v == 0 || size >= smallestPlain && size < beyondPlain {
		return strconv.FormatFloat(v, 'f', -1, precision)
	}
	return strconv.FormatFloat(v, 'e', -1, precision)
}

// isReal reports whether b is a decimal number such as -123, 1.3456 or 123e-5. There are no other bases and no names.
func isReal(b []byte) bool {
	mantissa, exponent, scaled := b, []byte(nil), false
	if i := bytes.IndexAny(b, "eE"); i >= 0 {
		mantissa, exponent, scaled = b[:i], b[i+1:], true
	}
	whole, fraction, _ := bytes.Cut(trimSign(mantissa), []byte("."))
	digits := len(whole) + len(fraction)
	return digits > 0 && areDigits(whole) && areDigits(fraction) &&
		(!scaled || len(trimSign(exponent)) > 0 && areDigits(trimSign(exponent)))
}

func trimSign(b []byte) []byte {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		return b[1:]
	}
	return b
}

func areDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
