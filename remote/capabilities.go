package remote

import (
	"context"
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Capabilities sends `WCYD`. Success is one line of eight bytes in hexadecimal, most significant first, joined by `-`, and
// `+OK`. Firmware adds the decimal value, which decimal reports; daemons before version 14 write the bytes on the status line, and
// those of version 1 do not answer. A `-OK` is a *CommandError. (VSCP: link session, WCYD)
func (c *Client) Capabilities(ctx context.Context) (caps vscp.Capabilities, decimal bool, err error) {
	lines, err := c.lines(ctx, linkwire.VerbWcyd)
	if err != nil {
		return 0, false, err
	}
	if len(lines) == 0 {
		lines = []string{linkwire.StatusText(c.status)}
	}
	if len(lines) != 1 {
		return 0, false, c.odd(linkwire.VerbWcyd, fmt.Sprintf("%d data lines, want 1", len(lines)))
	}
	if caps, decimal, err = parseCapabilities(lines[0]); err != nil {
		return 0, false, c.odd(linkwire.VerbWcyd, err.Error())
	}
	return caps, decimal, nil
}

func parseCapabilities(line string) (caps vscp.Capabilities, decimal bool, err error) {
	pairs, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	caps, err = vscp.ParseCapabilities(pairs)
	return caps, err == nil && strings.TrimSpace(rest) != "", err
}
