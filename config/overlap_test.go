package config

import (
	"testing"
	"time"
)

func TestShortestGap(t *testing.T) {
	for spec, want := range map[string]time.Duration{
		"* * * * *":         time.Minute,
		"0,5 6 * * mon":     5 * time.Minute,
		"50 23,0 * * *":     time.Hour, // over midnight
		"0 6 1,2,9 * *":     24 * time.Hour,
		"30 2 29 feb *":     4 * 365 * 24 * time.Hour,
		"*/7 * * * *":       4 * time.Minute, // from 56 to the hour
		"0 0 * * mon-wed":   24 * time.Hour,
		"0,20,30 12 15 * *": 10 * time.Minute,
	} {
		got := Cron{Spec: spec, Location: time.UTC}.shortestGap()
		if spec == "30 2 29 feb *" {
			if got < want {
				t.Errorf("shortestGap of %q = %v, want at least %v", spec, got, want)
			}
			continue
		}
		if got != want {
			t.Errorf("shortestGap of %q = %v, want %v", spec, got, want)
		}
	}
}

func TestSchedulesMeet(t *testing.T) {
	every := func(d time.Duration) *Schedule { return &Schedule{Mode: ModeVisit, Every: d} }
	cron := func(spec string) *Schedule {
		return &Schedule{Mode: ModeVisit, Cron: Cron{Spec: spec, Location: time.UTC}}
	}
	with := func(s *Schedule, change func(*Schedule)) *Schedule { change(s); return s }
	east := time.FixedZone("east", int(time.Hour/time.Second))
	for _, tt := range []struct {
		name string
		a, b *Schedule
		want bool
	}{
		{"the same", every(time.Minute), every(time.Minute), true},
		{"a multiple", every(time.Minute), every(5 * time.Minute), true},
		{"now and then", every(5 * time.Minute), every(7 * time.Minute), false},
		{"jitter", every(time.Minute), with(every(time.Minute), func(s *Schedule) { s.Jitter = time.Second }), false},
		{"held", every(time.Minute), with(every(time.Minute), func(s *Schedule) { s.Mode = ModeHold }), false},
		{"lazy without ticks", every(time.Minute), &Schedule{Mode: ModeLazy, Threshold: 1}, false},
		{"every and cron", every(time.Minute), cron("* * * * *"), false},
		{"cron", cron("*/15 * * * *"), cron("30 6 * * *"), true},
		{"cron beside", cron("*/15 * * * *"), cron("31 6 * * *"), false},
		{"cron lingers", with(cron("*/15 * * * *"), func(s *Schedule) { s.Linger = 2 * time.Minute }), cron("31 6 * * *"), true},
		{"cron in another zone", cron("0 6 * * *"), with(cron("0 7 * * *"), func(s *Schedule) { s.Cron.Location = east }), true},
		{"cron on other days", cron("0 6 * * mon"), cron("0 6 * * tue"), false},
	} {
		if got := tt.a.meets(tt.b); got != tt.want {
			t.Errorf("%s: meets = %v, want %v", tt.name, got, tt.want)
		}
		if got := tt.b.meets(tt.a); got != tt.want {
			t.Errorf("%s, the other way: meets = %v, want %v", tt.name, got, tt.want)
		}
	}
}
