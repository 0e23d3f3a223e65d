package remote

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Challenge sends `CHALLENGE`, with token if it is not empty, and returns the session id: hexadecimal digits, which come on the
// status line itself, `+OK - 0123...`. The protocol has 32 of them, devices write what they have. Firmware refuses a token.
// Nothing is known to use the id. (VSCP: link session, CHALLENGE)
func (c *Client) Challenge(ctx context.Context, token string) (string, error) {
	if err := c.command(ctx, nil, linkwire.VerbChallenge, optional(token)...); err != nil {
		return "", err
	}
	id, err := parseSessionID(linkwire.StatusText(c.status))
	if err != nil {
		return "", c.odd(linkwire.VerbChallenge, err.Error())
	}
	return id, nil
}

func parseSessionID(text string) (string, error) {
	// A digit too few or too many was seen on a device: any number of them will do.
	even := text + strings.Repeat("0", len(text)%2)
	if _, err := hex.DecodeString(even); err != nil || text == "" {
		return "", fmt.Errorf("session id %.80q is not hexadecimal", text)
	}
	return text, nil
}
