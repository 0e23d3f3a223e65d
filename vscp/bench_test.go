package vscp

import "testing"

// The rows a bridge sees most: nanoseconds and hexadecimal data, nanoseconds and decimal data, date and microseconds.
var benchRows = []struct{ name, text string }{
	{"nanos-hex", "352,10,6,7,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01,0x48,0x34,0x35"},
	{"nanos-decimal", "352,10,6,7,,1770000000123456789,FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01,72,52,53"},
	{"date-hex", "96,10,6,7,2026-02-02T02:40:00Z,123456,FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01,0x48,0x34,0x35"},
	{"no-time", "96,20,3,0,,,-,0,1,35"},
}

func BenchmarkRowParse(b *testing.B) {
	for _, row := range benchRows {
		b.Run(row.name, func(b *testing.B) {
			line := []byte(row.text)
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			var r Row
			for b.Loop() {
				if err := r.Parse(line); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRowAppendText(b *testing.B) {
	for _, row := range benchRows {
		for _, f := range []struct {
			name string
			form TextForm
		}{
			{"keep", TextForm{}},
			{"nanos", TextForm{Time: TimeNanos}},
			{"date", TextForm{Time: TimeDate}},
			{"none-decimal-8bit", TextForm{Time: TimeNone, Data: DataDecimal, Head8: true}},
		} {
			b.Run(row.name+"/"+f.name, func(b *testing.B) {
				var r Row
				if err := r.Parse([]byte(row.text)); err != nil {
					b.Fatal(err)
				}
				r.ObID = 0
				buf := make([]byte, 0, MaxText)
				b.ReportAllocs()
				for b.Loop() {
					buf = r.AppendText(buf[:0], f.form)
				}
			})
		}
	}
}

func BenchmarkEventDecodeText(b *testing.B) {
	for _, row := range benchRows {
		b.Run(row.name, func(b *testing.B) {
			line := []byte(row.text)
			b.ReportAllocs()
			var e Event
			for b.Loop() {
				if err := e.DecodeText(line); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEventAppendText(b *testing.B) {
	for _, row := range benchRows {
		b.Run(row.name, func(b *testing.B) {
			var e Event
			if err := e.DecodeText([]byte(row.text)); err != nil {
				b.Fatal(err)
			}
			buf := make([]byte, 0, MaxText)
			b.ReportAllocs()
			for b.Loop() {
				buf = e.AppendText(buf[:0], TextForm{})
			}
		})
	}
}

func BenchmarkMatcher(b *testing.B) {
	mask := Filter{Priority: 7, Class: 0xFFFF, Type: 0xFFFF}
	m := Matcher{Filter: Filter{Priority: 3, Class: 10, Type: 6}, Mask: mask}
	b.ReportAllocs()
	for b.Loop() {
		if !m.Match(0x60, 10, 6, GUID{}) {
			b.Fatal("Match = false, want true")
		}
	}
}

func BenchmarkGUIDPatternMatch(b *testing.B) {
	p, err := ParseGUIDPattern("FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:*")
	if err != nil {
		b.Fatal(err)
	}
	g := GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xB8, 0x27, 0xEB, 1}
	b.ReportAllocs()
	for b.Loop() {
		if !p.Match(g) {
			b.Fatal("Match = false, want true")
		}
	}
}

func BenchmarkParseGUID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseGUID("FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01"); err != nil {
			b.Fatal(err)
		}
	}
}
