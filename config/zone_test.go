package config

import (
	"fmt"
	"testing"
)

func TestNearZone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Europe/Stokholm": "Europe/Stockholm", "Europe/Veinna": "Europe/Vienna", "Europe/Wienna": "Europe/Vienna", "Europe/Viennna": "Europe/Vienna",
		"europe/vienna": "Europe/Vienna", "EUROPE/VIENNA": "Europe/Vienna", " Europe/Vienna ": "Europe/Vienna",
		"America/New York": "America/New_York", "new york": "America/New_York", "Stockholm": "Europe/Stockholm",
		"local": "Local", "utc": "UTC", "UTC+1": "Etc/GMT-1", "GMT-05:00": "Etc/GMT+5", "+10": "Etc/GMT-10",
		"CET+1": "CET", "CET-1CEST,M3.5.0,M10.5.0/3": "CET",
		"": "", "Europe/Wien": "", "UTC+99": "", "+05:30": "", "../../../etc/passwd": "", "\xff\x00": "",
	} {
		if got := (&decoder{nearZones: map[string]string{}}).nearZone(text); got != want {
			t.Errorf("nearZone(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNearZoneIsBounded(t *testing.T) {
	t.Parallel()
	d, found := &decoder{nearZones: map[string]string{}}, 0
	for i := range 26 {
		if d.nearZone(fmt.Sprintf("Europe/Vienn%c", 'A'+i)) == "Europe/Vienna" {
			found++
		}
	}
	if want := 3; found != want {
		t.Errorf("slips found = %d, want %d: a thousand wrong names must not take a minute", found, want)
	}
	for text, want := range map[string]string{"Europe/ViennB": "Europe/Vienna", "utc": "UTC"} {
		if got := d.nearZone(text); got != want {
			t.Errorf("nearZone(%q) after many = %q, want %q", text, got, want)
		}
	}
}
