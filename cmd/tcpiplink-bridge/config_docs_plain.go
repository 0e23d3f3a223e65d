package main

import (
	"regexp"
	"strings"

	"github.com/mitchellh/go-wordwrap"
)

// Widths of the reference on a terminal: the most that is pleasant to read, and the least that is worth wrapping for.
const (
	docsWidth      = 100
	docsLeastWidth = 40
	docsIndent     = "    "
)

// docsPlain writes Markdown for a terminal: the rows of tables, which are long, become paragraphs, and lines are wrapped.
type docsPlain struct {
	out       strings.Builder
	width     int
	paragraph []string // its lines so far
	header    []string // of the table that is being read
}

// docsOnTerminal makes Markdown readable on a terminal of this width.
func docsOnTerminal(markdown string, width int) string {
	p := &docsPlain{width: max(min(width, docsWidth), docsLeastWidth)}
	fenced := false
	for line := range strings.Lines(markdown) {
		line = strings.TrimSuffix(line, "\n")
		switch isFence := strings.HasPrefix(line, "```"); {
		case isFence:
			p.end()
			fenced = !fenced
		case fenced:
			p.out.WriteString(strings.TrimRight(docsIndent+line, " ") + "\n")
		default:
			p.line(line)
		}
	}
	p.end()
	return p.out.String()
}

// line takes a line that is not of an example.
func (p *docsPlain) line(line string) {
	switch {
	case strings.HasPrefix(line, "|"):
		p.finish()
		p.row(docsCells(line))
	case line == "":
		p.end()
		p.out.WriteByte('\n')
	default:
		p.header = nil
		if docsBegins.MatchString(line) {
			p.finish()
		}
		p.paragraph = append(p.paragraph, strings.TrimSpace(line))
		if strings.HasPrefix(line, "#") {
			p.finish()
		}
	}
}

// docsBegins fits a line that is no part of the paragraph before it: a heading, or an element of a list.
var docsBegins = regexp.MustCompile(`^(?:#|- |[0-9]+\. )`)

// finish writes the paragraph.
func (p *docsPlain) finish() {
	if len(p.paragraph) > 0 {
		p.wrap("", strings.Join(p.paragraph, " "))
		p.paragraph = nil
	}
}

// end ends paragraph and table.
func (p *docsPlain) end() {
	p.finish()
	p.header = nil
}

func (p *docsPlain) wrap(indent, text string) {
	text = wordwrap.WrapString(text, uint(p.width-len(indent)))
	p.out.WriteString(indent + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n")
}

// row writes a row: the first cell, and below it the others with the words of the header. One without a word is the text, and a
// default stands behind the first cell.
func (p *docsPlain) row(cells []string) {
	switch {
	case p.header == nil:
		p.header = cells
		if first := cells[0]; first != "" && first != "Attribute" {
			p.wrap("", first+":")
		}
		return
	case strings.HasPrefix(cells[0], "---"):
		return
	case len(cells) == 3 && p.header[1] == "Default":
		cells = []string{cells[0] + " (" + cells[1] + ")", cells[2]}
	}
	p.wrap("", cells[0])
	for i, cell := range cells[1:] {
		word := ""
		if j := max(len(p.header)-len(cells)+1+i, 0); p.header[j] != "" {
			word = p.header[j] + ": "
		}
		p.wrap(docsIndent, word+cell)
	}
}

// docsCells takes a row apart.
func docsCells(row string) []string {
	const bar = "\x00" // one that is text
	cells := strings.Split(strings.Trim(strings.ReplaceAll(row, `\|`, bar), "|"), "|")
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(strings.ReplaceAll(cell, bar, "|"))
	}
	return cells
}
