package main

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
)

// theme is how the parts of the view look. The zero theme is plain text.
type theme struct {
	title, head, up, connecting, down, held, key lipgloss.Style
}

// colours returns the theme of a terminal, in its own palette. Every colour stands beside a word that says the same.
func colours() theme {
	colour := func(c string) lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.Color(c)) }
	return theme{
		title:      lipgloss.NewStyle().Bold(true),
		head:       lipgloss.NewStyle().Bold(true).Underline(true),
		up:         colour("2"),
		connecting: colour("3"),
		down:       colour("1").Bold(true),
		held:       lipgloss.NewStyle().Faint(true),
		key:        lipgloss.NewStyle().Reverse(true),
	}
}

// span is a piece of a line in one look.
type span struct {
	text  string
	style lipgloss.Style
}

func plain(format string, args ...any) span { return span{text: fmt.Sprintf(format, args...)} }

// canvas collects lines of at most a width.
type canvas struct {
	width int
	lines []string
}

// add adds a line, cut to the width. What others wrote into it, such as error texts, loses its control characters.
func (c *canvas) add(spans ...span) {
	var line strings.Builder
	room := c.width
	for _, s := range spans {
		text := clean(s.text, room)
		room -= len([]rune(text))
		line.WriteString(s.style.Render(text))
	}
	c.lines = append(c.lines, line.String())
}

// clean cuts text to n characters and takes out what is not plain ASCII, which would need more or less room than its length.
func clean(text string, n int) string {
	var b strings.Builder
	for _, r := range text {
		if b.Len() == n {
			break
		}
		if r < ' ' || r > '~' {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// short writes n in at most width characters, in thousands, millions and so on if it must.
func short(n uint64, width int) string {
	text := strconv.FormatUint(n, 10)
	for _, unit := range []string{"k", "M", "G", "T", "P"} {
		if len(text) <= width {
			break
		}
		n /= 1000
		text = strconv.FormatUint(n, 10) + unit
	}
	return text
}
