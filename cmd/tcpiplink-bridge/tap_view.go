package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// tapOutput prints events as lines.
type tapOutput struct {
	to       *bufio.Writer
	json     bool
	view     eventView
	terminal *os.File // nil: plain text
	theme    theme    // of the terminal
	// The columns become as wide as what was shown in them, up to a bound.
	ways, routes int
}

const (
	widestWay   = 40
	widestRoute = 20
)

func newTapOutput(w io.Writer, f *tapFlags) *tapOutput {
	t := &tapOutput{to: bufio.NewWriter(w), json: f.json, view: eventView{full: f.full}, ways: len("north -> south"), routes: 5}
	if !f.json {
		t.terminal, _ = terminalOf(w)
		t.theme = colours()
	}
	return t
}

// show prints an event, of which text is the document.
func (t *tapOutput) show(e *api.Event, text []byte) error {
	if t.json {
		line, err := marshalJSON(json.RawMessage(text))
		if err == nil {
			_, err = t.to.Write(line)
		}
		return err
	}
	pieces := t.pieces(e)
	if t.terminal == nil {
		_, err := fmt.Fprintln(t.to, strings.Join(pieces, pieceGap))
		return err
	}
	if err := t.to.Flush(); err != nil {
		return err
	}
	var err error
	for _, line := range folded(pieces, cmp.Or(columnsOf(t.terminal), statusColumns)) {
		switch e.Outcome {
		case api.OutcomeQueued:
		case api.OutcomeDropped:
			line = t.theme.down.Render(line)
		default:
			line = t.theme.held.Render(line)
		}
		_, fail := lipgloss.Fprintln(t.terminal, line) // takes the colours away where the terminal has none, or NO_COLOR is set
		err = errors.Join(err, fail)
	}
	return err
}

// pieceGap is between the pieces of a line.
const pieceGap = "  "

// folded puts pieces into as many lines as they take, so that a terminal need not break them in the midst. What does not fit into the first
// one loses the blanks that made it stand below others.
func folded(pieces []string, width int) []string {
	line := strings.Join(pieces, pieceGap)
	if utf8.RuneCountInString(line) <= width {
		return []string{line}
	}
	var lines []string
	line = ""
	for _, piece := range pieces {
		piece = strings.TrimSpace(piece)
		switch {
		case line == "":
			line = piece
		case utf8.RuneCountInString(line+pieceGap+piece) <= width:
			line += pieceGap + piece
		default:
			lines = append(lines, line)
			line = strings.Repeat(" ", foldIndent) + piece
		}
	}
	return append(lines, line)
}

// foldIndent is before those lines of an event that are not its first.
const foldIndent = 4

func (t *tapOutput) flush() error { return t.to.Flush() }

// pieces returns an event for a person: when, from where to where, the route, class and type, GUID, data, what they say if it is a
// measurement, and why it goes no further. Each can be printed.
func (t *tapOutput) pieces(e *api.Event) []string {
	way := printable(e.From + " -> " + e.To)
	if e.From == "" {
		way = printable("-> " + e.To)
	}
	route := printable(e.Route)
	t.ways = min(max(t.ways, utf8.RuneCountInString(way)), widestWay)
	t.routes = min(max(t.routes, utf8.RuneCountInString(route)), widestRoute)
	pieces := []string{e.At.UTC().Format(eventTime), pad(way, t.ways), pad(route, t.routes)}
	pieces = append(pieces, strings.Split(printable(t.view.text(eventIn(e))), pieceGap)...)
	if e.Held != "" {
		pieces = append(pieces, printable("! "+heldText(e)))
	}
	return pieces
}

// eventIn returns the event of a document.
func eventIn(d *api.Event) *vscp.Event {
	e := &vscp.Event{Head: vscp.Head(d.Head), Class: vscp.Class(d.Class), Type: d.Type, Data: make([]byte, len(d.Data))}
	e.GUID, _ = vscp.ParseGUID(d.GUID) // zero if it is none
	for i, b := range d.Data {
		e.Data[i] = byte(b)
	}
	return e
}

// heldText says why an event goes no further.
func heldText(e *api.Event) string {
	text := e.Outcome + ": " + e.Held
	if words := reasonWords()[e.Held]; words != "" {
		text += ", " + words
	}
	if e.Reply != "" {
		text += fmt.Sprintf(" (%.200s)", e.Reply)
	}
	return text
}
