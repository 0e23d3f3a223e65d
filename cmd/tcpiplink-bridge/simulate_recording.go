package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// played is an event of a recording.
type played struct {
	row vscp.Row
	at  time.Time // when it was seen; zero: not known
	id  uint64    // the same for all ways of an event; 0: not known
	new bool      // it begins another round
}

// recordFields are what is read of a line of JSON: of 'tap --json', of 'remote NAME watch --json', or of 'queue export'.
type recordFields struct {
	ID       uint64          `json:"id"`
	Seen     time.Time       `json:"seen_at"`
	Received time.Time       `json:"received"`
	Time     time.Time       `json:"time"`
	Line     string          `json:"line"`
	Event    json.RawMessage `json:"event"`
	Class    *uint16         `json:"class"`
	Alive    json.RawMessage `json:"alive_at"`
	Quiet    json.RawMessage `json:"keep_alives"`
}

// errNotPlayed is returned for a line that is no mistake and has no event.
var errNotPlayed = errors.New("is no event")

// parsePlayed reads a line of a recording: JSON, or an event as it is sent. It keeps nothing of the line.
func parsePlayed(line []byte) (played, error) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] == '#' {
		return played{}, errNotPlayed
	}
	var p played
	if line[0] != '{' {
		err := p.row.Parse(bytes.Clone(line))
		p.at = p.row.Time.AsTime()
		return p, err
	}
	var f recordFields
	if err := json.Unmarshal(line, &f); err != nil {
		return played{}, err
	}
	p.id, p.at = f.ID, f.Time
	for _, at := range []time.Time{f.Received, f.Seen} {
		if !at.IsZero() {
			p.at = at
		}
	}
	var e vscp.Event
	switch {
	case f.Line != "":
		return p, p.row.Parse([]byte(f.Line))
	case f.Alive != nil, f.Quiet != nil:
		return played{}, errNotPlayed
	case len(f.Event) > 0:
		line = f.Event
	case f.Class == nil:
		return played{}, errors.New(`has neither "line" nor "event" nor "class"`)
	}
	if err := e.DecodeJSON(line); err != nil {
		return played{}, err
	}
	p.row = vscp.NewRow(&e, vscp.TextForm{})
	return p, nil
}

// recording reads a file of events.
type recording struct {
	in   *bufio.Scanner
	line int
	past [256]sameEvent // the last events: their other ways are passed over
	n    int
}

// sameEvent is what the documents of an event have in common, and those of no other, also after a bridge was started anew.
type sameEvent struct {
	id uint64
	at int64
}

func newRecording(from io.Reader) *recording {
	r := &recording{in: bufio.NewScanner(from)}
	r.in.Buffer(nil, tapLineMax)
	return r
}

// next returns the next event; io.EOF is the end, and a lineError a line that is none, behind which it goes on.
func (r *recording) next() (played, error) {
	for r.in.Scan() {
		r.line++
		p, err := parsePlayed(r.in.Bytes())
		switch {
		case errors.Is(err, errNotPlayed):
		case err != nil:
			return p, &lineError{r.line, err}
		case p.id == 0 || !slices.Contains(r.past[:], sameEvent{p.id, p.at.UnixNano()}):
			r.past[r.n%len(r.past)] = sameEvent{p.id, p.at.UnixNano()}
			r.n++
			return p, nil
		}
	}
	if err := r.in.Err(); err != nil {
		return played{}, fmt.Errorf("line %d: %w", r.line+1, err)
	}
	return played{}, io.EOF
}

// lineError says which line of a recording is none.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// checkRecording reads a whole file, so that a mistake is told before anything is sent.
func checkRecording(path string) error {
	f, err := smallfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	r := newRecording(f)
	for {
		switch _, err := r.next(); {
		case errors.Is(err, io.EOF) && r.n == 0:
			return errors.New(path + " has no events")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return shown(fmt.Errorf("%s: %w", path, err))
		}
	}
}
