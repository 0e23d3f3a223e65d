package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// ErrClosed is returned by every method of a Client that was closed, by Close or after an error that ended it.
var ErrClosed = errors.New("remote: connection is closed")

// ErrNoRoom is in the error of a connection that the server did not want because it has too many: it says so in its greeting, or
// closes at once. A server that is down does neither.
var ErrNoRoom = errors.New("remote: peer has no room for another connection")

// ErrStalled ends a connection on which events wait and none was answered with `+OK` for Options.StallAfter, though the peer may
// answer other things.
var ErrStalled = errors.New("remote: no event was taken in time")

// ErrNoCredentials is wrapped by the errors of attempts to connect for which user or password could not be had, such as from a file.
var ErrNoCredentials = errors.New("no user and password")

// CommandError is a server's `-OK`: it understood that a command came, and refused it. The connection stays usable.
type CommandError struct {
	Verb linkwire.Verb
	Text string // what the server said after `-OK - `
}

// Error returns the verb and the server's words.
func (e *CommandError) Error() string {
	if e.Text == "" {
		return fmt.Sprintf("%s refused", e.Verb)
	}
	return fmt.Sprintf("%s refused: %.120q", e.Verb, e.Text)
}

// ProtocolError is an answer that the protocol does not allow. A reply that does not end where it has to ends the connection;
// one that was read to its final line and makes no sense does not.
type ProtocolError struct {
	Verb   linkwire.Verb
	Reason string
}

// Error returns the command and what was wrong with its answer.
func (e *ProtocolError) Error() string { return fmt.Sprintf("%s: %s", e.Verb, e.Reason) }

// Refused reports whether the server said no. The connection stays usable, but for a refused greeting or Login.
func Refused(err error) bool {
	var no *CommandError
	return errors.As(err, &no)
}

// LoginRefused reports whether the server refused the user or the password: trying again soon does not help.
func LoginRefused(err error) bool {
	var no *CommandError
	return errors.As(err, &no) && (no.Verb == linkwire.VerbUser || no.Verb == linkwire.VerbPass)
}

// Denied reports whether the server refused because this login may not do that, or is missing.
func Denied(err error) bool {
	return refusedWith(err, "privilege", "rights", "log in")
}

// needsLogin reports whether the server refused because this connection is not logged in, whatever the command.
func needsLogin(err error) bool { return refusedWith(err, "log in") }

// PeerFull reports whether the server refused an event because it has no room now, so that sending it later may succeed.
func PeerFull(err error) bool {
	return refusedWith(err, "full")
}

// refusedWith looks for words in a refusal: the protocol has no error numbers, but the wordings are few and old.
func refusedWith(err error, words ...string) bool {
	var no *CommandError
	if !errors.As(err, &no) {
		return false
	}
	text := strings.ToLower(no.Text)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// Cause is why a connection could not be made or ended: a small, fixed set that serves as a metric label.
type Cause string

// The causes.
const (
	CauseNone    Cause = "none"    // ended in order
	CauseResolve Cause = "resolve" // the host name has no address
	CauseDial    Cause = "dial"    // down: nobody listens, or unreachable
	CauseTimeout Cause = "timeout" // no answer within the deadline
	CauseClosed  Cause = "closed"  // the peer closed the connection
	CauseTLS     Cause = "tls"     // no TLS with this peer: its certificate or ours, or it speaks none
	CauseLogin   Cause = "login"   // wrong user or password, or none where the peer wants them
	// CauseCredentials is an attempt that was not made: user or password could not be read on this side.
	CauseCredentials Cause = "credentials"
	CauseFull        Cause = "full"        // the peer has no room for another connection
	CauseStalled     Cause = "stalled"     // events waited, and none was answered with +OK for too long
	CauseRefused     Cause = "refused"     // the peer refused a command that the link cannot do without
	CauseProtocol    Cause = "protocol"    // an answer that the protocol does not allow
	CauseLineLength  Cause = "line_length" // a line without end
	CauseIO          Cause = "io"          // any other I/O error
)

// CauseOf classifies an error of this package.
func CauseOf(err error) Cause {
	var dns *net.DNSError
	var op *net.OpError
	var broke *ProtocolError
	var insecure *TLSError
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return CauseNone
	case errors.Is(err, ErrNoCredentials):
		return CauseCredentials
	case errors.As(err, &dns):
		return CauseResolve
	case errors.Is(err, ErrNoRoom): // however the peer said so
		return CauseFull
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return CauseTimeout
	case errors.As(err, &op) && op.Op == "dial":
		return CauseDial
	case errors.As(err, &insecure):
		return CauseTLS
	case errors.Is(err, ErrStalled):
		return CauseStalled
	case LoginRefused(err):
		return CauseLogin
	case Refused(err):
		return CauseRefused
	case errors.Is(err, linkwire.ErrLineTooLong):
		return CauseLineLength
	case errors.As(err, &broke):
		return CauseProtocol
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return CauseClosed
	default:
		return CauseIO
	}
}

// wordedError says what an I/O error means, where the system's words are for programmers.
type wordedError struct {
	words string
	err   error
}

func (e *wordedError) Error() string { return e.words }
func (e *wordedError) Unwrap() error { return e.err }

func inWords(err error) error {
	var words string
	if _, ok := errors.AsType[*wordedError](err); ok {
		return err
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		words = "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		words = "the peer closed the connection"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		words = "the peer broke the connection"
	default:
		return err
	}
	return &wordedError{words: words, err: err}
}
