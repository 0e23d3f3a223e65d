package remote

import (
	"context"
	"fmt"
	"strings"

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
	if c.last != linkwire.VerbSend || c.looping || c.strayed() {
		if err := c.settle(ctx, linkwire.VerbSend); err != nil {
			return err
		}
	}
	c.out = appendSend(c.out[:0], row, form)
	c.clock.start()
	if err := c.write(ctx, linkwire.VerbSend); err != nil {
		return err
	}
	err := c.sendReply(ctx)
	// The usual case is told first: this is the one command whose rate matters.
	if err != nil && Refused(err) {
		c.step.doubt = true
	}
	return err
}

// SendVariable sends `SEND $name`, with which daemons up to version 13 send the event that a remote variable holds. Success is
// `+OK`; a `-OK` is a *CommandError, and what every other server answers. (VSCP: link session, SEND)
func (c *Client) SendVariable(ctx context.Context, name string) error {
	name = strings.TrimPrefix(name, "$")
	if name == "" || strings.ContainsAny(name, " \t,") {
		return fmt.Errorf("%s: %.40q is no variable name", linkwire.VerbSend, name)
	}
	return c.command(ctx, nil, linkwire.VerbSend, "$"+name)
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
