package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// ErrNotRaw is returned by Raw for a line that it does not send: an empty one, which many servers do not answer; one with
// control characters; one with a method of its own because of what comes after it (QUIT, RCVLOOP, QUITLOOP, BINARY); `++`, which
// lists passwords and has no final line; and a bare INTERFACE, which kills a server.
var ErrNotRaw = errors.New("remote: this line cannot be sent as it is")

// Reply is a server's answer to Raw.
type Reply struct {
	OK    bool
	Text  string   // what the status line says after its `+OK - ` or `-OK - `
	Lines []string // the data lines before it
}

// Raw sends a line as it is, for private commands (X...) and those of old daemons (VARIABLE, DM, TABLE and others). A `-OK` is
// Reply.OK == false and no error. A line with CR, LF or NUL is refused with an error, and so are those of ErrNotRaw.
//
// Repeating a command with `+` has no method, because nobody can say what is repeated: the last line may be one that the client
// sent by itself, vscpd echoes it, also a PASS with the password, and firmware answers `+OK` and repeats nothing. Old daemons answer
// VARIABLE READ with two `+OK` lines, of which Raw returns the first; the next command finds the other and gets rid of it.
// (VSCP: link session, legacy commands)
func (c *Client) Raw(ctx context.Context, line string) (Reply, error) {
	verb, err := rawVerb(line)
	if err != nil {
		return Reply{}, err
	}
	var r Reply
	c.out = append(append(c.out[:0], line...), "\r\n"...)
	err = c.roundTrip(ctx, c.opts.MaxReplyLines, func(data []byte) error {
		r.Lines = append(r.Lines, string(data))
		return nil
	}, verb)
	if err != nil && !Refused(err) {
		return Reply{}, err
	}
	r.OK, r.Text = err == nil, linkwire.StatusText(c.status)
	return r, nil
}

// CheckRaw returns the error with which Raw refuses a line, or nil.
func CheckRaw(line string) error {
	_, err := rawVerb(line)
	return err
}

// rawVerb returns the command of a line that Raw may send.
func rawVerb(line string) (linkwire.Verb, error) {
	if err := linkwire.CheckArg(line); err != nil {
		return "", err
	}
	verb, arg := linkwire.ParseCommand([]byte(line))
	if why := notRaw(verb, arg, line); why != "" {
		return "", fmt.Errorf("%w: %.40q %s", ErrNotRaw, line, why)
	}
	return verb, nil
}

// notRaw says why Raw does not send a line; empty: it does.
func notRaw(verb linkwire.Verb, arg, line string) string {
	switch {
	case verb == "":
		return "has no command"
	case strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' }): // some servers take them for blanks
		return "has control characters"
	case verb == linkwire.VerbQuit, verb == linkwire.VerbRcvLoop, verb == linkwire.VerbQuitLoop, verb == linkwire.VerbBinary:
		return "ends the exchange of lines and replies"
	case verb == linkwire.VerbRepeat && strings.HasPrefix(arg, "+"):
		return "lists earlier lines, which may have passwords"
	case verb == linkwire.VerbInterface && arg == "":
		return "ends some servers"
	}
	return ""
}
