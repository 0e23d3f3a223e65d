package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// topTables is what top shows: the remotes, the directions, and what it takes to move in them.
type topTables struct {
	status  *api.Status // the newest
	failing error       // why there is no newer one; nil: it is new
	failed  time.Time   // since when
	now     time.Time
	samples []topSample // oldest first
	panels  [2]topPanel
	focus   int // the panel that keys move in
}

// topPanel is a table, of which a part is seen.
type topPanel struct {
	what    string // of its rows
	columns []topColumn
	rows    []topRow
	sort    int // a column, or asConfigured
	reverse bool
	hidden  []bool // of the columns, those that there was no room for
	offset  int
	visible int // rows that were drawn last
}

// asConfigured is the order of the configuration.
const asConfigured = -1

func newTopTables() *topTables {
	remotes := []topColumn{
		{"REMOTE", byName, 16},
		{"STATE", byState, 15},
		{"QUEUED", valueQueued, 7},
		{"OLDEST", valueOldest, 7},
		{"RECV/S", valueReceived, 8},
		{"SENT/S", valueForwarded, 8},
		{"DROP/S", valueDropped, 7},
	}
	ways := []topColumn{
		{"ROUTE", byName, 29},
		{"QUEUED", valueQueued, 7},
		{"OLDEST", valueOldest, 7},
		{"RECV/S", valueReceived, 8},
		{"FORW/S", valueForwarded, 8},
		{"HELD/S", valueHeld, 8},
		{"DROP/S", valueDropped, 7},
	}
	return &topTables{panels: [2]topPanel{
		{what: "remotes", columns: remotes, sort: 1}, {what: "directions", columns: ways, sort: asConfigured},
	}}
}

// take notes what the bridge said. While it says nothing, what it said last stays.
func (t *topTables) take(a topAnswer) {
	t.now = a.at
	if a.err != nil {
		if t.failing == nil {
			t.failed = a.at
		}
		t.failing = a.err
		return
	}
	t.status, t.failing = a.status, nil
	t.panels[0].rows, t.panels[1].rows = t.rowsOf(a.status)
}

// key does what a key means, if it means something.
func (t *topTables) key(key string) {
	p := &t.panels[t.focus]
	switch key {
	case "tab", "shift+tab":
		t.focus = 1 - t.focus
	case "up", "k":
		p.offset--
	case "down", "j":
		p.offset++
	case "pgup":
		p.offset -= max(1, p.visible)
	case "pgdown":
		p.offset += max(1, p.visible)
	case "home", "g":
		p.offset = 0
	case "end", "G":
		p.offset = len(p.rows)
	case "s":
		if p.sort++; p.sort == len(p.columns) {
			p.sort = asConfigured
		}
	case "S":
		if p.sort--; p.sort < asConfigured {
			p.sort = len(p.columns) - 1
		}
	case "r":
		p.reverse = !p.reverse
	}
	p.clamp()
}

func (p *topPanel) clamp() { p.offset = max(0, min(p.offset, len(p.rows)-p.visible)) }

// render draws the whole screen: height lines of at most width characters.
func (t *topTables) render(width, height int, look theme) string {
	c := &canvas{width: max(width, 1)}
	height = max(height, 1)
	t.title(c, look)
	t.news(c, look)
	const fixed = 6 // title, news, keys, two heads, a blank line
	t.divide(max(0, height-fixed))
	for i := range t.panels {
		if i > 0 {
			c.add()
		}
		t.panels[i].draw(c, look)
	}
	if len(c.lines) > height-1 {
		c.lines = c.lines[:height-1]
	}
	for len(c.lines) < height-1 {
		c.add()
	}
	p := &t.panels[t.focus]
	c.add(plain("%s %d-%d of %d  ", p.what, min(p.offset+1, p.offset+p.visible), p.offset+p.visible, len(p.rows)),
		span{"q", look.key}, plain(" quits  "), span{"Tab", look.key}, plain(" other table  "), span{"arrows", look.key}, plain(" move  "),
		span{"s", look.key}, plain(" sorts  "), span{"r", look.key}, plain(" turns"))
	return strings.Join(c.lines, "\n")
}

// divide shares out the lines: what one table does not need the other may have.
func (t *topTables) divide(lines int) {
	a, b := &t.panels[0], &t.panels[1]
	a.visible = min(len(a.rows), max(lines/2, lines-len(b.rows)))
	b.visible = min(len(b.rows), lines-a.visible)
	a.clamp()
	b.clamp()
}

// title sums up, or says that nobody answers. What there is no room for is left out as a whole, what matters least first.
func (t *topTables) title(c *canvas, look theme) {
	up := 0
	for i := range t.panels[0].rows {
		if t.panels[0].rows[i].state == "up" {
			up++
		}
	}
	name := printable(t.status.Daemon.Name)
	spans := []span{{cell(name, min(utf8.RuneCountInString(name), longestName)), look.title}, plain(": "), upText(t.status, up, look)}
	if t.failing != nil {
		text := fmt.Sprintf("  no answer for %s: %s", ageText(t.now.Sub(t.failed).Seconds()+1), printable(t.failing.Error()))
		c.add(append(spans, span{text, look.down})...)
		return
	}
	var sum [topValues]float64
	for i := range t.panels[1].rows {
		for j, v := range t.panels[1].rows[i].values {
			sum[j] += v
		}
	}
	used := 0
	for i := range spans {
		used += utf8.RuneCountInString(spans[i].text)
	}
	for _, part := range []string{
		fmt.Sprintf("; %s/s forwarded", rateText(sum[valueForwarded])), fmt.Sprintf(", %s/s dropped", rateText(sum[valueDropped])),
		fmt.Sprintf(", %s queued", short(uint64(sum[valueQueued]), 6)), "; running for " + ageText(t.status.Daemon.UptimeSeconds),
	} {
		if used += len(part); used > c.width {
			break
		}
		spans = append(spans, plain("%s", part))
	}
	c.add(spans...)
}

// longestName is how much of the name of a bridge the title has room for.
const longestName = 24

// news is the line below the title: mostly empty.
func (t *topTables) news(c *canvas, look theme) {
	last := t.status.Config.Last
	if last == nil || last.OK {
		c.add()
		return
	}
	v := statusView{status: t.status}
	c.add(span{"reload failed", look.down}, plain(" %s ago: %s", v.age(last.At), last.Error))
}
