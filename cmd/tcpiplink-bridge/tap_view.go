package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// tapOutput prints events as lines.
type tapOutput struct {
	to    *bufio.Writer
	raw   io.Writer
	json  bool
	view  eventView
	theme *theme // nil: plain text
	// The columns become as wide as what was shown in them, up to a bound.
	ways, routes int
}

const (
	widestWay   = 40
	widestRoute = 20
)

func newTapOutput(w io.Writer, f *tapFlags) *tapOutput {
	t := &tapOutput{to: bufio.NewWriter(w), raw: w, json: f.json, view: eventView{full: f.full}, ways: len("north -> south"), routes: 5}
	if !f.json && isTerminal(w) {
		colour := colours()
		t.theme = &colour
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
	line := printable(t.line(e))
	if t.theme == nil {
		_, err := fmt.Fprintln(t.to, line)
		return err
	}
	switch e.Outcome {
	case api.OutcomeQueued:
	case api.OutcomeDropped:
		line = t.theme.down.Render(line)
	default:
		line = t.theme.held.Render(line)
	}
	if err := t.to.Flush(); err != nil {
		return err
	}
	_, err := lipgloss.Fprintln(t.raw, line) // takes the colours away where the terminal has none, or NO_COLOR is set
	return err
}

func (t *tapOutput) flush() error { return t.to.Flush() }

// line returns an event for a person: when, from where to where, the route, class and type, GUID, data, what they say if it is a
// measurement, and why it goes no further.
func (t *tapOutput) line(e *api.Event) string {
	way := printable(e.From + " -> " + e.To)
	if e.From == "" {
		way = printable("-> " + e.To)
	}
	route := printable(e.Route)
	t.ways = min(max(t.ways, utf8.RuneCountInString(way)), widestWay)
	t.routes = min(max(t.routes, utf8.RuneCountInString(route)), widestRoute)
	line := fmt.Sprintf("%s  %s  %s  %s", e.At.UTC().Format(eventTime), pad(way, t.ways), pad(route, t.routes), t.view.text(eventIn(e)))
	if e.Held != "" {
		line += "  ! " + heldText(e)
	}
	return line
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
