package vscp

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func TestCodingBits(t *testing.T) {
	names := []string{"bits", "bytes", "string", "integer", "normalised", "float", "double", "reserved"}
	for n := range 256 {
		c := Coding(n)
		if got, want := int(c.Kind())<<5|int(c.Unit())<<3|int(c.Sensor()), n; got != want {
			t.Errorf("Coding(%#x) has kind %d, unit %d, sensor %d, want the bits of the byte", n, c.Kind(), c.Unit(), c.Sensor())
		}
		if got, want := c.Kind().String(), names[n>>5]; got != want {
			t.Errorf("Coding(%#x).Kind().String() = %q, want %q", n, got, want)
		}
		for v := range uint8(16) {
			if got := c.WithUnit(v); got.Unit() != v&3 || got&^0x18 != c&^0x18 {
				t.Errorf("Coding(%#x).WithUnit(%d) = %#x, want unit %d and the other bits as they were", n, v, uint8(got), v&3)
			}
			if got := c.WithSensor(v); got.Sensor() != v&7 || got&^7 != c&^7 {
				t.Errorf("Coding(%#x).WithSensor(%d) = %#x, want sensor %d and the other bits as they were", n, v, uint8(got), v&7)
			}
		}
	}
	if got := ValueKind(200).String(); got != "reserved" || ValueKind(200).Numeric() {
		t.Errorf("ValueKind(200) = %q, numeric: %v, want reserved and not numeric", got, ValueKind(200).Numeric())
	}
}

func TestAppendNormalised(t *testing.T) {
	celsius := Coding(0).WithUnit(1).WithSensor(2)
	for _, c := range []struct {
		coding Coding
		number Decimal
		size   int
		want   string
	}{
		{0, Decimal{6946, 2}, 0, "80 02 1B 22"}, // the three examples of the specification, see measurementCases
		{0, Decimal{-115, -5}, 0, "80 85 8D"},
		{0, Decimal{263, -1}, 0, "80 81 01 07"},
		{celsius, Decimal{2345, -2}, 2, "8A 82 09 29"},
		{celsius, Decimal{2345, -2}, 1, "8A 82 09 29"}, // more than asked for
		{celsius, Decimal{-1, 0}, 3, "8A 00 FF FF FF"},
		{celsius, Decimal{5, 0}, 6, "8A 00 00 00 00 00 00 05"},
		{celsius, Decimal{0, 0}, -1, "8A 00 00"},
		{0, Decimal{127, 0}, 0, "80 00 7F"},
		{0, Decimal{128, 0}, 0, "80 00 00 80"},
		{0, Decimal{-128, 0}, 0, "80 00 80"},
		{0, Decimal{-129, 0}, 0, "80 00 FF 7F"},
		{0, Decimal{1<<47 - 1, 127}, 0, "80 7F 7F FF FF FF FF FF"},
		{0, Decimal{-1 << 47, -127}, 0, "80 FF 80 00 00 00 00 00"},
		{0xFF, Decimal{1, 0}, 0, "9F 00 01"}, // the kind is replaced
	} {
		got, err := c.coding.AppendNormalised([]byte{1, 2}, c.number, c.size)
		if want := append([]byte{1, 2}, fromHex(t, c.want)...); err != nil || !bytes.Equal(got, want) {
			t.Errorf("Coding(%#x).AppendNormalised(%v, %d) = % X, %v, want % X", uint8(c.coding), c.number, c.size, got, err, want)
		}
	}
}

func TestAppendNormalisedRefused(t *testing.T) {
	for _, c := range []struct {
		number Decimal
		size   int
		want   string
	}{
		{Decimal{1 << 47, 0}, 0, "measurement: mantissa 140737488355328: takes 7 bytes, at most 6 are allowed"},
		{Decimal{-1<<47 - 1, 0}, 0, "measurement: mantissa -140737488355329: takes 7 bytes, at most 6 are allowed"},
		{Decimal{math.MinInt64, 0}, 0, "measurement: mantissa -9223372036854775808: takes 8 bytes, at most 6 are allowed"},
		{Decimal{1, 0}, 7, "measurement: mantissa 1: takes 7 bytes, at most 6 are allowed"},
		{Decimal{1, 0}, math.MaxInt32, "measurement: mantissa 1: takes 2147483647 bytes, at most 6 are allowed"},
		{Decimal{1, -128}, 0, "measurement: exponent -128: must be -127..127"},
	} {
		got, err := Coding(0).AppendNormalised([]byte{1, 2}, c.number, c.size)
		if err == nil || err.Error() != c.want || !bytes.Equal(got, []byte{1, 2}) {
			t.Errorf("AppendNormalised(%v, %d) = % X, %v, want 01 02 and %s", c.number, c.size, got, err, c.want)
		}
	}
}

func TestAppendFloat(t *testing.T) {
	// The example of the specification, see measurementCases.
	got := Coding(0).WithUnit(1).WithSensor(6).AppendFloat([]byte{7}, 16.4375)
	if want := fromHex(t, "07 AE 41 83 80 00"); !bytes.Equal(got, want) {
		t.Errorf("AppendFloat(16.4375) = % X, want % X", got, want)
	}
}

func TestDecimalString(t *testing.T) {
	for _, c := range []struct {
		number Decimal
		want   string
	}{
		{Decimal{}, "0"},
		{Decimal{0, 127}, "0"},
		{Decimal{0, -1}, "0.0"},
		{Decimal{5, 3}, "5000"},
		{Decimal{-5, -1}, "-0.5"},
		{Decimal{-50, -1}, "-5.0"},
		{Decimal{12345, -4}, "1.2345"},
		{Decimal{12345, -5}, "0.12345"},
		{Decimal{12345, -6}, "0.012345"},
		{Decimal{math.MaxInt64, 0}, "9223372036854775807"},
		{Decimal{math.MinInt64, 0}, "-9223372036854775808"},
		{Decimal{math.MinInt64, -19}, "-0.9223372036854775808"},
		{Decimal{1, -128}, "0." + strings.Repeat("0", 127) + "1"},
	} {
		if got := c.number.String(); got != c.want {
			t.Errorf("Decimal{%d, %d}.String() = %q, want %q", c.number.Mantissa, c.number.Exponent, got, c.want)
		}
	}
}

func TestFormatFloat(t *testing.T) {
	for _, c := range []struct {
		value     float64
		precision int
		want      string
	}{
		{1e20, 64, "100000000000000000000"},
		{1e21, 64, "1e+21"},
		{1e-6, 64, "0.000001"},
		{-9.5e-7, 64, "-9.5e-07"},
		{float64(float32(0.3)), 32, "0.3"},
		{float64(float32(0.3)), 64, "0.30000001192092896"},
		{math.Inf(1), 64, "+Inf"},
	} {
		if got := formatFloat(c.value, c.precision); got != c.want {
			t.Errorf("formatFloat(%v, %d) = %q, want %q", c.value, c.precision, got, c.want)
		}
	}
}

func TestAppendingMeasurementsDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 8)
	got := testing.AllocsPerRun(100, func() {
		buf, _ = Coding(0).AppendNormalised(buf[:0], Decimal{2345, -2}, 2)
		buf = Coding(0).AppendFloat(buf[:0], 23.45)
	})
	if got != 0 {
		t.Errorf("appending to a buffer with room allocates %v times, want 0", got)
	}
}

func BenchmarkAppendNormalised(b *testing.B) {
	buf := make([]byte, 0, 8)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = Coding(0x08).AppendNormalised(buf[:0], Decimal{2345, -2}, 2); err != nil {
			b.Fatal(err)
		}
	}
}
