package queue

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Letter is an event as one line of JSON, for people and programs: in a file of dead letters, and where events are exported and
// imported. Reason and Reply are those of a dead letter.
//
//	{"time":"2026-02-02T02:40:00Z","route":"sites","to":"south","reason":"refused","reply":"Not allowed",
//	"line":"0,10,6,0,,,-,72","event":{"head":0,...}}
type Letter struct {
	Time   time.Time // when it was given up, or came into the queue that it was exported from; zero: not known
	Route  string
	To     string
	Reason string
	Reply  string // the destination's words
	Row    *vscp.Row
}

// MaxLetter is the longest line that ReadLetters reads, in bytes: room for the longest event in both forms, and notes.
const MaxLetter = 64 << 10

var (
	// ErrLetterTooLong is in the LetterError of a line of more than MaxLetter bytes.
	ErrLetterTooLong = fmt.Errorf("is longer than %d bytes", MaxLetter)
	// ErrNoEvent is in the LetterError of a line of JSON that has neither an event line nor an event.
	ErrNoEvent = errors.New(`has neither "line" nor "event"`)
)

// LetterError says which line is no letter, and why.
type LetterError struct {
	Line int // counted from 1
	Err  error
}

// Error begins with the line.
func (e *LetterError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns Err.
func (e *LetterError) Unwrap() error { return e.Err }

// letterFields are what is read of a line.
type letterFields struct {
	Time   time.Time       `json:"time"`
	Route  string          `json:"route"`
	To     string          `json:"to"`
	Reason string          `json:"reason"`
	Reply  string          `json:"reply"`
	Line   string          `json:"line"`
	Event  json.RawMessage `json:"event"` // the same, for people; counts where there is no line
}

// AppendLine appends the letter as one line, with its end. The error is that of a year that is not between 0 and 9999.
func (l *Letter) AppendLine(dst []byte) ([]byte, error) {
	at := len(dst)
	dst = append(dst, '{')
	if !l.Time.IsZero() {
		when := l.Time.UTC()
		if y := when.Year(); y < 0 || y > 9999 {
			return dst[:at], fmt.Errorf("queue: letter: the year is %d, want 0 to 9999", y)
		}
		dst = append(when.AppendFormat(append(dst, `"time":"`...), time.RFC3339Nano), `",`...)
	}
	dst = appendQuoted(append(dst, `"route":`...), l.Route)
	dst = appendQuoted(append(dst, `,"to":`...), l.To)
	if l.Reason != "" {
		dst = appendQuoted(append(dst, `,"reason":`...), l.Reason)
	}
	if l.Reply != "" {
		dst = appendQuoted(append(dst, `,"reply":`...), l.Reply)
	}
	start := len(dst)
	dst = append(dst, `,"line":"`...)
	from := len(dst)
	// An event line has nothing in it that JSON quotes.
	if dst = l.Row.AppendText(dst, vscp.TextForm{Time: vscp.TimeNanos}); len(dst)-from > vscp.MaxText {
		dst = dst[:start] // nobody would read it
	} else {
		dst = append(dst, '"')
	}
	var e vscp.Event
	l.Row.Event(&e)
	dst = e.AppendJSON(append(dst, `,"event":`...), vscp.JSONCurrent)
	return append(dst, "}\n"...), nil
}

// appendQuoted appends a string of JSON.
func appendQuoted(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string has no error
			return append(dst, quoted...)
		}
	}
	return append(append(append(dst, '"'), text...), '"')
}

// parseLetter reads a line without its end. The letter keeps nothing of it.
func parseLetter(text []byte) (Letter, error) {
	var f letterFields
	if err := json.Unmarshal(text, &f); err != nil {
		return Letter{}, err
	}
	l := Letter{Time: f.Time, Route: f.Route, To: f.To, Reason: f.Reason, Reply: f.Reply, Row: new(vscp.Row)}
	switch {
	case f.Line != "":
		if err := l.Row.Parse([]byte(f.Line)); err != nil {
			return Letter{}, err
		}
	case len(f.Event) > 0 && string(f.Event) != "null":
		var e vscp.Event
		if err := e.DecodeJSON(f.Event); err != nil {
			return Letter{}, err
		}
		*l.Row = vscp.NewRow(&e, vscp.TextForm{})
	default:
		return Letter{}, ErrNoEvent
	}
	return l, nil
}

// ReadLetters reads one letter from each line that is not blank. A line that is none is a *LetterError, and it goes on behind it
// if the loop does; any other error is that of the reader, and the last. The letters are the caller's.
func ReadLetters(from io.Reader) iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) {
		r := newLetterReader(from)
		for {
			l, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			var bad *LetterError
			if !yield(l, err) || err != nil && !errors.As(err, &bad) {
				return
			}
		}
	}
}

// letterReader reads letters and keeps count of lines and bytes.
type letterReader struct {
	in   *bufio.Reader
	line int
	from int64 // where the last line begins
	at   int64 // and what is behind it
	long bool  // the rest of a line is still to be passed over
}

func newLetterReader(from io.Reader) *letterReader {
	return &letterReader{in: bufio.NewReaderSize(from, MaxLetter)}
}

// next returns the next letter, a *LetterError or an error of the reader, io.EOF at the end.
func (r *letterReader) next() (Letter, error) {
	for {
		from := r.at
		text, err := r.in.ReadSlice('\n')
		r.at += int64(len(text))
		if r.long {
			r.long = errors.Is(err, bufio.ErrBufferFull)
			if r.long || err == nil {
				continue
			}
			return Letter{}, err
		}
		r.line++
		r.from = from
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			r.long = true
			return Letter{}, &LetterError{Line: r.line, Err: ErrLetterTooLong}
		case err != nil && (!errors.Is(err, io.EOF) || len(text) == 0):
			return Letter{}, err
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		l, err := parseLetter(text)
		if err != nil {
			return Letter{}, &LetterError{Line: r.line, Err: err}
		}
		return l, nil
	}
}
