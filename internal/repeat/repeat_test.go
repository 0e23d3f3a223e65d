package repeat_test

import (
	"runtime/debug"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

func TestTimes(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the test does not know how it was built")
	}
	race := slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
	for _, tt := range []struct{ full, withRace int }{{0, 0}, {1, 1}, {8, 1}, {9, 2}, {2000, 250}} {
		want := tt.full
		if race {
			want = tt.withRace
		}
		if got := repeat.Times(tt.full); got != want {
			t.Errorf("Times(%d) = %d, want %d (race detector: %t)", tt.full, got, want, race)
		}
	}
}
