package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// The measures of the screen.
const (
	statusColumns  = 80
	statusMost     = 10 // remotes with trouble, remotes without, and directions that are listed without --all
	statusDetailed = 5  // remotes with trouble whose trouble has more than one line without --all
	statusIndent   = 4
)

// statusView draws a status, for a person.
type statusView struct {
	sheet
	status       *api.Status
	all, verbose bool
	zone         *time.Location // of the clock times; nil: that of this machine
	ways         wayLayout      // of the routes
}

func (v *statusView) draw() {
	v.title()
	v.line()
	v.remotes()
	v.line()
	v.routes()
}

func (v *statusView) title() {
	up := 0
	for i := range v.status.Remotes {
		if v.status.Remotes[i].Up {
			up++
		}
	}
	d := &v.status.Daemon
	v.line(span{d.Name, v.theme.title}, plain(": "), upText(v.status, up, v.theme), plain(", running for %s", ageText(d.UptimeSeconds)))
	if v.verbose {
		v.line(plain("version %s, started %s", d.Version, v.clock(d.Started, time.DateTime)))
		if c := &v.status.Config; c.Path != "" { // an earlier release does not tell
			v.note(0, "configuration %s, loaded %s", c.Path, v.clock(c.Loaded, time.DateTime))
		}
	}
	if last := v.status.Config.Last; last != nil && !last.OK {
		v.line(span{"reload failed", v.theme.down}, plain(" %s ago (%s), the configuration before it is in use:", v.age(last.At), last.By))
		v.note(statusIndent, "%s", last.Error)
	}
}

// upText says how many remotes are up, and how many are not because somebody meant it.
func upText(s *api.Status, up int, look theme) span {
	total, paused := len(s.Remotes), 0
	for i := range s.Remotes {
		if !s.Remotes[i].Paused.IsZero() {
			paused++
		}
	}
	text := span{fmt.Sprintf("%d of %s up", up, count(total, "remote")), look.up}
	if paused > 0 {
		text.text += fmt.Sprintf(", %d paused", paused)
		text.style = look.connecting
	}
	if up+paused < total {
		text.style = look.down
	}
	return text
}

func (v *statusView) clock(t time.Time, layout string) string {
	zone := v.zone
	if zone == nil {
		zone = time.Local
	}
	return t.In(zone).Format(layout)
}

// age is how long ago a time was, for the daemon.
func (v *statusView) age(t time.Time) string { return ageText(v.status.At.Sub(t).Seconds()) }

// until is how long it is from then to a time.
func (v *statusView) until(t time.Time) string { return ageText(t.Sub(v.status.At).Seconds()) }

// ageText writes a number of seconds in its two largest units.
func ageText(seconds float64) string {
	s := max(0, int64(seconds))
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 60*60:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	case s < 24*60*60:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	default:
		return fmt.Sprintf("%dd%02dh", s/86400, s/3600%24)
	}
}

// tally lists counts, the largest first: "12 dial, 1 closed". Those of 0 are left out.
func tally(counts map[string]uint64) string {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, key := range keys {
		if counts[key] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[key], key))
		}
	}
	return strings.Join(parts, ", ")
}

// number is count for counters.
func number(n uint64, what string) string { return count(int(min(n, math.MaxInt)), what) }

// cell makes text as long as a column is wide.
func cell(text string, width int) string {
	text = printable(text)
	if utf8.RuneCountInString(text) > width {
		text = string([]rune(text)[:max(0, width-2)]) + ".."
	}
	return pad(text, width)
}
