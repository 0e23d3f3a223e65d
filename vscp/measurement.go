package vscp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrNotMeasurement is in the chain of Event.Measurement's error if the class of the event is none of measurements.
var ErrNotMeasurement = errors.New("not a measurement")

// Measurement is the value that an event reports or sets, whichever of the many layouts its class has.
type Measurement struct {
	Class Class
	Type  uint16
	Kind  ValueKind

	Value float64 // nearest to Text, and infinite if beyond; NaN for bits and bytes, which are no number
	Text  string  // the value as it was sent, see Event.Measurement

	Unit    uint8 // 0 is the default unit of the type, for the others see Symbol
	Sensor  uint8 // of the node
	Index   uint8 // of the device, in classes with zones on Level I; not the sensor
	Zone    uint8 // 255: all
	Subzone uint8 // 255: all
}

// layout is where a class of measurements has what.
type layout uint8

const (
	layoutNone         layout = iota // no class of measurements
	layoutCoded                      // coding byte, value
	layoutZoned                      // index, zone, subzone, coding byte, value
	layoutFloat                      // single precision value
	layoutDouble                     // double precision value
	layoutLevel2String               // sensor, zone, subzone, unit, text
	layoutLevel2Double               // sensor, zone, subzone, unit, double precision value
)

const (
	codingSize = 1
	zonesSize  = 3 // index, zone, subzone
	originSize = 4 // sensor, zone, subzone, unit
)

// layout returns the layout of class c, which a mirror class shares with its Level I class.
func (c Class) layout() layout {
	n, _ := c.level1()
	switch n {
	case 10, 11, 12, 13, 14, 15: // MEASUREMENT with its extensions X1 to X4, DATA
		return layoutCoded
	case 60, 61, 62, 63, 64: // MEASUREMENT64
		return layoutDouble
	case 65, 66, 67, 68, 69, 85, 86, 87, 88, 89: // MEASUREZONE, SETVALUEZONE
		return layoutZoned
	case 70, 71, 72, 73, 74: // MEASUREMENT32
		return layoutFloat
	case 1040: // MEASUREMENT_STR
		return layoutLevel2String
	case 1060: // MEASUREMENT_FLOAT
		return layoutLevel2Double
	default:
		return layoutNone
	}
}

// IsMeasurement reports whether events of the class carry what Event.Measurement reads: the classes of measurements, of
// values to set (SETVALUEZONE) and of data (DATA), with their extensions X1 to X4, and the mirrors of all on Level II.
func (c Class) IsMeasurement() bool { return c.layout() != layoutNone }

// Measurement reads the value of the event. The Text of integers and normalised integers is exact, with the decimals
// that were sent; that of floats is the shortest decimal that reads back as the same float; strings are as they came,
// without a "+" and what surrounds them; bits are groups of eight; bytes are hexadecimal.
//
// The error is ErrNotMeasurement, or a [*SyntaxError] if data is missing, too long or reserved, or a string is no number.
func (e *Event) Measurement() (Measurement, error) {
	form, data := e.Class.layout(), e.Data
	if form == layoutNone {
		return Measurement{}, fmt.Errorf("measurement: class %s: %w", e.Class, ErrNotMeasurement)
	}
	if _, mirrored := e.Class.level1(); mirrored {
		if len(data) < len(GUID{}) {
			return Measurement{}, newMeasurementError(data, "has no GUID of 16 bytes before the measurement")
		}
		data = data[len(GUID{}):]
	}
	m := Measurement{Class: e.Class, Type: e.Type}
	value, reason := m.decodeOrigin(form, data)
	if reason == "" {
		reason = m.decodeValue(value)
	}
	if reason != "" {
		return Measurement{}, newMeasurementError(data, reason)
	}
	return m, nil
}

// String returns the value, its unit and where it is from, such as "23.45 °C sensor 0".
func (m Measurement) String() string {
	var buf [64]byte
	b := append(buf[:0], m.Text...)
	if symbol, known := m.Symbol(); !known {
		b = appendNamed(b, "unit", m.Unit)
	} else if symbol != "" {
		b = append(append(b, ' '), symbol...)
	}
	b = appendNamed(b, "sensor", m.Sensor)
	form := m.Class.layout()
	if form == layoutZoned {
		b = appendNamed(b, "index", m.Index)
	}
	if form == layoutZoned || form == layoutLevel2String || form == layoutLevel2Double {
		b = appendNamed(appendNamed(b, "zone", m.Zone), "subzone", m.Subzone)
	}
	return string(b)
}

func appendNamed(dst []byte, name string, n uint8) []byte {
	dst = append(append(dst, ' '), name...)
	return strconv.AppendUint(append(dst, ' '), uint64(n), 10)
}

// decodeOrigin reads what stands before the value and returns the value, which has a size that its kind can have. Like the
// readers below it returns a reason other than "" to refuse the data, which continues the text of the error.
func (m *Measurement) decodeOrigin(form layout, data []byte) (value []byte, reason string) {
	switch form {
	case layoutCoded:
		value, reason = m.decodeCoded(data, maxLevel1Data-codingSize)
	case layoutZoned:
		value, reason = m.decodeZoned(data)
	case layoutFloat:
		m.Kind, value = ValueFloat, data
	case layoutDouble:
		m.Kind, value = ValueDouble, data
	case layoutLevel2String:
		m.Kind = ValueString
		value, reason = m.decodeLevel2(data)
	default:
		m.Kind = ValueDouble
		value, reason = m.decodeLevel2(data)
	}
	if reason == "" {
		reason = m.Kind.checkSize(value)
	}
	return value, reason
}

// decodeCoded reads a coding byte, behind which a value has at most room bytes.
func (m *Measurement) decodeCoded(data []byte, room int) (value []byte, reason string) {
	if len(data) == 0 {
		return nil, "has no coding byte"
	}
	c, value := Coding(data[0]), data[codingSize:]
	// A double is defined for these classes although it makes them too long for Level I. A text line has room for it.
	if len(value) > room && c.Kind() != ValueDouble {
		return nil, fmt.Sprintf("has %d bytes after the coding byte, at most %d are allowed", len(value), room)
	}
	m.Kind, m.Unit, m.Sensor = c.Kind(), c.Unit(), c.Sensor()
	return value, ""
}

func (m *Measurement) decodeZoned(data []byte) (value []byte, reason string) {
	if len(data) < zonesSize {
		return nil, "has no index, zone and subzone"
	}
	m.Index, m.Zone, m.Subzone = data[0], data[1], data[2]
	return m.decodeCoded(data[zonesSize:], maxLevel1Data-zonesSize-codingSize)
}

func (m *Measurement) decodeLevel2(data []byte) (value []byte, reason string) {
	if len(data) < originSize {
		return nil, "has no sensor, zone, subzone and unit"
	}
	m.Sensor, m.Zone, m.Subzone, m.Unit = data[0], data[1], data[2], data[3]
	return data[originSize:], ""
}

func (m *Measurement) decodeValue(b []byte) (reason string) {
	m.Value = math.NaN()
	switch m.Kind {
	case ValueBits:
		m.Text = strings.Trim(fmt.Sprintf("%08b", b), "[]")
	case ValueBytes:
		m.Text = fmt.Sprintf("% X", b)
	case ValueString:
		return m.decodeString(b)
	case ValueInteger:
		m.setNumber(Decimal{Mantissa: signed(b)}.String())
	case ValueNormalised:
		m.setNumber(decodeDecimal(b).String())
	case ValueFloat:
		m.Value = float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
		m.Text = formatFloat(m.Value, 32)
	case ValueDouble:
		m.Value = math.Float64frombits(binary.BigEndian.Uint64(b))
		m.Text = formatFloat(m.Value, 64)
	default:
		return fmt.Sprintf("has the coding %d, which is reserved", m.Kind)
	}
	return ""
}

func (k ValueKind) checkSize(value []byte) (reason string) {
	least, exact := k.sizes()
	switch {
	case exact && len(value) != least:
		return fmt.Sprintf("has %s of value, a %s takes %d", countBytes(len(value)), k, least)
	case len(value) < least:
		return fmt.Sprintf("has %s of value, at least %d are needed", countBytes(len(value)), least)
	}
	return ""
}

// sizes returns how many bytes a value of the kind takes at least, and whether it takes just these.
func (k ValueKind) sizes() (least int, exact bool) {
	switch k {
	case ValueNormalised:
		return 2, false
	case ValueFloat:
		return 4, true
	case ValueDouble:
		return 8, true
	default:
		return 1, false
	}
}

// decodeString reads a number as text, which a zero byte may end and blanks may surround.
func (m *Measurement) decodeString(b []byte) (reason string) {
	b, _, _ = bytes.Cut(b, []byte{0})
	b = trim(b)
	if !isReal(b) {
		return fmt.Sprintf("has the text %q, which is not a number", excerpt(b))
	}
	m.setNumber(string(bytes.TrimPrefix(b, []byte("+"))))
	return ""
}

func (m *Measurement) setNumber(text string) {
	m.Text = text
	m.Value, _ = strconv.ParseFloat(text, 64) // the only error possible is out of range, and then it is infinite
}

// newMeasurementError shows data as bytes in hexadecimal.
func newMeasurementError(data []byte, reason string) *SyntaxError {
	return newSyntaxError("measurement", "data", fmt.Appendf(nil, "% X", data), reason)
}
