package config

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
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
		if got, ok := parseSize(tt.text); ok != tt.ok || ok && got != tt.want {
			t.Errorf("parseSize(%q) = %d, %t, want %d, %t", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, text := range []string{"0", "16MiB", "64 KB", "9223372036854775807", "-1GB"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := parseSize(text)
		if !ok {
			return
		}
		if got, ok := parseSize(formatSize(n)); !ok || got != n {
			t.Errorf("parseSize(formatSize(%d)) = %d, %t, want %d", n, got, ok, n)
		}
	})
}

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0B", 1: "1B", 999: "999B", 1000: "1KB", 1024: "1KiB", 65536: "64KiB", 16 << 20: "16MiB", 1 << 30: "1GiB", 5e9: "5GB", 1<<20 + 1: "1048577B",
	} {
		if got := formatSize(n); got != want {
			t.Errorf("formatSize(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestParseRange(t *testing.T) {
	tests := []struct {
		val  cty.Value
		most int64
		want Range
		ok   bool
	}{
		{cty.NumberIntVal(0), 7, Range{0, 0}, true},
		{cty.NumberIntVal(7), 7, Range{7, 7}, true},
		{cty.NumberIntVal(8), 7, Range{}, false},
		{cty.NumberIntVal(-1), 7, Range{}, false},
		{cty.NumberFloatVal(1.5), 7, Range{}, false},
		{cty.PositiveInfinity, 7, Range{}, false},
		{cty.True, 7, Range{}, false},
		{cty.StringVal("3"), 7, Range{3, 3}, true},
		{cty.StringVal("512-1023"), 65535, Range{512, 1023}, true},
		{cty.StringVal("512 - 1023"), 65535, Range{512, 1023}, true},
		{cty.StringVal("0-65535"), 65535, Range{0, 65535}, true},
		{cty.StringVal("0-65536"), 65535, Range{}, false},
		{cty.StringVal("2-1"), 65535, Range{}, false},
		{cty.StringVal("-1"), 65535, Range{}, false},
		{cty.StringVal("1-"), 65535, Range{}, false},
		{cty.StringVal("1-2-3"), 65535, Range{}, false},
		{cty.StringVal(""), 65535, Range{}, false},
	}
	for _, tt := range tests {
		if got, ok := parseRange(item{val: tt.val}, tt.most); got != tt.want || ok != tt.ok {
			t.Errorf("parseRange(%#v, %d) = %v, %t, want %v, %t", tt.val, tt.most, got, ok, tt.want, tt.ok)
		}
	}
}
