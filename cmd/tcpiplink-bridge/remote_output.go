package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// console is where a command talks with the person.
type console struct {
	in     io.Reader
	out    io.Writer
	errOut io.Writer
	// tty is the terminal that in is; nil: it is none.
	tty *os.File
}

func newConsole(cmd *cobra.Command) *console {
	c := &console{in: cmd.InOrStdin(), out: cmd.OutOrStdout(), errOut: cmd.ErrOrStderr()}
	c.tty, _ = terminalOf(c.in)
	return c
}

func (c *console) terminal() bool { return c.tty != nil }

// askPassword reads a line from the terminal without showing it.
func (c *console) askPassword(prompt string) (string, error) {
	fmt.Fprint(c.errOut, prompt)
	b, err := term.ReadPassword(int(c.tty.Fd()))
	fmt.Fprintln(c.errOut)
	return string(b), err
}

// confirm asks whether to go on with what is dangerous. Where nobody can be asked, --yes must have been given.
func (c *console) confirm(what, danger string, yes bool) error {
	if yes {
		return nil
	}
	if !c.terminal() {
		return &usageError{err: fmt.Errorf("%s is not sent without being sure: %s", what, danger), hint: "add --yes to send it"}
	}
	fmt.Fprintf(c.errOut, "%s: %s\nSend it? Type yes: ", what, danger)
	answer, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(answer), "yes") {
		return fmt.Errorf("%s was not sent", what)
	}
	return nil
}

// show prints a result: as JSON if that is wanted, else as lines for a person.
func (s *remoteSession) show(value any, lines ...string) error {
	if s.json {
		return s.printJSON(value)
	}
	s.printLines(lines...)
	return nil
}

// printLines prints lines with what a terminal would obey escaped.
func (c *console) printLines(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(c.out, printable(line))
	}
}

func (c *console) printJSON(value any) error {
	b, err := marshalJSON(value)
	if err != nil {
		return err
	}
	_, err = c.out.Write(b)
	return err
}

// marshalJSON returns value as one line. The standard encoder leaves the characters alone that some terminals obey beyond ASCII.
func marshalJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	out := make([]byte, 0, b.Len())
	for _, r := range b.String() { // the encoder has replaced what is not UTF-8
		switch {
		case r == '\n' || unicode.IsPrint(r):
			out = utf8.AppendRune(out, r)
		case r > 0xFFFF:
			high, low := utf16Pair(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out, nil
}

// utf16Pair returns the surrogates that stand for r in JSON.
func utf16Pair(r rune) (high, low rune) {
	r -= 0x10000
	return 0xD800 | r>>10, 0xDC00 | r&0x3FF
}

// printable returns s with every character escaped that is not a letter, a mark, a number, a sign or a blank: control characters
// and terminal sequences, also those beyond ASCII, and what reverses the direction of writing.
func printable(s string) string {
	clean := true
	for _, r := range s {
		clean = clean && unicode.IsPrint(r) && r != utf8.RuneError
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// printableLines is printable for a text of several lines.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}

// shownError is an error whose text may be printed: what a peer had a part in is escaped, line by line.
type shownError struct{ err error }

// shown makes the text of err safe to print; nil stays nil.
func shown(err error) error {
	if err == nil {
		return nil
	}
	return &shownError{err: err}
}

func (e *shownError) Error() string { return printableLines(e.err.Error()) }

func (e *shownError) Unwrap() error { return e.err }

// table lays rows out in columns, two blanks apart. What would be escaped in printing is escaped before it is measured.
func table(rows ...[]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			row[i] = printable(cell)
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	lines := make([]string, 0, len(rows))
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}
