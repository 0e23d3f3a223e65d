package wording_test

import (
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

func TestBare(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"192.0.2.7":          {"An address", "192.0.2.7"},
		"192.0.2.300":        {"An address", "192.0.2.300"},
		"192.0.2.7:9598":     {"An address", "192.0.2.7:9598"},
		"north.example:9598": {"An address", "north.example:9598"},
		"2001:db8::7":        {"An IPv6 address", "[2001:db8::7]"},
		`C:\a\b`:             {"A path", "C:/a/b"},
		"../a":               {"A path", "../a"},
		"30s":                {"A duration", "30s"},
		"1h30m":              {"A duration", "1h30m"},
		"2 days":             {"A duration", "48h"},
		"16MiB":              {"A size", "16MiB"},
		"16 mb":              {"A size", "16MB"},
		"FF:FF:*":            {"A text", "FF:FF:*"},
		"campus north":       {"A text", "campus north"},
	} {
		if kind, right := wording.Bare(text); kind != want[0] || right != want[1] {
			t.Errorf("Bare(%q) = %q, %q, want %q", text, kind, right, want)
		}
	}
}
