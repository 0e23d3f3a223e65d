package remote

import (
	"context"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// User sends `USER name`. Success is any `+OK`; a name is usually accepted whether or not it exists. A `-OK` is a *CommandError:
// an empty name, or one that uvscpd does not know. (VSCP: link session, USER)
func (c *Client) User(ctx context.Context, name string) error {
	return c.command(ctx, nil, linkwire.VerbUser, name)
}

// Pass sends `PASS password`. Success is `+OK`; a `-OK` is a *CommandError and means a wrong password, after which many servers
// close the connection. No refusal holds the password, even if the server repeats it. (VSCP: link session, PASS)
func (c *Client) Pass(ctx context.Context, password string) error {
	c.password = password
	return c.command(ctx, nil, linkwire.VerbPass, password)
}

// Login sends USER and PASS. LoginRefused tells a wrong name or password from other errors; the connection is then closed,
// because servers differ in what they do with it.
func (c *Client) Login(ctx context.Context, user, password string) error {
	err := c.User(ctx, user)
	if err == nil {
		err = c.Pass(ctx, password)
	}
	if Refused(err) {
		return c.end(ctx, "login", err)
	}
	return err
}

// Noop sends `NOOP`, which does nothing but be answered: success is `+OK`, a `-OK` is a *CommandError. (VSCP: link session, NOOP)
func (c *Client) Noop(ctx context.Context) error {
	return c.command(ctx, nil, linkwire.VerbNoop)
}

// Quit sends `QUIT`, reads the answer if there is one, and closes the connection. Servers that close without an answer are
// within their rights, so only a failed write is an error. It may be called in the receive loop. (VSCP: link session, QUIT)
func (c *Client) Quit(ctx context.Context) error {
	c.out = append(c.out[:0], linkwire.VerbQuit+"\r\n"...)
	if err := c.write(ctx, linkwire.VerbQuit); err != nil {
		return err
	}
	_ = c.readReply(ctx, linkwire.VerbQuit, c.opts.MaxReplyLines, nil)
	_ = c.end(ctx, linkwire.VerbQuit, ErrClosed)
	return nil
}
