package config_test

import (
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestCronTicks(t *testing.T) {
	for _, tt := range []struct {
		name, spec, zone, after string
		want                    []string
	}{
		{"a weekday", "30 6 * * mon", "UTC", "2026-11-22T21:00:00Z", []string{"2026-11-23T06:30:00Z", "2026-11-30T06:30:00Z"}},
		{"a zone", "30 6 * * *", "Europe/Vienna", "2026-11-22T21:00:00Z", []string{"2026-11-23T05:30:00Z", "2026-11-24T05:30:00Z"}},
		{"either day", "0 0 1 * mon", "UTC", "2026-11-22T21:00:00Z", []string{"2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"}},
		{"the hour left out", "30 2 * * *", "Europe/Vienna", "2026-03-28T12:00:00Z", []string{"2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"}},
		{"the hour repeated", "30 2 * * *", "Europe/Vienna", "2026-10-24T12:00:00Z", []string{"2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"}},
		{
			"every half hour while an hour is repeated", "*/30 * * * *", "Europe/Vienna", "2026-10-24T23:45:00Z",
			[]string{"2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"},
		},
		{
			"every half hour while an hour is left out", "*/30 * * * *", "Europe/Vienna", "2026-03-29T00:15:00Z",
			[]string{"2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"},
		},
		{
			"summer time of half an hour", "0 * * * *", "Australia/Lord_Howe", "2026-10-03T14:15:00Z",
			[]string{"2026-10-03T14:30:00Z", "2026-10-03T16:00:00Z", "2026-10-03T17:00:00Z"},
		},
		{"midnight left out", "0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z", []string{"2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"}},
		{"29 February", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", []string{"2028-02-29T00:00:00Z"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, tt.after)
			if err != nil {
				t.Fatal(err)
			}
			ticks := config.Cron{Spec: tt.spec, Location: zone}.Ticks()
			for _, want := range tt.want {
				before := at
				at = ticks.Next(at)
				if got := at.UTC().Format(time.RFC3339); got != want {
					t.Fatalf("Next(%s) of %q in %s = %s, want %s", before.UTC().Format(time.RFC3339), tt.spec, tt.zone, got, want)
				}
			}
		})
	}
	if got := (config.Cron{}).Ticks(); got != nil {
		t.Errorf("Ticks of no cron = %v, want nil", got)
	}
}
