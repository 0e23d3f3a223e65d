package vscp

import (
	"fmt"
	"strconv"
)

// maxExcerpt bounds how much of a refused text an error repeats.
const maxExcerpt = 40

// SyntaxError says which part of a text form was refused, and why. The text comes from a peer or a user: it is cut to
// 40 bytes, and Error quotes it, so it cannot break a log line.
type SyntaxError struct {
	Form   string // what was read: "event", "guid", "guid pattern", "filter" or "measurement"
	Field  string // the part of it, such as "class" or "data[3]"; empty: the whole text
	Text   string // the refused text; of a measurement its bytes in hexadecimal
	Reason string // continues the text, such as "is out of range (0..65535)"
}

// Error reads like `event: class: "65536" is out of range (0..65535)`.
func (e *SyntaxError) Error() string {
	where := e.Form + ": "
	if e.Field != "" {
		where += e.Field + ": "
	}
	return where + strconv.Quote(e.Text) + " " + e.Reason
}

func newSyntaxError(form, field string, text []byte, reason string) *SyntaxError {
	return &SyntaxError{Form: form, Field: field, Text: excerpt(text), Reason: reason}
}

// excerpt copies the beginning of text, so that an error never keeps a read buffer alive.
func excerpt(text []byte) string {
	if len(text) > maxExcerpt {
		return string(text[:maxExcerpt]) + "..."
	}
	return string(text)
}

// countBytes writes a number of bytes.
func countBytes(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

func outOfRange(limit uint64) string {
	return fmt.Sprintf("is out of range (0..%d)", limit)
}
