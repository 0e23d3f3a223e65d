package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
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

// emptyHint is for values out of tables, which have a text in every cell.
const emptyHint = ` Where there is none, write null, which leaves the attribute out, as in x != "" ? x : null.`

func (it item) isEmpty() bool {
	return !it.sensitive && it.val.Type() == cty.String && it.val.AsString() == ""
}

// spanHint says how a duration is written that was written in words.
func (it item) spanHint() string {
	if it.isEmpty() {
		return emptyHint
	}
	parts := it.parts()
	if parts == nil {
		return ""
	}
	number, unit := parts[1], strings.ToLower(parts[2])
	if ours, ok := spanUnits[unit]; ok {
		return didYouMeanText(number + ours)
	}
	days, ok := spanDays[unit]
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n > 100_000 { // longer than a duration can be
		return ""
	}
	return didYouMeanText(strconv.Itoa(n*days*24) + "h")
}

// sizeHint says how a size is written whose unit has other capitals.
func (it item) sizeHint() string {
	parts := it.parts()
	if parts == nil || strings.Contains(parts[1], ".") {
		return ""
	}
	typed := parts[1] + parts[2]
	unit := strings.TrimSuffix(strings.ToLower(parts[2]), "b")
	for _, prefix := range []string{"K", "M", "G"} {
		for _, ending := range []string{"", "i"} {
			if right := parts[1] + prefix + ending + "B"; unit == strings.ToLower(prefix+ending) && right != typed {
				return didYouMeanText(right)
			}
		}
	}
	return ""
}

// parts takes a text that may be quoted apart, or returns nil.
func (it item) parts() []string {
	if it.sensitive || it.val.Type() != cty.String {
		return nil
	}
	return numberAndUnit.FindStringSubmatch(it.val.AsString())
}

func didYouMeanText(text string) string { return fmt.Sprintf(" Did you mean %q?", text) }

// patternHint says how a GUID pattern is written that has other separators, or lacks its end.
func (it item) patternHint(text string) string {
	if it.sensitive {
		return ""
	}
	colons := strings.ReplaceAll(text, "-", ":")
	for _, right := range []string{colons, colons + ":*", strings.TrimSuffix(colons, ":") + ":*", strings.TrimSuffix(colons, "*") + ":*"} {
		if _, err := vscp.ParseGUIDPattern(right); err == nil {
			return didYouMeanText(right)
		}
	}
	return ""
}
