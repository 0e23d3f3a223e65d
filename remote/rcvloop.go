package remote

import (
	"context"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// ReceiveLoop sends `RCVLOOP`: from the `+OK` on, the server pushes each event as it comes, and a `+OK` every 1 to 3 s as a
// sign of life. Receive reads them. In the loop nothing but Receive, QuitLoop and Quit may be called.
func (c *Client) ReceiveLoop(ctx context.Context) error {
	return c.command(ctx, nil, linkwire.VerbRcvLoop)
}

// Receive waits for the next line in the receive loop, at most deadAfter, and returns it in b with all lines that came with
// it. A keep-alive counts as a line, so that a nil error means that the peer lives. After an error b holds the events that came
// before it.
func (c *Client) Receive(ctx context.Context, deadAfter time.Duration, b *Batch) error {
	b.reset()
	if err := c.begin(ctx, deadAfter); err != nil {
		return c.end(ctx, linkwire.VerbRcvLoop, err)
	}
	for range maxBatch {
		line, err := c.reader.ReadLine()
		if err != nil {
			return c.end(ctx, linkwire.VerbRcvLoop, err)
		}
		switch linkwire.StatusOf(line) {
		case linkwire.OK:
			b.KeepAlives++
		case linkwire.NotOK:
			return &CommandError{Verb: linkwire.VerbRcvLoop, Text: linkwire.StatusText(line)}
		case linkwire.Data:
			b.add(line)
		}
		if !c.reader.Buffered() {
			break
		}
	}
	return nil
}

// QuitLoop sends `QUITLOOP` and reads up to the status line of its reply into b: events may come before it, up to
// ClientOptions.MaxReplyLines. A keep-alive that was under way looks like the reply, so a NOOP should follow before other commands.
func (c *Client) QuitLoop(ctx context.Context, b *Batch) error {
	b.reset()
	return c.command(ctx, func(line []byte) error {
		b.keep(line)
		return nil
	}, linkwire.VerbQuitLoop)
}

// hangUp says QUIT while another goroutine reads, which may go on reading for the grace. It writes apart from the buffers of
// the commands.
func (c *Client) hangUp(grace time.Duration) {
	c.watcher.restrict(time.Now().Add(grace))
	_, _ = c.conn.Write([]byte("QUIT\r\n")) // the reader notices a broken connection
}
