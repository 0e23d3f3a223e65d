package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
)

// draw adds the head and the rows that are seen.
func (p *topPanel) draw(c *canvas, look theme) {
	wide := p.columns[0].width + min(max(0, c.width-wideColumns)/2, 24)
	p.fit(c.width)
	var head []span
	for i := range p.columns {
		if p.hidden[i] {
			continue
		}
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

// fit hides the columns that there is no room for, those first that matter least.
func (p *topPanel) fit(width int) {
	p.hidden = make([]bool, len(p.columns))
	used := -1
	for i := range p.columns {
		used += p.columns[i].width + 1
	}
	for _, value := range []int{valueHeld, valueOldest, valueForwarded, valueReceived, valueDropped} {
		for i := range p.columns {
			if p.columns[i].value == value && used > width {
				p.hidden[i] = true
				used -= p.columns[i].width + 1
			}
		}
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
		if p.hidden[i] {
			continue
		}
		switch col := p.columns[i]; {
		case r.state == "down" && i == p.reasonFrom(): // the reason needs the room
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

// reasonFrom is the column in whose place the reason begins why a remote is down.
func (p *topPanel) reasonFrom() int {
	for i := range p.columns {
		if value := p.columns[i].value; value >= 0 && value < valueQueued && !p.hidden[i] {
			return i
		}
	}
	return len(p.columns)
}

// reason is why a remote is down, in short if there is no room for more.
func (p *topPanel) reason(r *topRow, width, wide int) string {
	used := wide + 1
	for i := 1; i < p.reasonFrom(); i++ {
		if !p.hidden[i] {
			used += p.columns[i].width + 1
		}
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
