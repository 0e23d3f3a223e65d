package vscp

import (
	"bytes"
	"testing"
)

func TestRowMirror(t *testing.T) {
	const guid = "255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7"
	for _, c := range []struct{ level1, level2, back string }{
		{"96,20,3,0,,,-,0,1,35", "96,532,3,0,,,-," + guid + ",0,1,35", "96,20,3,0,,,-,0,1,35"},
		{"96,20,3,0,,,-,0x00,0x23", "96,532,3,0,,,-,0xFF,0xFF,0xFF,0xFF,0xFF,0xFF,0xFF,0xFE,0xB8,0x27,0xEB,0x01,0x00,0x03,0x00,0x07,0x00,0x23", "96,20,3,0,,,-,0x00,0x23"},
		{"96,20,3,0,,,-", "96,532,3,0,,,-," + guid, "96,20,3,0,,,-"},
		{"96,20,3,0,,,-, 01,0x5 ,", "96,532,3,0,,,-," + guid + ",1,5", "96,20,3,0,,,-,1,5"},
		{"96,511,255,9,2026-01-02 3:4:5,678,::1,1,2,3,4,5,6,7,8", "96,1023,255,9,2026-01-02T03:04:05Z,678,FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01," + guid + ",1,2,3,4,5,6,7,8", "96,511,255,9,2026-01-02T03:04:05Z,678,FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01,1,2,3,4,5,6,7,8"},
	} {
		r := parseRow(t, c.level1)
		if ok := r.ToLevel2(destination, nil); !ok || string(r.Text) != c.level2 {
			t.Errorf("ToLevel2 of %q = %t, %q, want %q", c.level1, ok, r.Text, c.level2)
		}
		if got := string(r.AppendText(nil, TextForm{})); got != c.level2 {
			t.Errorf("AppendText after ToLevel2 of %q = %q, want %q", c.level1, got, c.level2)
		}
		if ok := r.ToLevel1(nil); !ok || string(r.Text) != c.back {
			t.Errorf("ToLevel1 of %q = %t, %q, want %q", c.level2, ok, r.Text, c.back)
		}
	}
}

func TestRowMirrorReusesTheBuffer(t *testing.T) {
	line := []byte("96,20,3,0,,,-,0,1,35")
	buf := make([]byte, 0, 512)
	var r Row
	got := testing.AllocsPerRun(100, func() {
		_ = r.Parse(line)
		_ = r.ToLevel2(destination, buf)
	})
	if got != 0 || &r.Text[0] != &buf[:1][0] {
		t.Errorf("ToLevel2 makes %v allocations, want 0 and the text in the buffer", got)
	}
	if want := "96,20,3,0,,,-,0,1,35"; string(line) != want {
		t.Errorf("ToLevel2 left the old text %q, want %q", line, want)
	}
}

// A row is mirrored as the event that it holds; if that is not possible it stays as it is.
func FuzzRowMirror(f *testing.F) {
	addEventTexts(f)
	f.Add([]byte("96,532,3,0,,,-,255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7,0,1,35"))
	f.Add([]byte("96,20,3,0,,,-,1,2,3,4,5,6,7,8"))
	f.Add([]byte("96,20,300,0,,,-,1"))
	f.Fuzz(func(t *testing.T, line []byte) {
		var row Row
		if row.Parse(line) != nil {
			return
		}
		original := bytes.Clone(line)
		for _, c := range []struct {
			name  string
			row   func(r *Row) bool
			event func(e *Event) error
		}{
			{"ToLevel2", func(r *Row) bool { return r.ToLevel2(destination, nil) }, func(e *Event) error { return e.ToLevel2(destination) }},
			{"ToLevel1", func(r *Row) bool { return r.ToLevel1(nil) }, func(e *Event) error { _, err := e.ToLevel1(); return err }},
		} {
			r := row
			var want, got, read Event
			row.Event(&want)
			err := c.event(&want)
			if ok := c.row(&r); ok != (err == nil) {
				t.Fatalf("%s of row %q = %t, want as of the event: %v", c.name, line, ok, err)
			}
			if r.Event(&got); !got.equal(&want) || r.DataLen() != len(want.Data) {
				t.Fatalf("%s of row %q = %+v with %d bytes, want %+v", c.name, line, got, r.DataLen(), want)
			}
			if e := read.DecodeText(r.Text); e != nil {
				t.Fatalf("%s of row %q has the text %q: %v", c.name, line, r.Text, e)
			}
			if want = readBack(&want, TextForm{}); err == nil && !read.equal(&want) {
				t.Fatalf("%s of row %q has the text %q, which is %+v, want %+v", c.name, line, r.Text, read, want)
			}
		}
		if !bytes.Equal(line, original) {
			t.Fatalf("the line is %q now, want %q", line, original)
		}
	})
}

func BenchmarkRowMirror(b *testing.B) {
	line := []byte("96,20,3,0,,1770000000123456789," + sampleGUID + ",0,1,35")
	var before Row
	if err := before.Parse(line); err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		r := before
		if !r.ToLevel2(destination, buf) {
			b.Fatal("ToLevel2 = false, want true")
		}
	}
}
