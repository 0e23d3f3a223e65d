package vscp

import (
	"errors"
	"strings"
	"testing"
)

func TestFilterVectors(t *testing.T) {
	for _, v := range loadVectors[filterVectors](t, "filters.json").Text {
		t.Run(v.ID, func(t *testing.T) {
			got, err := ParseFilter(v.Text)
			if v.Expect.Result == "reject" {
				var syntax *SyntaxError
				if !errors.As(err, &syntax) {
					t.Fatalf("ParseFilter(%q) = %v, %v, want a *SyntaxError because %s", v.Text, got, err, v.Expect.Why)
				}
				want := blamedField(v.Expect.Why)
				if strings.HasSuffix(v.Expect.Why, " fields") {
					want = ""
				}
				if syntax.Field != want {
					t.Errorf("ParseFilter(%q) = %v, want field %q because %s", v.Text, err, want, v.Expect.Why)
				}
				return
			}
			f := v.Expect.Filter
			want := Filter{Priority: f.Priority, Class: f.Class, Type: f.Type, GUID: hexGUID(t, f.GUID)}
			if err != nil || got != want {
				t.Fatalf("ParseFilter(%q) = %v, %v, want %v", v.Text, got, err, want)
			}
			if again, err := ParseFilter(got.String()); err != nil || again != got {
				t.Errorf("ParseFilter(%q) = %v, %v, want the same", got, again, err)
			}
		})
	}
}

func TestFilterString(t *testing.T) {
	f := Filter{Priority: 3, Class: 10, Type: 65535, GUID: GUID{0xFF, 15: 1}}
	if got, want := f.String(), "3,10,65535,FF:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestFilterErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"3,10", `filter: "3,10" has 2 of the 4 fields`},
		{"3,10,9,-,2", `filter: "3,10,9,-,2" has more than 4 fields`},
		{"3,10,9,-,", `filter: "3,10,9,-," has more than 4 fields`},
		{"256,10,9,-", `filter: priority: "256" is out of range (0..255)`},
		{"3,10,9,01:02", `filter: guid: "01:02" has 2 bytes, a GUID has 16`},
	} {
		if f, err := ParseFilter(c.text); err == nil || err.Error() != c.want || f != (Filter{}) {
			t.Errorf("ParseFilter(%q) = %v, %v, want the zero filter and %s", c.text, f, err, c.want)
		}
	}
}

func TestMatcherVectors(t *testing.T) {
	for _, v := range loadVectors[filterVectors](t, "filters.json").Match {
		filter, err := ParseFilter(v.Filter)
		if err != nil {
			t.Fatal(err)
		}
		mask, err := ParseFilter(v.Mask)
		if err != nil {
			t.Fatal(err)
		}
		m := Matcher{Filter: filter, Mask: mask}
		e := v.Event.event(t)
		if got := m.Match(e.Head, e.Class, e.Type, e.GUID); got != v.Match {
			t.Errorf("%s: filter %q, mask %q: Match(%+v) = %v, want %v", v.ID, v.Filter, v.Mask, e, got, v.Match)
		}
	}
}

func TestZeroMatcherPassesAll(t *testing.T) {
	var m Matcher
	if !m.Match(0xFFFF, 65535, 65535, GUID{0xFF, 15: 0xFF}) {
		t.Error("the zero Matcher matches = false, want true")
	}
}
