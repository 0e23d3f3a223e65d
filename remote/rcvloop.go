package remote

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// ErrReceiving is returned by a command in the receive loop, where its answer would be mixed with events and keep-alives:
// QuitLoop comes first.
var ErrReceiving = errors.New("remote: connection is in the receive loop")

// ReceiveLoop sends `RCVLOOP`: from the `+OK` on, the server pushes each event as it comes, and a `+OK` every 1 to 3 s as a
// sign of life. Receive reads them. In the loop nothing but Receive, QuitLoop, Quit and Close may be called; other commands are
// refused with ErrReceiving. A `-OK` is a *CommandError, and there is no loop. (VSCP: receive loop)
func (c *Client) ReceiveLoop(ctx context.Context) error {
	err := c.command(ctx, nil, linkwire.VerbRcvLoop)
	switch {
	case err == nil:
		c.looping = true
	case !Refused(err) && !errors.Is(err, ErrReceiving) && c.ended == nil:
		return c.end(ctx, "receive loop", err) // nobody knows whether the server is in the loop
	}
	return err
}

// Receive waits for the next line in the receive loop, at most deadAfter, and returns it in b with all lines that came with
// it. A keep-alive counts as a line, so that a nil error means that the peer lives. After an error b holds the events that came
// before it.
func (c *Client) Receive(ctx context.Context, deadAfter time.Duration, b *Batch) error {
	silent, err := c.listen(ctx, deadAfter, b)
	if silent {
		return c.end(ctx, linkwire.VerbRcvLoop, os.ErrDeadlineExceeded)
	}
	return err
}

// listen is Receive that reports silence and leaves the connection as it is.
func (c *Client) listen(ctx context.Context, wait time.Duration, b *Batch) (silent bool, err error) {
	b.reset()
	if err := c.begin(ctx, wait); err != nil {
		return false, c.end(ctx, linkwire.VerbRcvLoop, err)
	}
	for range maxBatch {
		line, err := c.reader.ReadLine()
		switch {
		case err == nil:
		case c.late(ctx, err):
			return true, nil
		default:
			return false, c.end(ctx, linkwire.VerbRcvLoop, err)
		}
		switch linkwire.StatusOf(line) {
		case linkwire.OK:
			if !c.stat.done() {
				b.KeepAlives++
			}
		case linkwire.NotOK:
			if !c.stat.refuse() {
				return false, c.refusal(linkwire.VerbRcvLoop, line)
			}
		case linkwire.Data:
			if !c.stat.numbers(line) {
				b.add(line)
			}
		}
		if !c.reader.Buffered() {
			break
		}
	}
	return false, nil
}

// nudge sends a NOOP in the receive loop, where its `+OK` is a sign of life like any other.
func (c *Client) nudge(ctx context.Context) error {
	return c.writeLine(ctx, linkwire.VerbNoop, []byte("NOOP\r\n"))
}

// QuitLoop sends `QUITLOOP` and puts the events that were still under way into b. Many servers answer with a bare `+OK`, which
// a keep-alive cannot be told from, so a second command follows, and only its answer is the end: as in Resync. A `-OK` is a
// *CommandError, and the loop goes on; after any other error the connection has ended. (VSCP: receive loop)
func (c *Client) QuitLoop(ctx context.Context, b *Batch) error {
	b.reset()
	c.out = append(c.out[:0], linkwire.VerbQuitLoop+"\r\n"...)
	if err := c.write(ctx, linkwire.VerbQuitLoop); err != nil {
		return err
	}
	keep := func(line []byte) error {
		b.keep(line)
		return nil
	}
	if err := c.readReply(ctx, linkwire.VerbQuitLoop, c.maxStray(), keep); err != nil {
		if !Refused(err) && c.ended == nil {
			return c.end(ctx, "receive loop", err)
		}
		return err
	}
	c.looping = false
	return c.resync(ctx, b.keep)
}

// hangUp says QUIT while another goroutine reads, which may go on reading for the grace. It writes apart from the buffers of
// the commands.
func (c *Client) hangUp(grace time.Duration) {
	c.watcher.restrict(time.Now().Add(grace))
	_, _ = c.conn.Write([]byte("QUIT\r\n")) // the reader notices a broken connection
}
