package vscp

import (
	"strings"
	"testing"
)

func TestGUIDVectors(t *testing.T) {
	for _, v := range loadVectors[guidVectors](t, "guid.json").Vectors {
		t.Run(v.ID, func(t *testing.T) {
			got, err := ParseGUID(v.Text)
			if v.Expect.Result == "reject" {
				if err == nil {
					t.Fatalf("ParseGUID(%q) = %v, want an error because %s", v.Text, got, v.Expect.Why)
				}
				g := GUID{1, 2, 3}
				if err := g.UnmarshalText([]byte(v.Text)); err == nil || g != (GUID{1, 2, 3}) {
					t.Errorf("UnmarshalText(%q) = %v and left %v, want an error and no change", v.Text, err, g)
				}
				return
			}
			if want := hexGUID(t, v.Expect.GUID); err != nil || got != want {
				t.Fatalf("ParseGUID(%q) = %v, %v, want %v", v.Text, got, err, want)
			}
			if again, err := ParseGUID(got.String()); err != nil || again != got {
				t.Errorf("ParseGUID(%q) = %v, %v, want the same", got, again, err)
			}
		})
	}
}

func TestGUIDWriters(t *testing.T) {
	for _, v := range loadVectors[guidVectors](t, "guid.json").Writers {
		want := hexGUID(t, v.GUID)
		if got := want.String(); got != v.Full {
			t.Errorf("String() = %q, want %q", got, v.Full)
		}
		if got, err := want.AppendText([]byte("GUID ")); err != nil || string(got) != "GUID "+v.Full {
			t.Errorf("AppendText() = %q, %v, want %q", got, err, "GUID "+v.Full)
		}
		if got, err := want.MarshalText(); err != nil || string(got) != v.Full {
			t.Errorf("MarshalText() = %q, %v, want %q", got, err, v.Full)
		}
		for _, text := range []string{v.Full, v.Compact, v.UUID, strings.ToLower(v.UUID), "{ " + v.Full + "\t}"} {
			if got, err := ParseGUID(text); err != nil || got != want {
				t.Errorf("ParseGUID(%q) = %v, %v, want %v", text, got, err, want)
			}
		}
	}
}

func TestInterfaceGUID(t *testing.T) {
	for _, v := range loadVectors[guidVectors](t, "guid.json").InterfaceGUID {
		server, want := hexGUID(t, v.ServerGUID), hexGUID(t, v.InterfaceGUID)
		server[14], server[15] = 0xAA, 0xBB // nicknames do not survive
		if got := server.Interface(v.ClientID); got != want {
			t.Errorf("%v.Interface(%d) = %v, want %v", server, v.ClientID, got, want)
		}
	}
}

// Forms at the edge of the grammar that the vectors leave out.
func TestParseGUIDEdges(t *testing.T) {
	one := GUID{15: 1}
	for _, c := range []struct {
		text string
		want GUID
		ok   bool
	}{
		{"0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-1", one, true},
		{"0:0:0:0:0:0:0:0:0:0:0:0:0:0:000:1", GUID{}, false},
		{"0000-0000-0000-0000:0000:0000:0000-0001", one, true}, // separators may mix
		{"0000:0000:0000:0000:0000:0000:00:00:0001", GUID{}, false},
		{"-:0000:0000:0000:0000:0000:0000:00:00:0001", one, true}, // groups may mix after a fill prefix
		{"-:0-1", one, true},
		{"-:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:1", one, true},
		{"-:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:1", GUID{}, false},
		{"-:", GUID{}, false},
		{"--", GUID{}, false},
		{"::-", GUID{}, false},
		{":::", GUID{}, false},
		{"::1:", GUID{}, false},
		{":1", GUID{}, false},
		{"{", GUID{}, false},
		{"}", GUID{}, false},
		{"}{", GUID{}, false},
		{"{{-}}", GUID{}, false},
		{"{ \t}", GUID{}, true},
		{"{-:1} ", one, true},
		{"00000000-0000-0000-0000-000000000001", one, true},
		{"00000000:0000:0000:0000:000000000001", GUID{}, false},
		{"00000000-0000-0000-0000-00000000000G", GUID{}, false},
		{"0000000000000000000000000000000G", GUID{}, false},
		{"000000000000000000000000000000001", GUID{}, false},
		// 36 characters and a dash wherever a UUID has one, but no UUID
		{"0-0-0-00-0-00-00-0-0-00-0-00-0-0-0-1", one, true},
	} {
		if got, err := ParseGUID(c.text); (err == nil) != c.ok || got != c.want {
			t.Errorf("ParseGUID(%q) = %v, %v, want %v, ok %v", c.text, got, err, c.want, c.ok)
		}
	}
}

func TestGUIDIsZero(t *testing.T) {
	for i := range 16 {
		var g GUID
		g[i] = 1
		if g.IsZero() {
			t.Errorf("%v.IsZero() = true, want false", g)
		}
	}
	if !(GUID{}).IsZero() {
		t.Error("GUID{}.IsZero() = false, want true")
	}
}
