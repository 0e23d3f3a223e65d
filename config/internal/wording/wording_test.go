package wording_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                      `""`,
		"a \"b\"\n":             `"a \"b\"\n"`,
		strings.Repeat("ä", 60): `"` + strings.Repeat("ä", 60) + `"`,
		strings.Repeat("ä", 61): `"` + strings.Repeat("ä", 60) + `…"`,
	} {
		if got := wording.Quote(text); got != want {
			t.Errorf("Quote(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := wording.Join(words, "or"); got != want {
			t.Errorf("Join(%q) = %q, want %q", words, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	names := []string{"north", "south", "ab", "warn"}
	for given, want := range map[string]string{
		"nroth": "north", "North": "north", "soouth": "south", "warning": "warn", "nor": "north", "basement": "", "ac": "", "AB": "ab", "": "",
	} {
		sentence := ""
		if want != "" {
			sentence = ` Did you mean "` + want + `"?`
		}
		if got := wording.DidYouMean(given, names); got != sentence {
			t.Errorf("DidYouMean(%q) = %q, want %q", given, got, sentence)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		given, name string
		want        int
	}{
		{"password", "password", 0},
		{"Password", "password", 0},
		{"pasword", "password", 1},
		{"passwrod", "password", 1},
		{"pass", "password", 1},
		{"pa", "password", 6},
		{"tlsx", "tls", 1},
		{"pin", "password", 7},
	} {
		if got := wording.Distance(tt.given, tt.name); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.given, tt.name, got, tt.want)
		}
	}
}

func TestRightRate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10/sec": "10/s", "30 / Min": "30/m", "0.5/hours": "0.5/h", "10/ms": "", "x/sec": "", "10": "", "10/day": "", "10/": "10/s",
		"10 per minute": "10/m", "5 per us": "",
	} {
		if want != "" {
			want = ` Did you mean "` + want + `"?`
		}
		if got := wording.Meant(wording.RightRate(text)); got != want {
			t.Errorf("Meant of RightRate(%q) = %q, want %q", text, got, want)
		}
	}
}
