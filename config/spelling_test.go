package config

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

func TestSpellingHints(t *testing.T) {
	text := func(s string) item { return item{val: cty.StringVal(s)} }
	for _, tt := range []struct{ got, want, what string }{
		{text("5 minutes").spanHint(), "5m", "5 minutes"},
		{text("10").spanHint(), "10s", "10"},
		{text("1.5 Hours").spanHint(), "1.5h", "1.5 Hours"},
		{text("2 weeks").spanHint(), "336h", "2 weeks"},
		{text("1.5d").spanHint(), "", "1.5d"},
		{text("99999999d").spanHint(), "", "more days than a duration has"},
		{text("1 fortnight").spanHint(), "", "1 fortnight"},
		{text("-5 s").spanHint(), "", "-5 s"},
		{item{val: cty.StringVal("5 s"), sensitive: true}.spanHint(), "", "a secret"},
		{item{val: cty.NumberIntVal(5)}.spanHint(), "", "a number"},
		{text("16mib").sizeHint(), "16MiB", "16mib"},
		{text("16 m").sizeHint(), "16MB", "16 m"},
		{text("16MiB").sizeHint(), "", "16MiB, which is right"},
		{text("16TB").sizeHint(), "16000GB", "16TB"},
		{text("1.5GB").sizeHint(), "1500MB", "1.5GB"},
		{text("16 megabytes").sizeHint(), "16MB", "16 megabytes"},
		{text("1 hour 30 minutes").spanHint(), "1h30m", "1 hour 30 minutes"},
		{item{val: cty.StringVal("16mib"), sensitive: true}.sizeHint(), "", "a secret size"},
		{item{}.patternHint("FF:FE"), "FF:FE:*", "FF:FE"},
		{item{}.patternHint("FF-FE-*"), "FF:FE:*", "FF-FE-*"},
		{item{}.patternHint("FF:FE:"), "FF:FE:*", "FF:FE:"},
		{item{}.patternHint("FF:XX"), "", "FF:XX"},
		{item{sensitive: true}.patternHint("FF:FE"), "", "a secret pattern"},
	} {
		want := tt.want
		if want != "" {
			want = wording.Meant(want)
		}
		if tt.got != want {
			t.Errorf("hint for %s = %q, want %q", tt.what, tt.got, want)
		}
	}
}

func TestEmptyHint(t *testing.T) {
	t.Parallel()
	if got := (item{val: cty.StringVal("")}).spanHint(); got != emptyHint {
		t.Errorf("hint for an empty duration = %q, want %q", got, emptyHint)
	}
	if got := (item{val: cty.StringVal(""), sensitive: true}).spanHint(); strings.Contains(got, "null") {
		t.Errorf("hint for a secret that is empty = %q, want none about empty ones", got)
	}
}
