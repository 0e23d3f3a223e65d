package config_test

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestParseToken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ file, want, err string }{
		{"0123456789abcdef", "0123456789abcdef", ""},
		{" 0123456789abcdef\r\n", "0123456789abcdef", ""},
		{strings.Repeat("x", 1024), strings.Repeat("x", 1024), ""},
		{"", "", "no token"},
		{" \n\n", "", "no token"},
		{"0123456789abcde\n", "", "too short"},
		{"0123456789 abcdef", "", "characters"},
		{"0123456789\nabcdef", "", "characters"},
		{"0123456789abcdeé", "", "characters"},
		{"\ufeff0123456789abcdef", "", "characters"},
		{strings.Repeat("x", 1025), "", "at most 1024"},
	} {
		got, err := config.ParseToken([]byte(tt.file))
		if got.Reveal() != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("ParseToken(%.40q) = %.40q, %v, want %.40q, %q", tt.file, got.Reveal(), err, tt.want, tt.err)
		}
		if err != nil && strings.Contains(err.Error(), "abc") {
			t.Errorf("ParseToken(%.40q) = %v, which has a part of the token", tt.file, err)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	for _, seed := range []string{"0123456789abcdef\n", "", "too short", "\x00", "0123456789abcdeé"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		token, err := config.ParseToken(file)
		if got := token.Reveal(); err == nil && (len(got) < 16 || strings.TrimSpace(got) != got || !strings.Contains(string(file), got)) {
			t.Errorf("ParseToken(%q) = %q, want a part of 16 characters or more without blanks", file, got)
		}
		if err != nil && !token.IsZero() {
			t.Errorf("ParseToken(%q) = %q with %v, want nothing", file, token.Reveal(), err)
		}
	})
}
