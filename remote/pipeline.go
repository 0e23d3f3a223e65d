package remote

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Pipelined writes n NOOPs in one piece and returns how many are answered before the peer is silent for as long as wait. Some
// servers look at one command and leave the rest until more comes, and then stay behind for good: the connection is closed
// unless all were answered. An error is for what ended it otherwise.
func (c *Client) Pipelined(ctx context.Context, n int, wait time.Duration) (answered int, err error) {
	if err := c.settle(ctx, linkwire.VerbNoop); err != nil {
		return 0, err
	}
	out := c.out[:0]
	for range n {
		out = append(out, linkwire.VerbNoop+"\r\n"...)
	}
	c.out = out
	if err := c.write(ctx, linkwire.VerbNoop); err != nil {
		return 0, err
	}
	for range n + c.opts.MaxReplyLines {
		if answered == n {
			return n, nil
		}
		if err := c.begin(ctx, wait); err != nil {
			return answered, c.end(ctx, linkwire.VerbNoop, err)
		}
		line, err := c.reader.ReadLine()
		if err != nil {
			silent := errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil
			if err = c.end(ctx, linkwire.VerbNoop, err); silent {
				return answered, nil
			}
			return answered, err
		}
		if linkwire.StatusOf(line) != linkwire.Data {
			answered++
		}
	}
	return answered, c.end(ctx, linkwire.VerbNoop, &ProtocolError{Verb: linkwire.VerbNoop, Reason: "answered with lines without end"})
}
