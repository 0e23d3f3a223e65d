package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

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
	c.add()
	const fixed = 6 // title, keys, two heads, two blank lines
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
	c.add(span{"q", look.key}, plain(" quits  "), span{"Tab", look.key}, plain(" other table  "), span{"arrows", look.key}, plain(" move  "),
		span{"s", look.key}, plain(" sorts  "), span{"r", look.key}, plain(" turns  %s %d-%d of %d", p.what, min(p.offset+1, p.offset+p.visible),
			p.offset+p.visible, len(p.rows)))
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

// title sums up, or says that nobody answers.
func (t *topTables) title(c *canvas, look theme) {
	up := 0
	for i := range t.panels[0].rows {
		if t.panels[0].rows[i].state == "up" {
			up++
		}
	}
	total, style := len(t.panels[0].rows), look.up
	if up < total {
		style = look.down
	}
	spans := []span{{t.status.Daemon.Name, look.title}, plain(": "), {fmt.Sprintf("%d of %s up", up, count(total, "remote")), style}}
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
	c.add(append(spans, plain("; %s/s forwarded, %s/s dropped, %s queued; running for %s", rateText(sum[valueForwarded]),
		rateText(sum[valueDropped]), short(uint64(sum[valueQueued]), 6), ageText(t.status.Daemon.UptimeSeconds)))...)
}

// draw adds the head and the rows that are seen.
func (p *topPanel) draw(c *canvas, look theme) {
	wide := p.columns[0].width + min(max(0, c.width-wideColumns)/2, 24)
	var head []span
	for i := range p.columns {
		style, name := look.head, p.columns[i].name
		if i == p.sort {
			style = look.key
			if p.reverse {
				name += "^"
			}
		}
		text := fmt.Sprintf("%*s", p.columns[i].width, name)
		if p.columns[i].value < 0 {
			text = pad(name, p.width(i, wide))
		}
		if i > 0 {
			head = append(head, span{" ", look.head})
		}
		head = append(head, span{text, style})
	}
	c.add(head...)
	rows := p.sorted()
	for i := p.offset; i < p.offset+p.visible; i++ {
		p.row(c, look, &rows[i], wide)
	}
}

// width is that of a column; the first one takes what room there is.
func (p *topPanel) width(i, wide int) int {
	if i == 0 {
		return wide
	}
	return p.columns[i].width
}

func (p *topPanel) row(c *canvas, look theme, r *topRow, wide int) {
	var line []span
	for i := range p.columns {
		width := p.width(i, wide)
		s := span{}
		switch col := p.columns[i]; {
		case r.state == "down" && col.value == valueReceived: // the reason needs the room
			c.add(append(line, plain("%s", p.reason(r, c.width, wide)))...)
			return
		case col.value == byName:
			s.text = cell(r.name, width)
		case col.value == byState:
			s = span{cell(strings.TrimSpace(r.state+" "+r.age), width), look.remote(r.state)}
		default:
			s = span{fmt.Sprintf("%*s", width, valueText(col.value, r)), valueStyle(look, col.value, r)}
		}
		line = append(line, s, plain(" "))
	}
	used := 0
	for i := range line {
		used += utf8.RuneCountInString(line[i].text)
	}
	if c.width-used < leastDetail || r.detail == "" {
		c.add(line[:len(line)-1]...)
		return
	}
	c.add(append(line, plain("%s", r.detail))...)
}

// leastDetail is less room than a detail is worth.
const leastDetail = 10

// reason is why a remote is down, in short if there is no room for more.
func (p *topPanel) reason(r *topRow, width, wide int) string {
	used := wide + 1
	for i := 1; p.columns[i].value != valueReceived; i++ {
		used += p.columns[i].width + 1
	}
	if utf8.RuneCountInString(r.detail) > width-used {
		return r.brief
	}
	return r.detail
}

func valueText(value int, r *topRow) string {
	switch v := r.values[value]; {
	case value == valueOldest && r.values[valueQueued] == 0:
		return "-"
	case value == valueOldest:
		return ageText(v)
	case value == valueQueued:
		return short(uint64(v), 7)
	default:
		return rateText(v)
	}
}

func valueStyle(look theme, value int, r *topRow) lipgloss.Style {
	switch {
	case value == valueDropped && r.values[value] > 0:
		return look.down
	case r.values[value] == 0 && value != valueQueued:
		return look.held
	default:
		return lipgloss.Style{}
	}
}

// rateText writes a number of events per second in at most six characters.
func rateText(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 999.95:
		return fmt.Sprintf("%.1f", v)
	default:
		return short(uint64(v), 6)
	}
}
