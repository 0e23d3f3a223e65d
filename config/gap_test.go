package config

import (
	"testing"
	"time"
)

func TestLongestGap(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for spec, want := range map[string]time.Duration{
		"* * * * *":             time.Minute,
		"*/25 * * * *":          25 * time.Minute,
		"0 * * * *":             time.Hour,
		"30 2 * * *":            day,
		"0,30 6-21 * * *":       8*time.Hour + 30*time.Minute,
		"*/15 6-21 * * mon-fri": 2*day + 8*time.Hour + 15*time.Minute,
		"0 0 * * sun":           7 * day,
		"0 12 31 * *":           61 * day,
		"0 0 1 * mon":           7 * day,
		"0 0 29 2 *":            4*365*day + day,
		"59 23 31 12 *":         366 * day, // of a leap year
	} {
		if got := (Cron{Spec: spec, Location: time.Local}).longestGap(); got != want {
			t.Errorf("longest gap of %q = %v, want %v", spec, got, want)
		}
	}
}

func BenchmarkLongestGap(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if got := (Cron{Spec: "* * * * *"}).longestGap(); got != time.Minute {
			b.Fatalf("longest gap = %v, want a minute", got)
		}
	}
}
