package wording_test

import (
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

func TestParseSize(t *testing.T) {
	tests := []struct {
		text string
		want int64
		ok   bool
	}{
		{"0", 0, true},
		{"1", 1, true},
		{"1B", 1, true},
		{"64KB", 64000, true},
		{"64KiB", 65536, true},
		{"16MiB", 16 << 20, true},
		{"16 MiB", 16 << 20, true},
		{"2MB", 2e6, true},
		{"3GB", 3e9, true},
		{"3GiB", 3 << 30, true},
		{"-1KB", -1000, true},
		{"9223372036854775807", 1<<63 - 1, true},
		{"9223372036854775808", 0, false},
		{"9223372036854775807KB", 0, false},
		{"-9223372036854775808GiB", 0, false},
		{"", 0, false},
		{"MiB", 0, false},
		{"16mib", 0, false},
		{"16M", 0, false},
		{"16BB", 0, false},
		{"1.5MiB", 0, false},
		{"16MiB ", 0, false},
	}
	for _, tt := range tests {
		if got, ok := wording.ParseSize(tt.text); ok != tt.ok || ok && got != tt.want {
			t.Errorf("ParseSize(%q) = %d, %t, want %d, %t", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, text := range []string{"0", "16MiB", "64 KB", "9223372036854775807", "-1GB"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := wording.ParseSize(text)
		if !ok {
			return
		}
		if got, ok := wording.ParseSize(wording.Size(n)); !ok || got != n {
			t.Errorf("ParseSize(Size(%d)) = %d, %t, want %d", n, got, ok, n)
		}
	})
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0B", 1: "1B", 999: "999B", 1000: "1KB", 1024: "1KiB", 65536: "64KiB", 16 << 20: "16MiB", 1 << 30: "1GiB", 5e9: "5GB", 1<<20 + 1: "1048577B",
	} {
		if got := wording.Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 events", 1: "1 event", 2: "2 events"} {
		if got := wording.Count(n, "event"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		span       time.Duration
		want, long string
	}{
		{0, "0s", "0s"},
		{1500 * time.Millisecond, "1.5s", "1.5s"},
		{90 * time.Second, "1m30s", "1m30s"},
		{10 * time.Minute, "10m", "10m"},
		{time.Hour, "1h", "1h"},
		{time.Hour + time.Second, "1h0m1s", "1h0m1s"},
		{47 * time.Hour, "47h", "47h"},
		{48 * time.Hour, "48h", "2 days"},
		{73*time.Hour + 5*time.Minute + 2*time.Second, "73h5m2s", "3 days and 1h5m"},
	} {
		if got, long := wording.Span(tt.span), wording.LongSpan(tt.span); got != tt.want || long != tt.long {
			t.Errorf("Span(%v), LongSpan = %q, %q, want %q, %q", tt.span, got, long, tt.want, tt.long)
		}
	}
}

func TestRightSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5 minutes": "5m", "10 min.": "10m", "1 hour 30 minutes": "1h30m", "1h 30m": "1h30m", "1 hour, 5 minutes": "1h5m", "1 min and 5 secs": "1m5s",
		"1d12h": "36h", "1 week 1 day": "192h", "5 \u00b5s": "5us", "5\u03bcs": "5us", "100 microseconds": "100us", "1,5s": "1.5s", "2": "2s",
		"": "", "1,500s": "", "1 hour 30": "", "30 1h": "", "1 hour 1 fortnight": "", "half an hour": "", "100000 weeks 100000 weeks": "", "1.5d": "",
	} {
		if got := wording.RightSpan(text); got != want {
			t.Errorf("RightSpan(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRightSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"16 megabytes": "16MB", "1 Megabyte": "1MB", "16 mebibytes": "16MiB", "64 kbyte": "64KB", "16mib": "16MiB", "16 M": "16MB", "100 bytes": "100B",
		"1.5GB": "1500MB", "0.5 GiB": "512MiB", "2TB": "2000GB", "2 tebibytes": "2048GiB",
		"16MiB": "", "16": "", "1.5": "", "0.1B": "", "16 megabits": "", "16 MX": "", "9000000000gib": "", "9000000000.5TB": "", "99999999999999999999.5GB": "",
	} {
		if got := wording.RightSize(text); got != want {
			t.Errorf("RightSize(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzSpelling(f *testing.F) {
	for _, text := range []string{"1 hour, 5 minutes", "1,5s", "1d12h", "0.5 GiB", "16 megabytes", "10 per minute"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if span := wording.RightSpan(text); span != "" {
			if d, err := time.ParseDuration(span); err != nil || d < 0 {
				t.Errorf("RightSpan(%q) = %q, which is %v, %v, want a duration", text, span, d, err)
			}
		}
		if size := wording.RightSize(text); size != "" {
			if n, ok := wording.ParseSize(size); !ok || n < 0 {
				t.Errorf("RightSize(%q) = %q, which is %d, %t, want a size", text, size, n, ok)
			}
		}
	})
}
