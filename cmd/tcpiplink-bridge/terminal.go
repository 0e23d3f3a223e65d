package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminalOf returns the terminal that what is read from or written to is, if it is one.
func terminalOf(stream any) (*os.File, bool) {
	if f, ok := stream.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f, true
	}
	return nil, false
}

func isTerminal(w io.Writer) bool {
	_, is := terminalOf(w)
	return is
}

// columnsOf is how wide a terminal is just now; 0 if it does not tell.
func columnsOf(terminal *os.File) int {
	width, _, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// liveScreen returns the terminal that a live view can be shown on: one that can move its cursor, with a keyboard.
func liveScreen(out io.Writer) (*os.File, bool) {
	if kind := os.Getenv("TERM"); kind == "dumb" || kind == "" {
		return nil, false
	}
	screen, ok := terminalOf(out)
	return screen, ok && isTerminal(os.Stdin)
}
