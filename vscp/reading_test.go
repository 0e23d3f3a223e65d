package vscp

import (
	"math"
	"testing"
)

// checkReading compares with what Measurement says.
func checkReading(t *testing.T, e *Event) {
	t.Helper()
	m, err := e.Measurement()
	r := NewRow(e, TextForm{})
	got, ok := r.Reading()
	if want := err == nil && m.Kind.Numeric(); ok != want {
		t.Fatalf("Reading() of class %d, % X = %+v, %t, want %t: %+v, %v", e.Class, e.Data, got, ok, want, m, err)
	}
	if !ok {
		return
	}
	same := math.Float64bits(got.Value) == math.Float64bits(m.Value) || math.IsNaN(got.Value) && math.IsNaN(m.Value) || got.Value == 0 && m.Value == 0
	if !same || got.Unit != m.Unit {
		t.Fatalf("Reading() of class %d, % X = %+v, want the value and unit of %+v", e.Class, e.Data, got, m)
	}
}

func TestReadingIsTheMeasurement(t *testing.T) {
	for _, c := range measurementCases {
		checkReading(t, &Event{Class: c.class, Type: c.typ, Data: fromHex(t, c.data)})
	}
}

func TestReading(t *testing.T) {
	for _, c := range []struct {
		line string
		want Reading
		ok   bool
	}{
		{"96,10,6,0,,,-,0x88,0x82,0x09,0x29", Reading{23.45, 1}, true},
		{"96,522,6,0,,,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0x88,0x82,0x09,0x29", Reading{23.45, 1}, true},
		{"96,522,6,0,,,-,0x88,0x82,0x09,0x29", Reading{}, false},
		{"96,1040,6,0,,,-,5,6,7,2,50,55", Reading{27, 2}, true},
		{"96,1060,6,0,,,-,5,6,7,0,64,9,33,251,84,68,45,24", Reading{math.Pi, 0}, true},
		{"96,10,1,0,,,-,7,72", Reading{}, false}, // bits
		{"96,20,3,0,,,-,1,2,3", Reading{}, false},
		{"96,10,6,0,,,-", Reading{}, false},
	} {
		r := parseRow(t, c.line)
		if got, ok := r.Reading(); got != c.want || ok != c.ok {
			t.Errorf("Reading() of %q = %+v, %t, want %+v, %t", c.line, got, ok, c.want, c.ok)
		}
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	for _, c := range measurementCases {
		if math.IsInf(c.want.Value, 0) || c.want.Kind == ValueString && len(c.want.Text) > 32 {
			continue // as documented
		}
		r := NewRow(&Event{Class: c.class, Type: c.typ, Data: fromHex(t, c.data)}, TextForm{})
		if got := testing.AllocsPerRun(10, func() { r.Reading() }); got != 0 {
			t.Errorf("Reading() of %s makes %v allocations, want 0", c.name, got)
		}
	}
}

func FuzzReading(f *testing.F) {
	for _, c := range measurementCases {
		f.Add(uint16(c.class), c.typ, fromHex(f, c.data))
	}
	f.Fuzz(func(t *testing.T, class, typ uint16, data []byte) {
		checkReading(t, &Event{Class: Class(class), Type: typ, Data: data[:min(len(data), MaxData)]})
	})
}

func BenchmarkReading(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"normalised", "96,10,6,0,,,-,0x88,0x82,0x09,0x29"},
		{"float", "96,70,6,0,,,-,65,183,133,31"},
		{"string", "96,1040,6,0,,,-,5,6,7,2,50,55"},
		{"none", "96,20,3,0,,,-,1,2,3"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := parseRow(b, c.line)
			b.ReportAllocs()
			for b.Loop() {
				r.Reading()
			}
		})
	}
}
