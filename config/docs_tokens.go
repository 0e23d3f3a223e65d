package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// docsTokens has a table of the classes, with their types, and one of the types of measurements, with their units.
func docsTokens() string {
	const measurement = vscp.Class(10) // CLASS1.MEASUREMENT
	measured := measurement.Types()
	var b strings.Builder
	b.WriteString("| Class | Number | Types |\n|---|---|---|\n")
	for _, c := range vscp.Classes() {
		types := c.Types()
		switch {
		case c >= 512 && c < 1024: // mirrors
			continue
		case c == measurement:
			fmt.Fprintf(&b, "| `%s` | %d | see below |\n", c, c)
		case slices.Equal(types, measured):
			fmt.Fprintf(&b, "| `%s` | %d | those of `%s` |\n", c, c, measurement)
		default:
			words := make([]string, len(types))
			for i, t := range types {
				words[i] = fmt.Sprintf("%d `%s`", t, c.TypeToken(t))
			}
			fmt.Fprintf(&b, "| `%s` | %d | %s |\n", c, c, cmp.Or(strings.Join(words, ", "), "by number"))
		}
	}
	b.WriteString("\n| Type of measurement | Number | Units |\n|---|---|---|\n")
	for _, t := range measured {
		symbols := unitSymbols(measurement, t)
		words := make([]string, len(symbols))
		for i, symbol := range symbols {
			words[i] = fmt.Sprintf("%d `%s`", i, symbol)
			if symbol == "" {
				words[i] = fmt.Sprintf("%d, a bare number", i)
			}
		}
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", measurement.TypeToken(t), t, cmp.Or(strings.Join(words, ", "), "by number"))
	}
	return b.String()
}
