package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"golang.org/x/term"
)

// sheet is text for a person, line by line. What peers and files had a part in loses in it what a terminal would act upon.
type sheet struct {
	theme theme // zero: plain text
	out   strings.Builder
}

// print writes what draw draws, in colours on a terminal.
func (s *sheet) print(w io.Writer, draw func()) error {
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		s.theme = colours()
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
	for _, line := range wrap(printable(fmt.Sprintf(format, args...)), statusColumns-indent) {
		s.line(plain("%*s%s", indent, "", line))
	}
}
