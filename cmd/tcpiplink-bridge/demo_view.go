package main

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
)

// layout says what fits.
type layout struct {
	narrow bool // short column names, no addresses
	airy   bool // blank lines between the parts
	events int
}

const (
	wideColumns = 80
	airyLines   = 20
)

func layoutFor(s *snapshot, width, height int) layout {
	l := layout{narrow: width < wideColumns, airy: height >= airyLines}
	used := 1 + 1 + len(s.remotes) + 1 + len(s.ways) + 1 + len(s.warnings) + 1 // title, two tables, events' head, warnings, keys
	if l.airy {
		used += 3
	}
	l.events = max(0, height-used)
	return l
}

// render draws the whole screen: height lines of at most width characters.
func render(s *snapshot, width, height int, t theme) string {
	c := &canvas{width: max(width, 1)}
	l := layoutFor(s, width, height)
	blank := func() {
		if l.airy {
			c.add()
		}
	}
	c.title(s, t)
	blank()
	c.remotes(s, l, t)
	blank()
	c.ways(s, l, t)
	blank()
	c.events(s, l, t)
	// Whatever has no room at the bottom goes, but for the keys.
	height = max(height, 1)
	rest := height - 1 - len(s.warnings)
	if len(c.lines) > max(rest, 1) {
		c.lines = c.lines[:max(rest, 1)]
	}
	for len(c.lines) < rest {
		c.add()
	}
	for _, w := range s.warnings {
		c.add(span{w, t.connecting})
	}
	c.lines = c.lines[:min(len(c.lines), height-1)]
	c.add(span{"q", t.key}, plain(" quits and shows the summary"))
	return strings.Join(c.lines, "\n")
}

func (c *canvas) title(s *snapshot, t theme) {
	clock := clockText(s.elapsed)
	if s.length > 0 {
		clock += " of " + clockText(s.length)
	}
	title := "tcpiplink-bridge demo: two sites and a boiler"
	gap := max(1, c.width-len(title)-len(clock))
	c.add(span{title, t.title}, plain("%s%s", strings.Repeat(" ", gap), clock))
}

func clockText(d time.Duration) string {
	seconds := int(d.Seconds())
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

func (c *canvas) remotes(s *snapshot, l layout, t theme) {
	head := fmt.Sprintf("%-7s %-10s %-20s %9s %9s", "REMOTE", "LINK", "", "EMITTED", "RECEIVED")
	address := func(string) span { return span{} }
	if !l.narrow {
		head += "  ADDRESS"
		address = func(a string) span { return plain("  %s", a) }
	}
	c.add(span{head, t.head})
	for _, r := range s.remotes {
		if r.state == linkDown { // the reason needs the room
			c.add(plain("%-7s ", r.name), span{fmt.Sprintf("%-10s ", r.state), t.down}, plain("%s", r.detail))
			continue
		}
		style := t.up
		if r.state == linkConnecting {
			style = t.connecting
		}
		c.add(plain("%-7s ", r.name), span{fmt.Sprintf("%-10s ", r.state), style},
			plain("%-20.20s %9d %9d", r.detail, r.emitted, r.received), address(r.address))
	}
}

// columns are the widths of the numbers of a direction, and their names.
type columns struct {
	widths [7]int
	names  [7]string
}

func (c *canvas) ways(s *snapshot, l layout, t theme) {
	cols := columns{
		[7]int{9, 9, 8, 10, 7, 7, 7},
		[7]string{"RECEIVED", "FORWARDED", "FILTERED", "SUPPRESSED", "DROPPED", "QUEUED", "PER S"},
	}
	if l.narrow {
		cols = columns{
			[7]int{6, 6, 6, 6, 5, 5, 4},
			[7]string{"RECV", "FORW", "FILT", "SUPPR", "DROP", "QUEUE", "/S"},
		}
	}
	line := fmt.Sprintf("%-15s", "ROUTE")
	for i, name := range cols.names {
		line += fmt.Sprintf(" %*s", cols.widths[i], name)
	}
	c.add(span{line, t.head})
	for _, w := range s.ways {
		line = fmt.Sprintf("%-15s", w.name)
		for i, n := range []uint64{w.received, w.forwarded, w.filtered, w.suppressed, w.dropped, w.queued} {
			line += fmt.Sprintf(" %*s", cols.widths[i], short(n, cols.widths[i]))
		}
		c.add(plain("%s %*.*f", line, cols.widths[6], cols.widths[6]/6, w.rate))
	}
}

func (c *canvas) events(s *snapshot, l layout, t theme) {
	c.add(span{"EVENTS", t.head}, plain(" newest last; what a site shows the bridge of its own sending is left out"))
	stamp := "15:04:05"
	switch {
	case l.narrow:
		stamp = "04:05"
	case c.width >= wideColumns+20:
		stamp = "15:04:05.000"
	}
	for _, e := range s.events[max(0, len(s.events)-l.events):] {
		style := lipgloss.Style{}
		if e.held != "" {
			style = t.held
		}
		c.add(span{fmt.Sprintf("%s %-15s %s", e.at.Format(stamp), e.from+" -> "+e.to, e.text()), style})
	}
}

// text names the event, and shows its data or why it is held.
func (e *sighting) text() string {
	name := e.class.String() + " " + e.class.TypeToken(e.typ)
	if e.held != "" {
		return fmt.Sprintf("%-30s held: %s", name, e.held)
	}
	data := fmt.Sprintf("% X", e.data[:min(e.dataLen, shownData)])
	if e.dataLen > shownData {
		data += " .."
	}
	return fmt.Sprintf("%-30s %s", name, data)
}
