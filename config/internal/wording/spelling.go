package wording

import (
	"regexp"
	"strconv"
	"strings"
)

// numberAndUnit is a number and what was taken for a unit.
var numberAndUnit = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*$`)

// spanUnits are other words for the units of durations; days and weeks have none of their own.
var spanUnits = map[string]string{
	"ms": "ms", "msec": "ms", "msecs": "ms", "millisecond": "ms", "milliseconds": "ms",
	"": "s", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
	"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
	"h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
}

var spanDays = map[string]int{"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}

// RightSpan returns how a duration is written that was written in words, or "".
func RightSpan(text string) string {
	parts := numberAndUnit.FindStringSubmatch(text)
	if parts == nil {
		return ""
	}
	number, unit := parts[1], strings.ToLower(parts[2])
	if ours, ok := spanUnits[unit]; ok {
		return number + ours
	}
	days, ok := spanDays[unit]
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n > 100_000 { // longer than a duration can be
		return ""
	}
	return strconv.Itoa(n*days*24) + "h"
}

// RightSize returns how a size is written whose unit has other capitals, or "".
func RightSize(text string) string {
	parts := numberAndUnit.FindStringSubmatch(text)
	if parts == nil || strings.Contains(parts[1], ".") {
		return ""
	}
	typed := parts[1] + parts[2]
	unit := strings.TrimSuffix(strings.ToLower(parts[2]), "b")
	for _, prefix := range []string{"K", "M", "G"} {
		for _, ending := range []string{"", "i"} {
			if right := parts[1] + prefix + ending + "B"; unit == strings.ToLower(prefix+ending) && right != typed {
				return right
			}
		}
	}
	return ""
}

// RightRate returns how a rate is written whose unit is another word, or "".
func RightRate(text string) string {
	count, unit, slashed := strings.Cut(text, "/")
	ours := spanUnits[strings.ToLower(strings.TrimSpace(unit))]
	if _, err := strconv.ParseFloat(strings.TrimSpace(count), 64); err != nil || !slashed || ours == "" || ours == "ms" {
		return ""
	}
	return strings.TrimSpace(count) + "/" + ours
}
