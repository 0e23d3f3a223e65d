package remote

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// ChannelID sends `CHID`: the number that the server gave this connection, and that it writes as obid into the events that
// this connection sends. The number goes to another client at once when this connection ends. Servers without channels
// answer 0.
func (c *Client) ChannelID(ctx context.Context) (uint32, error) {
	line, err := c.oneLine(ctx, linkwire.VerbChid)
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseUint(strings.TrimSpace(line), 10, 32)
	if err != nil {
		return 0, &ProtocolError{Verb: linkwire.VerbChid, Reason: fmt.Sprintf("channel id %.40q is not a number", line)}
	}
	return uint32(id), nil
}

// GUID sends `GGID`: the GUID of this connection's interface, which the server puts into events that come without one.
func (c *Client) GUID(ctx context.Context) (vscp.GUID, error) {
	line, err := c.oneLine(ctx, linkwire.VerbGgid)
	if err != nil {
		return vscp.GUID{}, err
	}
	guid, err := vscp.ParseGUID(line)
	if err != nil {
		return vscp.GUID{}, &ProtocolError{Verb: linkwire.VerbGgid, Reason: err.Error()}
	}
	return guid, nil
}
