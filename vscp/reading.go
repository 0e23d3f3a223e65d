package vscp

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
)

// Reading is the number that a measurement reports, without its text.
type Reading struct {
	Value float64 // as Measurement.Value
	Unit  uint8   // as Measurement.Unit
}

// Reading returns the value of a measurement as [Event.Measurement] reads it. ok is false if the event is none, cannot be read,
// or has bits or bytes, which are no number. It allocates nothing for what sensors send: only for texts of more than 32
// bytes, numbers beyond a float64 and data that cannot be read.
func (r *Row) Reading() (reading Reading, ok bool) {
	form := r.Class.layout()
	if form == layoutNone {
		return Reading{}, false
	}
	var buf [MaxData]byte
	data := r.AppendData(buf[:0])
	if _, mirrored := r.Class.level1(); mirrored {
		if len(data) < len(GUID{}) {
			return Reading{}, false
		}
		data = data[len(GUID{}):]
	}
	var m Measurement
	value, reason := m.decodeOrigin(form, data)
	if reason != "" {
		return Reading{}, false
	}
	v, ok := m.Kind.number(value)
	return Reading{Value: v, Unit: m.Unit}, ok
}

// number reads a value of a size that the kind can have.
func (k ValueKind) number(b []byte) (v float64, ok bool) {
	switch k {
	case ValueString:
		b, _, _ = bytes.Cut(b, []byte{0})
		if b = trim(b); !isReal(b) {
			return 0, false
		}
		v, _ = strconv.ParseFloat(string(b), 64) // the only error possible is out of range, and then it is infinite
		return v, true
	case ValueInteger:
		return float64(signed(b)), true
	case ValueNormalised:
		return decodeDecimal(b).float(), true
	case ValueFloat:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), true
	case ValueDouble:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), true
	default:
		return 0, false
	}
}

// float returns the nearest number.
func (d Decimal) float() float64 {
	var buf [32]byte // the most that the compiler keeps off the heap
	b := strconv.AppendInt(buf[:0], d.Mantissa, 10)
	b = strconv.AppendInt(append(b, 'e'), int64(d.Exponent), 10)
	v, _ := strconv.ParseFloat(string(b), 64)
	return v
}
