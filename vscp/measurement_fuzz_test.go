package vscp

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

var oracleReal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// oracleMeasurement is a second reader, by the lengths of the specification and with big numbers. exact is the value of
// integers and normalised integers.
func oracleMeasurement(class Class, data []byte) (exact *big.Rat, ok bool) {
	if class >= 512 && class < 1024 {
		if len(data) < 16 {
			return nil, false
		}
		class, data = class-512, data[16:]
	}
	switch {
	case class >= 60 && class <= 64:
		return nil, len(data) == 8
	case class >= 70 && class <= 74:
		return nil, len(data) == 4
	case class == 1060:
		return nil, len(data) == 12
	case class == 1040:
		return nil, len(data) > 4 && oracleText(data[4:])
	case class >= 65 && class <= 69, class >= 85 && class <= 89:
		if len(data) < 3 {
			return nil, false
		}
		data = data[3:]
		return oracleCoded(data, len(data) <= 5)
	case class >= 10 && class <= 15:
		return oracleCoded(data, len(data) <= 8)
	default:
		return nil, false
	}
}

func oracleText(b []byte) bool {
	text, _, _ := strings.Cut(string(b), "\x00")
	return oracleReal.MatchString(strings.Trim(text, oracleBlanks))
}

func oracleCoded(data []byte, fits bool) (exact *big.Rat, ok bool) {
	if len(data) < 2 {
		return nil, false
	}
	switch data[0] >> 5 {
	case 0, 1:
		return nil, fits
	case 2:
		return nil, fits && oracleText(data[1:])
	case 3:
		return oracleSigned(data[1:]), fits
	case 4:
		if len(data) < 3 {
			return nil, false
		}
		power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(data[1]&0x7F)), nil))
		if data[1]&0x80 != 0 {
			power.Inv(power)
		}
		return power.Mul(power, oracleSigned(data[2:])), fits
	case 5:
		return nil, len(data) == 5 // always fits: MEASUREZONE is made for it
	case 6:
		return nil, len(data) == 9
	default:
		return nil, false
	}
}

func oracleSigned(b []byte) *big.Rat {
	n := new(big.Int).SetBytes(b)
	if b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return new(big.Rat).SetInt(n)
}

// No panic, the same answer as the second reader, exact integers, and what can be written reads back.
func FuzzMeasurement(f *testing.F) {
	for _, c := range measurementCases {
		f.Add(uint16(c.class), c.typ, fromHex(f, c.data))
	}
	f.Add(uint16(10), uint16(6), fromHex(f, "E0 01"))
	f.Add(uint16(30), uint16(5), []byte{})
	f.Fuzz(func(t *testing.T, class, typ uint16, data []byte) {
		e := Event{Class: Class(class), Type: typ, Data: bytes.Clone(data)}
		m, err := e.Measurement()
		exact, ok := oracleMeasurement(e.Class, data)
		if (err == nil) != ok || !bytes.Equal(e.Data, data) {
			t.Fatalf("Measurement of %d with % X = %+v, %v, left % X, want accepted: %v", class, data, m, err, e.Data, ok)
		}
		if err != nil {
			if m != (Measurement{}) || !printable(err.Error()) {
				t.Fatalf("Measurement of %d with % X = %+v, %q, want the zero Measurement and a printable error", class, data, m, err)
			}
			return
		}
		if m.Class != e.Class || m.Type != typ || m.Text == "" || !strings.HasPrefix(m.String(), m.Text) {
			t.Fatalf("Measurement of %d, %d with % X = %+v, %q, want its class, type and text", class, typ, data, m, m)
		}
		if exact != nil {
			checkExact(t, &m, exact)
		}
		checkAppended(t, &m, data)
	})
}

func checkExact(t *testing.T, m *Measurement, exact *big.Rat) {
	t.Helper()
	got, ok := new(big.Rat).SetString(m.Text)
	if nearest, _ := exact.Float64(); !ok || got.Cmp(exact) != 0 || m.Value != nearest {
		t.Fatalf("measurement %+v, want exactly %v, as float64 %v", m, exact, nearest)
	}
}

// checkAppended writes the end of data again where there is a writer. Only an exponent of minus nought changes.
func checkAppended(t *testing.T, m *Measurement, data []byte) {
	t.Helper()
	if layout := m.Class.layout(); layout != layoutCoded && layout != layoutZoned {
		return
	}
	if m.Class >= 512 {
		data = data[16:]
	}
	if m.Class.layout() == layoutZoned {
		data = data[3:]
	}
	coding := Coding(0).WithUnit(m.Unit).WithSensor(m.Sensor)
	var got []byte
	switch m.Kind {
	case ValueNormalised:
		got, _ = coding.AppendNormalised(nil, decodeDecimal(data[1:]), len(data)-2)
		if data[1] == 0x80 {
			data = append([]byte{data[0], 0}, data[2:]...)
		}
	case ValueFloat:
		got = coding.AppendFloat(nil, math.Float32frombits(binary.BigEndian.Uint32(data[1:])))
	default:
		return
	}
	if !bytes.Equal(got, data) {
		t.Fatalf("measurement %+v writes % X, want % X", m, got, data)
	}
}

// What is written reads back, whatever is written.
func FuzzAppendMeasurement(f *testing.F) {
	f.Add(int64(2345), int8(-2), uint8(2), uint8(0x8A), uint32(0x41838000))
	f.Add(int64(math.MinInt64), int8(-128), uint8(7), uint8(0), uint32(0x7FC00000))
	f.Add(int64(-1)<<47, int8(127), uint8(0), uint8(255), uint32(1))
	f.Fuzz(func(t *testing.T, mantissa int64, exponent int8, size, coding uint8, float uint32) {
		c, number := Coding(coding), Decimal{mantissa, exponent}
		data, err := c.AppendNormalised(nil, number, int(size))
		if fits := mantissa>>47 == mantissa>>63 && exponent != -128 && size <= 6; (err == nil) != fits {
			t.Fatalf("AppendNormalised(%v, %d) = % X, %v, want written: %v", number, size, data, err, fits)
		}
		if err == nil {
			checkReadBack(t, data, Measurement{Kind: ValueNormalised, Text: number.String(), Unit: c.Unit(), Sensor: c.Sensor()})
		}
		v := math.Float32frombits(float)
		data = c.AppendFloat(nil, v)
		checkReadBack(t, data, Measurement{Kind: ValueFloat, Text: formatFloat(float64(v), 32), Unit: c.Unit(), Sensor: c.Sensor()})
	})
}

func checkReadBack(t *testing.T, data []byte, want Measurement) {
	t.Helper()
	e := Event{Class: 10, Type: 6, Data: data}
	got, err := e.Measurement()
	want.Class, want.Type, want.Value = 10, 6, got.Value
	if err != nil || !sameMeasurement(got, want) {
		t.Fatalf("Measurement of % X = %+v, %v, want %+v", data, got, err, want)
	}
}
