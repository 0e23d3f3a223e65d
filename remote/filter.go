package remote

import (
	"context"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// SetFilter sends `SFLT priority,class,type,GUID`: with the mask it decides which events the server queues for this
// connection. Servers set the user's own filter when PASS succeeds, so this comes after the login. Most need level 6.
func (c *Client) SetFilter(ctx context.Context, f vscp.Filter) error {
	return c.command(ctx, nil, linkwire.VerbSflt, f.String())
}

// SetMask sends `SMSK priority,class,type,GUID`. A zero bit means "do not care". It takes effect apart from the filter: set
// a narrowing mask before, a widening mask after it.
func (c *Client) SetMask(ctx context.Context, mask vscp.Filter) error {
	return c.command(ctx, nil, linkwire.VerbSmsk, mask.String())
}
