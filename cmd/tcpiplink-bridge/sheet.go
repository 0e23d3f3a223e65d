package main

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
)

// sheet is text for a person, line by line. What peers and files had a part in loses in it what a terminal would act upon.
type sheet struct {
	theme theme // zero: plain text
	width int   // columns; 0: statusColumns
	out   strings.Builder
}

// The columns of a terminal that are made use of: on fewer, lines break, and longer ones are hard to read.
const (
	leastColumns = 40
	mostColumns  = 132
)

func (s *sheet) columns() int {
	if s.width == 0 {
		return statusColumns
	}
	return min(max(s.width, leastColumns), mostColumns)
}

// print writes what draw draws, in colours on a terminal.
func (s *sheet) print(w io.Writer, draw func()) error {
	if terminal, ok := terminalOf(w); ok {
		s.theme, s.width = colours(), columnsOf(terminal)
		draw()
		_, err := lipgloss.Fprint(w, s.out.String()) // takes the colours away where the terminal has none, or NO_COLOR is set
		return err
	}
	draw()
	_, err := io.WriteString(w, s.out.String())
	return err
}

// line adds a line.
func (s *sheet) line(spans ...span) {
	for i, sp := range spans {
		text := printable(sp.text)
		if i == len(spans)-1 {
			text = strings.TrimRight(text, " ")
		}
		s.out.WriteString(sp.style.Render(text))
	}
	s.out.WriteByte('\n')
}

// note adds a text in as many lines as it needs, below what it belongs to.
func (s *sheet) note(indent int, format string, args ...any) {
	for _, line := range wrap(printable(fmt.Sprintf(format, args...)), s.columns()-indent) {
		s.line(plain("%*s%s", indent, "", line))
	}
}
