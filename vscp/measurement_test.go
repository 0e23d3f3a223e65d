package vscp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// fromHex reads bytes written as "88 82 09 29".
func fromHex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatalf("hex %q: %v", text, err)
	}
	return b
}

// sameMeasurement compares with NaN equal to NaN, and -0 not equal to 0.
func sameMeasurement(a, b Measurement) bool {
	bits := func(v float64) uint64 {
		if math.IsNaN(v) {
			return math.Float64bits(math.NaN())
		}
		return math.Float64bits(v)
	}
	same := bits(a.Value) == bits(b.Value)
	a.Value, b.Value = 0, 0
	return same && a == b
}

var notANumber = math.NaN()

// The worked examples are those of the specification, chapter "Measurements", section "VSCP data coding"; the layouts are
// those of its class chapters.
var measurementCases = []struct {
	name  string
	class Class
	typ   uint16
	data  string
	want  Measurement // without Class and Type
	text  string      // String()
}{
	// Examples of the section, "Normalized integer format". They begin at the exponent; the coding byte is ours.
	{"spec 6946 * 10^2", 10, 1, "80 02 1B 22", Measurement{Kind: ValueNormalised, Value: 694600, Text: "694600"}, "694600 sensor 0"},
	{"spec -115 * 10^-5", 10, 2, "80 85 8D", Measurement{Kind: ValueNormalised, Value: -0.00115, Text: "-0.00115"}, "-0.00115 m sensor 0"},
	{"spec 263 * 10^-1", 10, 6, "88 81 01 07", Measurement{Kind: ValueNormalised, Value: 26.3, Text: "26.3", Unit: 1}, "26.3 °C sensor 0"},
	// Example of the section, "Floating point value".
	{"spec 16.4375", 10, 6, "AE 41 83 80 00", Measurement{Kind: ValueFloat, Value: 16.4375, Text: "16.4375", Unit: 1, Sensor: 6}, "16.4375 °C sensor 6"},
	// Examples of the section, "String Format".
	{"spec -123", 10, 6, "40 2D 31 32 33", Measurement{Kind: ValueString, Value: -123, Text: "-123"}, "-123 K sensor 0"},
	{"spec 1.3456", 10, 9, "40 31 2E 33 34 35 36", Measurement{Kind: ValueString, Value: 1.3456, Text: "1.3456"}, "1.3456 Hz sensor 0"},
	{"spec 0.00001", 10, 9, "40 30 2E 30 30 30 30 31", Measurement{Kind: ValueString, Value: 0.00001, Text: "0.00001"}, "0.00001 Hz sensor 0"},
	{"spec 123e-5", 10, 9, "40 31 32 33 65 2D 35", Measurement{Kind: ValueString, Value: 123e-5, Text: "123e-5"}, "123e-5 Hz sensor 0"},

	{"hundredths", 10, 6, "88 82 09 29", Measurement{Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 1}, "23.45 °C sensor 0"},
	{"all sensor and unit bits", 10, 6, "9F 82 09 29", Measurement{Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 3, Sensor: 7}, "23.45 unit 3 sensor 7"},
	{"zeros that count", 10, 6, "90 82 08 34", Measurement{Kind: ValueNormalised, Value: 21, Text: "21.00", Unit: 2}, "21.00 °F sensor 0"},
	{"below one", 10, 16, "80 83 05", Measurement{Kind: ValueNormalised, Value: 0.005, Text: "0.005"}, "0.005 V sensor 0"},
	{"nought", 10, 16, "80 02 00", Measurement{Kind: ValueNormalised, Text: "0"}, "0 V sensor 0"},
	{"nought with decimals", 10, 16, "80 82 00", Measurement{Kind: ValueNormalised, Text: "0.00"}, "0.00 V sensor 0"},
	{"point left by nothing", 10, 16, "80 80 07", Measurement{Kind: ValueNormalised, Value: 7, Text: "7"}, "7 V sensor 0"},
	{"48 bits", 10, 16, "80 86 80 00 00 00 00 00", Measurement{Kind: ValueNormalised, Value: -140737488.355328, Text: "-140737488.355328"}, "-140737488.355328 V sensor 0"},
	{"largest exponent", 10, 16, "80 7F 01", Measurement{Kind: ValueNormalised, Value: 1e127, Text: "1" + strings.Repeat("0", 127)}, "1" + strings.Repeat("0", 127) + " V sensor 0"},
	{"smallest exponent", 10, 16, "80 FF FF", Measurement{Kind: ValueNormalised, Value: -1e-127, Text: "-0." + strings.Repeat("0", 126) + "1"}, "-0." + strings.Repeat("0", 126) + "1 V sensor 0"},

	{"8 bit integer", 10, 6, "68 EC", Measurement{Kind: ValueInteger, Value: -20, Text: "-20", Unit: 1}, "-20 °C sensor 0"},
	{"16 bit integer", 10, 1, "60 00 FF", Measurement{Kind: ValueInteger, Value: 255, Text: "255"}, "255 sensor 0"},
	{"24 bit integer", 10, 1, "60 80 00 00", Measurement{Kind: ValueInteger, Value: -8388608, Text: "-8388608"}, "-8388608 sensor 0"},
	{"32 bit integer", 10, 1, "60 7F FF FF FF", Measurement{Kind: ValueInteger, Value: math.MaxInt32, Text: "2147483647"}, "2147483647 sensor 0"},
	{"40 bit integer", 10, 1, "60 80 00 00 00 00", Measurement{Kind: ValueInteger, Value: -1 << 39, Text: "-549755813888"}, "-549755813888 sensor 0"},
	{"48 bit integer", 10, 1, "60 7F FF FF FF FF FF", Measurement{Kind: ValueInteger, Value: 1<<47 - 1, Text: "140737488355327"}, "140737488355327 sensor 0"},
	{"56 bit integer beyond a double", 10, 1, "60 7F FF FF FF FF FF FF", Measurement{Kind: ValueInteger, Value: 1 << 55, Text: "36028797018963967"}, "36028797018963967 sensor 0"},

	{"bits", 10, 1, "07 48 01", Measurement{Kind: ValueBits, Value: notANumber, Text: "01001000 00000001", Sensor: 7}, "01001000 00000001 sensor 7"},
	{"bytes", 10, 1, "20 48 FF", Measurement{Kind: ValueBytes, Value: notANumber, Text: "48 FF"}, "48 FF sensor 0"},
	{"float without artefact", 10, 16, "A0 3D CC CC CD", Measurement{Kind: ValueFloat, Value: float64(float32(0.1)), Text: "0.1"}, "0.1 V sensor 0"},
	{"large float", 10, 16, "A0 7F 7F FF FF", Measurement{Kind: ValueFloat, Value: math.MaxFloat32, Text: "3.4028235e+38"}, "3.4028235e+38 V sensor 0"},
	{"small float", 10, 16, "A0 00 00 00 01", Measurement{Kind: ValueFloat, Value: math.SmallestNonzeroFloat32, Text: "1e-45"}, "1e-45 V sensor 0"},
	{"no number", 10, 16, "A0 7F C0 00 00", Measurement{Kind: ValueFloat, Value: notANumber, Text: "NaN"}, "NaN V sensor 0"},
	{"infinite", 10, 16, "A0 FF 80 00 00", Measurement{Kind: ValueFloat, Value: math.Inf(-1), Text: "-Inf"}, "-Inf V sensor 0"},
	{"minus nought", 10, 16, "A0 80 00 00 00", Measurement{Kind: ValueFloat, Value: math.Copysign(0, -1), Text: "-0"}, "-0 V sensor 0"},
	{"double on Level I", 10, 16, "C0 3F B9 99 99 99 99 99 9A", Measurement{Kind: ValueDouble, Value: 0.1, Text: "0.1"}, "0.1 V sensor 0"},
	{"string with plus, blanks and end", 10, 16, "40 20 2B 35 09 00 78", Measurement{Kind: ValueString, Value: 5, Text: "5"}, "5 V sensor 0"},
	{"string of a point and digits", 10, 16, "40 2E 35 45 2B 31", Measurement{Kind: ValueString, Value: 5, Text: ".5E+1"}, ".5E+1 V sensor 0"},

	{"MEASUREMENTX1", 11, 6, "88 82 09 29", Measurement{Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 1}, "23.45 unit 1 sensor 0"},
	{"DATA", 15, 1, "62 7F", Measurement{Kind: ValueInteger, Value: 127, Text: "127", Sensor: 2}, "127 unit 0 sensor 2"},
	{"MEASUREMENT64", 60, 6, "40 37 73 33 33 33 33 33", Measurement{Kind: ValueDouble, Value: 23.45, Text: "23.45"}, "23.45 K sensor 0"},
	{"MEASUREZONE", 65, 6, "01 02 03 88 82 09 29", Measurement{Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 1, Index: 1, Zone: 2, Subzone: 3}, "23.45 °C sensor 0 index 1 zone 2 subzone 3"},
	{"MEASUREMENT32", 70, 35, "42 4A 00 00", Measurement{Kind: ValueFloat, Value: 50.5, Text: "50.5"}, "50.5 % sensor 0"},
	{"SETVALUEZONE", 85, 6, "00 FF FF 8B 81 00 D2", Measurement{Kind: ValueNormalised, Value: 21, Text: "21.0", Unit: 1, Sensor: 3, Zone: 255, Subzone: 255}, "21.0 °C sensor 3 index 0 zone 255 subzone 255"},
	{"mirror of MEASUREMENT", 522, 6, level2GUID + "88 82 09 29", Measurement{Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 1}, "23.45 °C sensor 0"},
	{"mirror of DATA", 527, 1, level2GUID + "60 7F", Measurement{Kind: ValueInteger, Value: 127, Text: "127"}, "127 unit 0 sensor 0"},
	{"mirror of MEASUREMENT64", 572, 6, level2GUID + "40 37 73 33 33 33 33 33", Measurement{Kind: ValueDouble, Value: 23.45, Text: "23.45"}, "23.45 K sensor 0"},
	{"mirror of MEASUREZONE", 577, 6, level2GUID + "01 02 03 88 82 09 29", Measurement{Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 1, Index: 1, Zone: 2, Subzone: 3}, "23.45 °C sensor 0 index 1 zone 2 subzone 3"},
	{"mirror of MEASUREMENT32", 582, 35, level2GUID + "42 4A 00 00", Measurement{Kind: ValueFloat, Value: 50.5, Text: "50.5"}, "50.5 % sensor 0"},
	{"mirror of SETVALUEZONE", 597, 6, level2GUID + "00 01 02 60 15", Measurement{Kind: ValueInteger, Value: 21, Text: "21", Zone: 1, Subzone: 2}, "21 K sensor 0 index 0 zone 1 subzone 2"},
	// Chapter "Class=1040": sensor, zone, subzone, unit and text; a line of testdata/events_text.json.
	{"MEASUREMENT_STR", 1040, 6, "00 00 00 00 32 37 2E 33", Measurement{Kind: ValueString, Value: 27.3, Text: "27.3"}, "27.3 K sensor 0 zone 0 subzone 0"},
	{"MEASUREMENT_STR with all", 1040, 28, "C8 01 FF 04 2D 37 00", Measurement{Kind: ValueString, Value: -7, Text: "-7", Unit: 4, Sensor: 200, Zone: 1, Subzone: 255}, "-7 cL sensor 200 zone 1 subzone 255"},
	{"MEASUREMENT_STR out of range", 1040, 300, "00 00 00 00 31 65 39 39 39", Measurement{Kind: ValueString, Value: math.Inf(1), Text: "1e999"}, "1e999 unit 0 sensor 0 zone 0 subzone 0"},
	{"MEASUREMENT_FLOAT", 1060, 6, "01 02 03 01 40 37 73 33 33 33 33 33", Measurement{Kind: ValueDouble, Value: 23.45, Text: "23.45", Unit: 1, Sensor: 1, Zone: 2, Subzone: 3}, "23.45 °C sensor 1 zone 2 subzone 3"},
}

const level2GUID = "FF FF FF FF FF FF FF FE B8 27 EB 01 02 03 00 01 "

func TestMeasurement(t *testing.T) {
	for _, c := range measurementCases {
		t.Run(c.name, func(t *testing.T) {
			e := Event{Class: c.class, Type: c.typ, Data: fromHex(t, c.data)}
			want := c.want
			want.Class, want.Type = c.class, c.typ
			got, err := e.Measurement()
			if err != nil || !sameMeasurement(got, want) {
				t.Fatalf("Measurement of %d with %s = %+v, %v, want %+v", c.class, c.data, got, err, want)
			}
			if got.String() != c.text {
				t.Errorf("String() = %q, want %q", got, c.text)
			}
			if numeric := got.Kind != ValueBits && got.Kind != ValueBytes; got.Kind.Numeric() != numeric {
				t.Errorf("%v.Numeric() = %v, want %v", got.Kind, !numeric, numeric)
			}
		})
	}
}

// TestMeasurementTruncated cuts every case after each byte. What is left is refused, or a shorter value of those kinds
// that have no fixed length; nothing is made up for the bytes that are missing.
func TestMeasurementTruncated(t *testing.T) {
	for _, c := range measurementCases {
		data := fromHex(t, c.data)
		coded := slices.Contains([]layout{layoutCoded, layoutZoned, layoutLevel2String}, c.class.layout())
		fixed := !coded || c.want.Kind == ValueFloat || c.want.Kind == ValueDouble
		for n := range data {
			e := Event{Class: c.class, Type: c.typ, Data: data[:n:n]}
			got, err := e.Measurement()
			var syntax *SyntaxError
			switch {
			case err == nil && (fixed || got.Kind != c.want.Kind):
				t.Errorf("%s cut to %d bytes = %+v, want an error", c.name, n, got)
			case err != nil && (!errors.As(err, &syntax) || syntax.Form != "measurement" || got != Measurement{}):
				t.Errorf("%s cut to %d bytes = %+v, %v, want the zero Measurement and a *SyntaxError", c.name, n, got, err)
			}
		}
	}
}

func TestMeasurementRefused(t *testing.T) {
	for _, c := range []struct {
		class Class
		data  string
		want  string
	}{
		{30, "88 82 09 29", "measurement: class CLASS1.CONTROL: not a measurement"},
		{1028, "", "measurement: class CLASS2.HLO: not a measurement"},
		{10, "", `measurement: data: "" has no coding byte`},
		{10, "88", `measurement: data: "88" has 0 bytes of value, at least 2 are needed`},
		{10, "88 82", `measurement: data: "88 82" has 1 byte of value, at least 2 are needed`},
		{10, "68", `measurement: data: "68" has 0 bytes of value, at least 1 are needed`},
		{10, "00", `measurement: data: "00" has 0 bytes of value, at least 1 are needed`},
		{10, "A0 41 83 80", `measurement: data: "A0 41 83 80" has 3 bytes of value, a float takes 4`},
		{10, "A0 41 83 80 00 00", `measurement: data: "A0 41 83 80 00 00" has 5 bytes of value, a float takes 4`},
		{10, "C0 41 83 80 00", `measurement: data: "C0 41 83 80 00" has 4 bytes of value, a double takes 8`},
		{10, "E0 01", `measurement: data: "E0 01" has the coding 7, which is reserved`},
		{10, "60 01 02 03 04 05 06 07 08", `measurement: data: "60 01 02 03 04 05 06 07 08" has 8 bytes after the coding byte, at most 7 are allowed`},
		{10, "40 33 2C 35", `measurement: data: "40 33 2C 35" has the text "3,5", which is not a number`},
		{10, "40 00", `measurement: data: "40 00" has the text "", which is not a number`},
		{65, "01 02", `measurement: data: "01 02" has no index, zone and subzone`},
		{65, "01 02 03", `measurement: data: "01 02 03" has no coding byte`},
		{85, "01 02 03 60 01 02 03 04 05", `measurement: data: "01 02 03 60 01 02 03 04 05" has 5 bytes after the coding byte, at most 4 are allowed`},
		{70, "42 4A 00", `measurement: data: "42 4A 00" has 3 bytes of value, a float takes 4`},
		{60, "", `measurement: data: "" has 0 bytes of value, a double takes 8`},
		{522, "FF FF", `measurement: data: "FF FF" has no GUID of 16 bytes before the measurement`},
		{522, level2GUID + "88", `measurement: data: "88" has 0 bytes of value, at least 2 are needed`},
		{1040, "01 02 03", `measurement: data: "01 02 03" has no sensor, zone, subzone and unit`},
		{1040, "00 00 00 00", `measurement: data: "00 00 00 00" has 0 bytes of value, at least 1 are needed`},
		{1060, "00 00 00 00 01", `measurement: data: "00 00 00 00 01" has 1 byte of value, a double takes 8`},
	} {
		e := Event{Class: c.class, Data: fromHex(t, c.data)}
		got, err := e.Measurement()
		if err == nil || err.Error() != c.want || got != (Measurement{}) {
			t.Errorf("Measurement of %d with %q = %+v, %v, want %s", c.class, c.data, got, err, c.want)
		}
		if errors.Is(err, ErrNotMeasurement) == c.class.IsMeasurement() {
			t.Errorf("%v is ErrNotMeasurement: %v, want %v", err, c.class.IsMeasurement(), !c.class.IsMeasurement())
		}
	}
}

func TestMeasurementTextNumbers(t *testing.T) {
	check := func(text string, want bool) {
		e := Event{Class: 1040, Data: append(make([]byte, 4), text...)}
		if got, err := e.Measurement(); (err == nil) != want {
			t.Errorf("Measurement of the string %q = %+v, %v, want accepted: %v", text, got, err, want)
		}
	}
	for _, text := range []string{"0", "-0", "+1", "1.", ".1", "1e5", "1E-5", "-1.5e+05", strings.Repeat("9", 508)} {
		check(text, true)
	}
	for _, text := range []string{
		"", ".", "-", "e5", ".e5", "1e", "1e+", "1e5e5", "1e1.5", "--1", "1.2.3", "1_000", "0x1p3", "0x10", "NaN", "Inf", "1 2", "٣",
	} {
		check(text, false)
	}
}

func TestMeasurementErrorIsBounded(t *testing.T) {
	e := Event{Class: 1040, Data: bytes.Repeat([]byte("\x1b\xff"), 256)}
	if _, err := e.Measurement(); err == nil || len(err.Error()) > 500 || !printable(err.Error()) {
		t.Errorf("Measurement of hostile data = %v, want an error of at most 500 printable bytes", err)
	}
}

func TestIsMeasurement(t *testing.T) {
	want := make(map[Class]bool)
	for _, r := range [][2]Class{{10, 15}, {60, 74}, {85, 89}} {
		for c := r[0]; c <= r[1]; c++ {
			want[c], want[c+512] = true, true
		}
	}
	want[1040], want[1060] = true, true
	for n := range math.MaxUint16 + 1 {
		if c := Class(n); c.IsMeasurement() != want[c] {
			t.Errorf("Class(%d).IsMeasurement() = %v, want %v", n, c.IsMeasurement(), want[c])
		}
	}
}

func TestSymbol(t *testing.T) {
	for _, c := range []struct {
		class  Class
		typ    uint16
		unit   uint8
		want   string
		wantOK bool
	}{
		{10, 6, 0, "K", true},
		{10, 6, 1, "°C", true},
		{10, 6, 2, "°F", true},
		{10, 6, 3, "", false},
		{10, 0, 0, "", false},
		{10, 1, 0, "", true},
		{10, 1, 1, "", false},
		{10, 12, 1, "bar", true},
		{10, 13, 3, "eV", true},
		{10, 4, 2, "", false},
		{10, 20, 0, "", false},
		{10, 60, 0, "dB", true},
		{10, 61, 0, "", false},
		{10, math.MaxUint16, 0, "", false},
		{12, 6, 0, "", false},
		{15, 6, 0, "", false},
		{60, 16, 0, "V", true},
		{65, 6, 1, "°C", true},
		{70, 16, 0, "V", true},
		{85, 6, 1, "°C", true},
		{522, 6, 1, "°C", true},
		{527, 6, 1, "", false},
		{1040, 6, 255, "", false},
		{1060, 28, 4, "cL", true},
		{30, 6, 0, "", false},
	} {
		m := Measurement{Class: c.class, Type: c.typ, Unit: c.unit}
		if got, ok := m.Symbol(); got != c.want || ok != c.wantOK {
			t.Errorf("Symbol of class %d type %d unit %d = %q, %v, want %q, %v", c.class, c.typ, c.unit, got, ok, c.want, c.wantOK)
		}
	}
}

func BenchmarkMeasurement(b *testing.B) {
	for _, c := range measurementCases {
		if !slices.Contains([]string{"hundredths", "spec 16.4375", "MEASUREMENT_STR", "MEASUREMENT_FLOAT", "mirror of MEASUREZONE"}, c.name) {
			continue
		}
		b.Run(strings.ReplaceAll(c.name, " ", "-"), func(b *testing.B) {
			e := Event{Class: c.class, Type: c.typ, Data: fromHex(b, c.data)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Measurement(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMeasurementString(b *testing.B) {
	m := Measurement{Class: 10, Type: 6, Kind: ValueNormalised, Value: 23.45, Text: "23.45", Unit: 1}
	b.ReportAllocs()
	for b.Loop() {
		if got := m.String(); got != "23.45 °C sensor 0" {
			b.Fatalf("String() = %q", got)
		}
	}
}
