package remote

import (
	"context"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Help sends `HELP`, or `HELP command`, and returns the lines before the `+OK`, without the blanks at their ends. A `-OK` is a
// *CommandError. Ask for a single command only where that is known to be safe: firmware looks for command words anywhere in
// the line, so `HELP RETR` takes an event out of the queue. (VSCP: link session, HELP)
func (c *Client) Help(ctx context.Context, command string) ([]string, error) {
	return c.lines(ctx, linkwire.VerbHelp, optional(command)...)
}
