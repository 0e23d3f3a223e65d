package linkwire

import "bytes"

// Status says what a line of a reply is.
type Status uint8

// The kinds of line that a server sends.
const (
	Data  Status = iota // a data line: an event row, a count, a GUID, help text
	OK                  // the final line of a command that was done, or a keep-alive in the receive loop
	NotOK               // the final line of a command that was refused
)

// String returns "data", "+OK" or "-OK".
func (s Status) String() string {
	switch s {
	case OK:
		return "+OK"
	case NotOK:
		return "-OK"
	default:
		return "data"
	}
}

// StatusOf tells what line is. A bare `OK`, with which firmware ends its INFO reply, counts as OK.
func StatusOf(line []byte) Status {
	switch {
	case hasStatus(line, '+'):
		return OK
	case hasStatus(line, '-'):
		return NotOK
	case len(line) == 2 && line[0] == 'O' && line[1] == 'K':
		return OK
	default:
		return Data
	}
}

func hasStatus(line []byte, sign byte) bool {
	return len(line) >= 3 && line[0] == sign && line[1] == 'O' && line[2] == 'K'
}

// StatusText returns what a status line says after its `+OK - `, and a data line as it is. The wording is free: it is for
// people, not for programs.
func StatusText(line []byte) string {
	if StatusOf(line) == Data {
		return string(line)
	}
	_, text, _ := bytes.Cut(line, []byte{'K'})
	text = bytes.TrimPrefix(trimBlanks(text), []byte{'-'})
	return string(trimBlanks(text))
}
