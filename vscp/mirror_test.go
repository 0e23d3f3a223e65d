package vscp

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

var destination = GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xB8, 0x27, 0xEB, 1, 0, 3, 0, 7}

func TestMirror(t *testing.T) {
	for _, c := range []struct{ level1, level2 string }{
		// Chapter "Level I events over Level II" of the specification: class 512 higher, 16 bytes of GUID, the same data.
		{"96,20,3,0,,,-,0,1,35", "96,532,3,0,,,-,255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7,0,1,35"},
		{"96,0,255,0,,,-", "96,512,255,0,,,-,255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7"},
		{"96,511,0,9,,5," + sampleGUID + ",1,2,3,4,5,6,7,8", "96,1023,0,9,,5," + sampleGUID + ",255,255,255,255,255,255,255,254,184,39,235,1,0,3,0,7,1,2,3,4,5,6,7,8"},
	} {
		var e Event
		if err := e.DecodeText([]byte(c.level1)); err != nil {
			t.Fatal(err)
		}
		if err := e.ToLevel2(destination); err != nil {
			t.Errorf("ToLevel2 of %s = %v, want nil", c.level1, err)
		}
		if got := string(e.AppendText(nil, TextForm{})); got != c.level2 {
			t.Errorf("ToLevel2 of %s = %s, want %s", c.level1, got, c.level2)
		}
		if got, err := e.ToLevel1(); err != nil || got != destination {
			t.Errorf("ToLevel1 of %s = %v, %v, want %v", c.level2, got, err, destination)
		}
		if got := string(e.AppendText(nil, TextForm{})); got != c.level1 {
			t.Errorf("ToLevel1 of %s = %s, want %s", c.level2, got, c.level1)
		}
	}
}

func TestNoMirror(t *testing.T) {
	for _, c := range []struct {
		class  Class
		typ    uint16
		data   int
		level2 string // error of ToLevel2; empty: none
		level1 string
	}{
		{511, 255, 8, "", "event: no form on the other level: class CLASS1.LOCAL is no mirror of Level I"},
		{20, 256, 0, "event: no form on the other level: type 256 is above 255", "event: no form on the other level: class CLASS1.INFORMATION is no mirror of Level I"},
		{20, 3, 9, "event: no form on the other level: 9 data bytes, at most 8 are allowed on Level I", "event: no form on the other level: class CLASS1.INFORMATION is no mirror of Level I"},
		{512, 0, 15, "event: no form on the other level: class CLASS2.LEVEL1.PROTOCOL is not of Level I", "event: no form on the other level: data has 15 bytes, a destination takes 16"},
		{1023, 256, 16, "event: no form on the other level: class CLASS2.LEVEL1.LOCAL is not of Level I", "event: no form on the other level: type 256 is above 255"},
		{532, 3, 25, "event: no form on the other level: class CLASS2.LEVEL1.INFORMATION is not of Level I", "event: no form on the other level: 9 data bytes, at most 8 are allowed on Level I"},
		{532, 3, 24, "event: no form on the other level: class CLASS2.LEVEL1.INFORMATION is not of Level I", ""},
		{1024, 0, 16, "event: no form on the other level: class CLASS2.PROTOCOL is not of Level I", "event: no form on the other level: class CLASS2.PROTOCOL is no mirror of Level I"},
		{math.MaxUint16, 0, 16, "event: no form on the other level: class CLASS2.VSCPD is not of Level I", "event: no form on the other level: class CLASS2.VSCPD is no mirror of Level I"},
	} {
		before := sampleEvent()
		before.Class, before.Type, before.Data = c.class, c.typ, bytes.Repeat([]byte{5}, c.data)
		e := before
		e.Data = bytes.Clone(before.Data)
		checkNoMirror(t, "ToLevel2", e.ToLevel2(destination), c.level2, &e, &before)
		e = before
		e.Data = bytes.Clone(before.Data)
		_, err := e.ToLevel1()
		checkNoMirror(t, "ToLevel1", err, c.level1, &e, &before)
	}
}

// checkNoMirror checks the error of a conversion, and that a failed one changed nothing.
func checkNoMirror(t *testing.T, conversion string, err error, want string, after, before *Event) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want || errors.Is(err, ErrNoMirror) != (want != "") {
		t.Errorf("%s of class %d, type %d with %d bytes = %q, want %q", conversion, before.Class, before.Type, len(before.Data), got, want)
	}
	if err != nil && !after.equal(before) {
		t.Errorf("%s failed but left %+v, want %+v", conversion, after, before)
	}
}

func TestMirrorInPlace(t *testing.T) {
	e := Event{Class: 20, Type: 3, Data: append(make([]byte, 0, 24), 0, 1, 35)}
	got := testing.AllocsPerRun(100, func() {
		_ = e.ToLevel2(destination)
		_, _ = e.ToLevel1()
	})
	if got != 0 || e.Class != 20 || !bytes.Equal(e.Data, []byte{0, 1, 35}) {
		t.Errorf("there and back allocates %v times and leaves %+v, want 0 and the event as it was", got, e)
	}
}

func TestNickname(t *testing.T) {
	for _, c := range []struct {
		n    uint16
		want string
	}{
		{7, "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:03:00:07"},
		{0, "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:03:00:00"},
		{0x1234, "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:00:03:12:34"},
	} {
		g := destination.WithNickname(c.n)
		if g.String() != c.want || g.Nickname() != c.n {
			t.Errorf("WithNickname(%d) = %v with nickname %d, want %s", c.n, g, g.Nickname(), c.want)
		}
	}
}

// Whatever is converted comes back, and a failed conversion changes nothing.
func FuzzMirror(f *testing.F) {
	f.Add(uint16(20), uint16(3), []byte{0, 1, 35}, destination[:])
	f.Add(uint16(532), uint16(3), append(destination[:], 0, 1, 35), []byte{})
	f.Add(uint16(1023), uint16(255), make([]byte, 25), []byte{})
	f.Fuzz(func(t *testing.T, class, typ uint16, data, guid []byte) {
		before := Event{Class: Class(class), Type: typ, Data: bytes.Clone(data)}
		var to GUID
		copy(to[:], guid)
		e := before
		e.Data = bytes.Clone(data)
		if err := e.ToLevel2(to); err == nil {
			if got, err := e.ToLevel1(); err != nil || got != to {
				t.Fatalf("ToLevel1 after ToLevel2(%v) of %+v = %v, %v, want the same GUID", to, before, got, err)
			}
		} else if to, err = e.ToLevel1(); err == nil {
			if err := e.ToLevel2(to); err != nil {
				t.Fatalf("ToLevel2 after ToLevel1 of %+v = %v, want nil", before, err)
			}
		}
		if !e.equal(&before) {
			t.Fatalf("there and back is %+v, want %+v", e, before)
		}
	})
}

func BenchmarkMirror(b *testing.B) {
	e := Event{Class: 20, Type: 3, Data: append(make([]byte, 0, 24), 0, 1, 35)}
	b.ReportAllocs()
	for b.Loop() {
		if err := e.ToLevel2(destination); err != nil {
			b.Fatal(err)
		}
		if _, err := e.ToLevel1(); err != nil {
			b.Fatal(err)
		}
	}
}
