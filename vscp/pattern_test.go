package vscp

import "testing"

func mustPattern(t testing.TB, s string) GUIDPattern {
	t.Helper()
	p, err := ParseGUIDPattern(s)
	if err != nil {
		t.Fatalf("ParseGUIDPattern(%q): %v", s, err)
	}
	return p
}

func TestParseGUIDPattern(t *testing.T) {
	for _, c := range []struct {
		text, want string
		fixed      int
	}{
		{"*", "*", 0},
		{" * ", "*", 0},
		{"ff:*", "FF:*", 1},
		{"FF:FF:FF:FF:FF:FF:FF:FE:b8:27:eb:*", "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:*", 11},
		{"0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:*", "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:*", 15},
		{sampleGUID, sampleGUID, 16},
		{"::1", "FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:FF:01", 16},
		{"-", "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00", 16},
		{"{FFFFFFFF-FFFF-FFFE-B827-EB0102030001}", sampleGUID, 16},
	} {
		p := mustPattern(t, c.text)
		if p.String() != c.want || p.Len() != c.fixed {
			t.Errorf("ParseGUIDPattern(%q) = %v with %d bytes, want %v with %d", c.text, p, p.Len(), c.want, c.fixed)
		}
		if again := mustPattern(t, p.String()); again != p {
			t.Errorf("ParseGUIDPattern(%q) = %v, want the same", p, again)
		}
	}
}

func TestParseGUIDPatternRefused(t *testing.T) {
	for _, text := range []string{
		"", " ", ":*", "**", "FF*", "F*", "FF:*:", "FF:*:01", "*:01", "FF::*", "::*", "FF-*", "FFFF:*", "GG:*", "FF:**",
		"{FF:*}", "FF:FF", "0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:*", "FF: 01:*",
	} {
		if p, err := ParseGUIDPattern(text); err == nil {
			t.Errorf("ParseGUIDPattern(%q) = %v, want an error", text, p)
		}
	}
}

func TestGUIDPatternMatch(t *testing.T) {
	guid, err := ParseGUID(sampleGUID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{"*", true},
		{"FF:*", true},
		{"FE:*", false},
		{"FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:*", true},
		{"FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EC:*", false},
		{"FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:*", true},
		{sampleGUID, true},
		{"FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:02", false},
	} {
		if got := mustPattern(t, c.pattern).Match(guid); got != c.want {
			t.Errorf("%s matches %v = %v, want %v", c.pattern, guid, got, c.want)
		}
	}
	if !(GUIDPattern{}).Match(guid) {
		t.Error("the zero GUIDPattern matches = false, want true")
	}
}

func TestGUIDPatternRelations(t *testing.T) {
	for _, c := range []struct {
		a, b                                  string
		aContainsB, bContainsA, overlap, same bool
	}{
		{"*", "*", true, true, true, true},
		{"*", "FF:*", true, false, true, false},
		{"FF:*", "FF:FE:*", true, false, true, false},
		{"FF:FD:*", "FF:FE:*", false, false, false, false},
		{"00:*", "*", false, true, true, false},
		{"00:*", "-", true, false, true, false},
		{"00:00:*", "00:*", false, true, true, false},
		{sampleGUID, "FFFFFFFF-FFFF-FFFE-B827-EB0102030001", true, true, true, true},
		{sampleGUID, "::1", false, false, false, false},
	} {
		a, b := mustPattern(t, c.a), mustPattern(t, c.b)
		if got := a.Contains(b); got != c.aContainsB {
			t.Errorf("%v contains %v = %v, want %v", a, b, got, c.aContainsB)
		}
		if got := b.Contains(a); got != c.bContainsA {
			t.Errorf("%v contains %v = %v, want %v", b, a, got, c.bContainsA)
		}
		if got, back := a.Overlaps(b), b.Overlaps(a); got != c.overlap || back != c.overlap {
			t.Errorf("%v overlaps %v = %v, reversed %v, want %v", a, b, got, back, c.overlap)
		}
		if got := a == b; got != c.same {
			t.Errorf("%v == %v is %v, want %v", a, b, got, c.same)
		}
	}
}

func TestPatternImprint(t *testing.T) {
	guid, err := ParseGUID("FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"*":       "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01",
		"01:02:*": "01:02:FF:FF:FF:FF:FF:FE:B8:27:EB:01:02:03:00:01",
		"01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:*":  "01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:01",
		"01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10": "01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10",
	} {
		p, err := ParseGUIDPattern(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Imprint(guid); got.String() != want || !p.Match(got) {
			t.Errorf("%s.Imprint(%v) = %v, want %s", text, guid, got, want)
		}
	}
}

func TestGUIDPrefix(t *testing.T) {
	g := mustPattern(t, "FF:FF:FF:FF:FF:FF:FF:FE:00:01:02:03:04:05:06:07").First()
	for n, text := range map[int]string{0: "*", 1: "FF:*", 10: "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", 16: g.String()} {
		if got, want := g.Prefix(n), mustPattern(t, text); got != want {
			t.Errorf("Prefix(%d) = %v, want %v", n, got, want)
		}
	}
}
