package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var sizeUnits = map[string]int64{
	"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

// ParseSize reads a number of bytes such as "16MiB". It reports false for what is none.
func ParseSize(s string) (int64, bool) {
	digits := strings.TrimRight(s, "BKMGi")
	unit, known := sizeUnits[s[len(digits):]]
	n, err := strconv.ParseInt(strings.TrimRight(digits, " "), 10, 64)
	if err != nil || !known {
		return 0, false
	}
	product := n * unit
	return product, product/unit == n
}

// Size writes a number of bytes as ParseSize reads it, in the largest unit that keeps it whole.
func Size(n int64) string {
	for _, unit := range []string{"GiB", "GB", "MiB", "MB", "KiB", "KB"} {
		if factor := sizeUnits[unit]; n >= factor && n%factor == 0 {
			return fmt.Sprintf("%d%s", n/factor, unit)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// Count writes a number of things.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Span writes a time span without the smaller units that are zero.
func Span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// LongSpan is Span, with days as such.
func LongSpan(span time.Duration) string {
	const day = 24 * time.Hour
	days, rest := span/day, span%day
	switch {
	case days < 2:
		return Span(span)
	case rest < time.Minute:
		return fmt.Sprintf("%d days", days)
	default:
		return fmt.Sprintf("%d days and %s", days, Span(rest.Truncate(time.Minute)))
	}
}
