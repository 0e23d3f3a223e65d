package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// step says whether the next line from the server belongs to the next command. Every command starts with settle, which makes
// sure of it; what was noticed on the way here is kept for that.
type step struct {
	doubt bool  // lines of earlier commands may still come
	why   error // the time-out or wrong answer that is to blame; nil after a refused SEND
	plain bool  // the server refuses the marks, so that NOOP has to do
}

const (
	// pollTime is how long a command waits for the rest of a line of an earlier one. What has arrived need not be a line: TLS
	// has messages of its own.
	pollTime = time.Millisecond
	// markTries is how often a mark is set while lines come behind its answer.
	markTries = 3
)

// mark is a command that shows where in the stream of lines the answers stand: its reply has a data line that no late answer to
// another command can be taken for.
type mark struct {
	verb linkwire.Verb
	line string
	fits func(text string) bool
}

// markAfter returns the mark to set after a command.
func markAfter(verb linkwire.Verb) mark {
	if verb == linkwire.VerbVers {
		return mark{linkwire.VerbWcyd, "WCYD\r\n", func(text string) bool {
			_, _, err := parseCapabilities(text)
			return err == nil
		}}
	}
	return mark{linkwire.VerbVers, "VERS\r\n", func(text string) bool {
		_, err := parseVersion(text)
		return err == nil
	}}
}

// Resync finds out where the connection is, after an answer that came late, doubled or not at all. It sends VERS, and passes
// over all lines up to the version and its status line: unlike `+OK` a version cannot be the late answer to something else. If
// the last command was VERS itself, WCYD stands in. The few servers that would refuse both are asked NOOP until they are
// silent behind its answer.
//
// Every command does this by itself before it is sent, if the one before it timed out or was answered wrongly, or if a SEND was
// refused, which some servers say in two lines, or if a line is found that belongs to no command. An error means that the
// connection has ended.
func (c *Client) Resync(ctx context.Context) error {
	if c.looping {
		return fmt.Errorf("resync: %w", ErrReceiving)
	}
	return c.resync(ctx, nil)
}

// strayed reports whether a Resync is due, without a look at the socket.
func (c *Client) strayed() bool { return c.step.doubt || c.reader.Buffered() }

// settle makes sure, before a command is sent, that no line of an earlier one is left.
func (c *Client) settle(ctx context.Context, verb linkwire.Verb) error {
	switch {
	case c.ended != nil:
		return c.begin(ctx, c.opts.ReplyTimeout) // says why
	case c.looping:
		return fmt.Errorf("%s: %w", verb, ErrReceiving)
	}
	if !c.step.doubt {
		if err := c.poll(ctx, verb); err != nil {
			return err
		}
	}
	if !c.step.doubt {
		return nil
	}
	why := c.step.why
	err := c.resync(ctx, nil)
	if err == nil || why == nil || ctx.Err() != nil {
		return err
	}
	c.ended = fmt.Errorf("%w, then %w", why, err)
	return fmt.Errorf("%w: %w", ErrClosed, c.ended)
}

// poll looks for a line that has arrived without a command that it could belong to.
func (c *Client) poll(ctx context.Context, verb linkwire.Verb) error {
	if !c.reader.Buffered() {
		if c.raw == nil {
			return nil
		}
		if err := c.begin(ctx, c.opts.ReplyTimeout); err != nil {
			return c.end(ctx, verb, err)
		}
		if !pending(c.raw) {
			return nil
		}
	}
	if err := c.begin(ctx, pollTime); err != nil {
		return c.end(ctx, verb, err)
	}
	line, err := c.reader.ReadLine()
	switch {
	case err == nil:
		_ = c.odd(c.last, fmt.Sprintf("the line %.40q came unasked", c.masked(string(line))))
		return nil
	case c.late(ctx, err):
		return nil
	default:
		return c.end(ctx, verb, err)
	}
}

// socket returns the socket under a connection, also under one that speaks TLS.
func socket(conn net.Conn) syscall.RawConn {
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = outer.NetConn()
	}
	s, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil // the first read says why
	}
	return raw
}

// late reports whether an error is the end of our own patience, and not that of the caller or of the connection.
func (c *Client) late(ctx context.Context, err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && errors.Is(c.watcher.because(ctx, err), os.ErrDeadlineExceeded)
}

// odd notes an answer that cannot be one to that command, which leaves the connection in doubt, and returns the error.
func (c *Client) odd(verb linkwire.Verb, reason string) error {
	err := &ProtocolError{Verb: verb, Reason: c.masked(reason)}
	c.step.doubt, c.step.why = true, err
	return err
}

// interrupted ends the connection, unless the reply is just late: that leaves it in doubt.
func (c *Client) interrupted(ctx context.Context, verb linkwire.Verb, err error) error {
	if verb == verbGreeting || !c.late(ctx, err) {
		return c.end(ctx, verb, err)
	}
	err = fmt.Errorf("%s: %w", verb, inWords(err))
	c.step.doubt, c.step.why = true, err
	return err
}

// resync is Resync; keep, if not nil, gets the data lines that are passed over.
func (c *Client) resync(ctx context.Context, keep func(line []byte)) error {
	m := markAfter(c.last)
	for range markTries {
		if c.step.plain {
			break
		}
		found, err := c.find(ctx, m, keep)
		if err != nil {
			return err
		}
		if c.step.plain = !found; found && !c.reader.Buffered() {
			c.step.doubt, c.step.why = false, nil
			return nil
		}
		m = markAfter(m.verb)
	}
	if c.step.plain {
		return c.calmDown(ctx, keep)
	}
	return c.end(ctx, m.verb, &ProtocolError{Verb: m.verb, Reason: "lines keep coming unasked"})
}

// find sets a mark and reads up to the end of its answer. Not found means that the server answers, but not with that.
func (c *Client) find(ctx context.Context, m mark, keep func(line []byte)) (found bool, err error) {
	if err := c.writeLine(ctx, m.verb, []byte(m.line)); err != nil {
		return false, err
	}
	answered := false
	for range c.maxStray() {
		line, err := c.reader.ReadLine()
		if err != nil {
			if answered && !found && c.late(ctx, err) {
				return false, nil
			}
			return false, c.end(ctx, m.verb, err)
		}
		switch status := linkwire.StatusOf(line); {
		case status == linkwire.Data && m.fits(string(line)):
			found = true
		case status == linkwire.Data:
			if keep != nil {
				keep(line)
			}
		// Daemons before version 14 write their capabilities on the status line.
		case found, m.fits(linkwire.StatusText(line)):
			return true, nil
		default:
			answered = true
		}
	}
	return false, c.end(ctx, m.verb, &ProtocolError{Verb: m.verb, Reason: "no end of lines that were not asked for"})
}

// calmDown sends NOOP until the server says nothing more after one answer to it.
func (c *Client) calmDown(ctx context.Context, keep func(line []byte)) error {
	const verb = linkwire.VerbNoop
	for range markTries {
		if err := c.writeLine(ctx, verb, []byte(verb+"\r\n")); err != nil {
			return err
		}
		answers, err := c.drain(ctx, keep)
		if err != nil {
			return c.end(ctx, verb, err)
		}
		if answers == 1 {
			c.step.doubt, c.step.why = false, nil
			return nil
		}
	}
	return c.end(ctx, verb, &ProtocolError{Verb: verb, Reason: "more than one answer again and again"})
}

// drain counts the status lines that come before a silence of a quarter of the reply time-out.
func (c *Client) drain(ctx context.Context, keep func(line []byte)) (answers int, err error) {
	for range c.maxStray() {
		line, err := c.reader.ReadLine()
		switch {
		case answers > 0 && err != nil && c.late(ctx, err):
			return answers, nil
		case err != nil:
			return 0, err
		case linkwire.StatusOf(line) != linkwire.Data:
			answers++
			if err := c.begin(ctx, c.opts.ReplyTimeout/4); err != nil {
				return 0, err
			}
		case keep != nil:
			keep(line)
		}
	}
	return 0, &ProtocolError{Verb: linkwire.VerbNoop, Reason: "no end of lines that were not asked for"}
}

// maxStray is how many lines are passed over on the way to a mark: as many as the longest reply or the widest window can leave.
func (c *Client) maxStray() int { return c.opts.MaxReplyLines + maxBatch + maxWindow }
