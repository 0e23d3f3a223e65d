package remote

import (
	"context"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Send sends `SEND event` in the given form, always with obid 0, so that the server does not take the event for one of another
// client. Success is `+OK`: the server has the event in memory. A refusal is a *CommandError; PeerFull tells the one that is
// worth another try.
func (c *Client) Send(ctx context.Context, event *vscp.Event, form vscp.TextForm) error {
	row := vscp.NewRow(event, form)
	return c.SendRow(ctx, &row, form)
}

// SendRow is Send for an event that is already in its text form.
func (c *Client) SendRow(ctx context.Context, row *vscp.Row, form vscp.TextForm) error {
	c.out = appendSend(c.out[:0], row, form)
	if err := c.write(ctx, linkwire.VerbSend); err != nil {
		return err
	}
	return c.sendReply(ctx)
}

// sendReply reads the answer to one SEND.
func (c *Client) sendReply(ctx context.Context) error {
	return c.readReply(ctx, linkwire.VerbSend, c.opts.MaxReplyLines, nil)
}

// appendSend appends the command line for row, with obid 0. Rows are shared by queues, so row stays as it is.
func appendSend(dst []byte, row *vscp.Row, form vscp.TextForm) []byte {
	if row.ObID != 0 {
		anonymous := *row
		anonymous.ObID = 0
		row = &anonymous
	}
	dst = append(dst, linkwire.VerbSend+" "...)
	dst = row.AppendText(dst, form)
	return append(dst, '\r', '\n')
}

// Resync finds out where the connection is after a refusal, because some servers answer one command with two lines: it
// sends NOOP and passes over every `-OK` before the `+OK`.
func (c *Client) Resync(ctx context.Context) error {
	const most = 8
	err := c.Noop(ctx)
	for n := 0; Refused(err); n++ {
		if n == most {
			return c.end(ctx, linkwire.VerbNoop, &ProtocolError{Verb: linkwire.VerbNoop, Reason: "refused again and again"})
		}
		err = c.readReply(ctx, linkwire.VerbNoop, 0, nil)
	}
	return err
}
