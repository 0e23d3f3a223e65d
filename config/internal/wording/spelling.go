package wording

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// numberAndUnit is a number and what was taken for a unit.
var numberAndUnit = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*$`)

// spanPart is a number with a unit, and what separates it from the next one. A comma before three digits may be no decimal one.
var spanPart = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+|,[0-9]{1,2})?)\s*([A-Za-z\x{b5}\x{3bc}]*)\.?\s*(?:,\s|and\s)?`)

// spanUnits are other words for the units of durations; days and weeks have none of their own.
var spanUnits = map[string]string{
	"ns": "ns", "us": "us", "\u00b5s": "us", "\u03bcs": "us", "usec": "us", "microsecond": "us", "microseconds": "us",
	"ms": "ms", "msec": "ms", "msecs": "ms", "millisecond": "ms", "milliseconds": "ms",
	"": "s", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
	"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
	"h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
}

var spanDays = map[string]int{"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}

// RightSpan returns how a duration is written that was written in words, such as "1 hour 30 minutes", or "".
func RightSpan(text string) string {
	var right strings.Builder
	parts := 0
	for rest := text; rest != ""; parts++ {
		m := spanPart.FindStringSubmatch(rest)
		if m == nil || m[2] == "" && (parts > 0 || len(m[0]) < len(rest)) {
			return ""
		}
		right.WriteString(rightSpanPart(strings.ReplaceAll(m[1], ",", "."), strings.ToLower(m[2])))
		rest = rest[len(m[0]):]
	}
	span, err := time.ParseDuration(right.String())
	switch {
	case err != nil:
		return ""
	case parts == 1:
		return right.String()
	default:
		return Span(span)
	}
}

// rightSpanPart returns a text that is no duration for a unit that is none.
func rightSpanPart(number, unit string) string {
	if ours, ok := spanUnits[unit]; ok {
		return number + ours
	}
	n, err := strconv.Atoi(number)
	if days := spanDays[unit]; err == nil && days > 0 && n <= 100_000 { // more is longer than a duration can be
		return strconv.Itoa(n*days*24) + "h"
	}
	return "?"
}

// sizeWords are other words for the units of sizes, without the byte at their ends.
var sizeWords = map[string]string{
	"": "B", "k": "KB", "m": "MB", "g": "GB", "ki": "KiB", "mi": "MiB", "gi": "GiB",
	"kilo": "KB", "mega": "MB", "giga": "GB", "kibi": "KiB", "mebi": "MiB", "gibi": "GiB",
}

// moreSizes are units that a size is not written in.
var moreSizes = map[string]int64{"t": 1e12, "tera": 1e12, "ti": 1 << 40, "tebi": 1 << 40}

// byteWord ends the units of sizes.
var byteWord = regexp.MustCompile(`(?:b|bytes?)$`)

// RightSize returns how a size is written that has another word for its unit, or a fraction; or "".
func RightSize(text string) string {
	parts := numberAndUnit.FindStringSubmatch(text)
	if parts == nil || parts[2] == "" {
		return ""
	}
	word := byteWord.ReplaceAllString(strings.ToLower(parts[2]), "")
	ours, known := sizeWords[word]
	if known && !strings.Contains(parts[1], ".") {
		if right := parts[1] + ours; right != parts[1]+parts[2] && isSize(right) {
			return right
		}
		return ""
	}
	factor := moreSizes[word]
	if known {
		factor = sizeUnits[ours]
	}
	const most = 40 // digits that could be of a size
	number, ok := new(big.Rat).SetString(parts[1][:min(len(parts[1]), most)])
	if !ok || factor == 0 || len(parts[1]) > most {
		return ""
	}
	if n := number.Mul(number, new(big.Rat).SetInt64(factor)); n.IsInt() && n.Num().IsInt64() {
		return Size(n.Num().Int64())
	}
	return ""
}

func isSize(text string) bool {
	_, ok := ParseSize(text)
	return ok
}

// RightRate returns how a rate is written whose unit is another word, or "".
func RightRate(text string) string {
	count, unit, slashed := strings.Cut(strings.ReplaceAll(text, " per ", "/"), "/")
	ours := spanUnits[strings.ToLower(strings.TrimSpace(unit))]
	if _, err := strconv.ParseFloat(strings.TrimSpace(count), 64); err != nil || !slashed || !slices.Contains([]string{"s", "m", "h"}, ours) {
		return ""
	}
	return strings.TrimSpace(count) + "/" + ours
}
