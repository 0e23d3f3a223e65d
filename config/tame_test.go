package config

import "testing"

func TestParseRate(t *testing.T) {
	for _, tt := range []struct {
		text string
		want float64
	}{
		{"10", 10},
		{"0.5", 0.5},
		{"10/s", 10},
		{"30/m", 0.5},
		{"30 / m", 0.5},
		{"7200/h", 2},
		{"10/d", 0},
		{"10/", 0},
		{"/s", 0},
		{"ten/s", 0},
		{"", 0},
	} {
		if got := parseRate(tt.text); got != tt.want {
			t.Errorf("parseRate(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestFormatRate(t *testing.T) {
	for rate, want := range map[float64]string{
		10: "10 per second", 2.5: "2.5 per second", 1: "1 per second", 0.5: "30 per minute", 1.0 / 60: "1 per minute", 5.0 / 3600: "5 per hour",
	} {
		if got := formatRate(rate); got != want {
			t.Errorf("formatRate(%v) = %q, want %q", rate, got, want)
		}
	}
}
