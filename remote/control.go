package remote

import (
	"context"
	"errors"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Test sends `TEST` with its arguments, if any: whatever the device does for a test. It returns the lines before the `+OK`;
// a `-OK` is a *CommandError. Try it only where it is known to be harmless. (VSCP: link session, TEST)
func (c *Client) Test(ctx context.Context, args string) ([]string, error) {
	return c.lines(ctx, linkwire.VerbTest, optional(args)...)
}

// Shutdown sends `SHUTDOWN`. Success is `+OK`, and the server goes away; a `-OK` is a *CommandError, which is what most answer.
// Some devices do not answer: they hang until the power is cut, which is a time-out here. (VSCP: link session, SHUTDOWN)
func (c *Client) Shutdown(ctx context.Context) error {
	return c.command(ctx, nil, linkwire.VerbShutdown)
}

// Restart sends `RESTART`. Success is `+OK`, and the server goes away; a `-OK` is a *CommandError. A device that resets at once
// does not answer: CauseOf the error is then CauseClosed, or CauseTimeout if it cannot even close. (VSCP: link session,
// RESTART)
func (c *Client) Restart(ctx context.Context) error {
	return c.command(ctx, nil, linkwire.VerbRestart)
}

// Binary sends `BINARY`. A `-OK` is a *CommandError, and what every server known today answers. After a `+OK` the server speaks
// binary frames, for which a stream has no rules good enough to follow, so the connection is closed. (VSCP: link session, BINARY)
func (c *Client) Binary(ctx context.Context) error {
	err := c.command(ctx, nil, linkwire.VerbBinary)
	switch {
	case err == nil:
		_ = c.end(ctx, linkwire.VerbBinary, ErrClosed)
	case !Refused(err) && !errors.Is(err, ErrReceiving) && c.ended == nil:
		return c.end(ctx, "binary mode", err) // nobody knows what the server speaks
	}
	return err
}

// optional returns an argument that may be missing.
func optional(arg string) []string {
	if arg == "" {
		return nil
	}
	return []string{arg}
}
