package remote

import (
	"context"
	"fmt"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// SetFilter sends `SFLT priority,class,type,GUID`: with the mask it decides which events the server queues for this
// connection. Servers set the user's own filter when PASS succeeds, so this comes after the login. Most need level 6. Success is
// `+OK`; a `-OK` is a *CommandError. Firmware filters with it what this connection sends. (VSCP: link session, SFLT)
func (c *Client) SetFilter(ctx context.Context, f vscp.Filter) error {
	return c.command(ctx, nil, linkwire.VerbSflt, f.String())
}

// SetMask sends `SMSK priority,class,type,GUID`. A zero bit means "do not care". It takes effect apart from the filter: set
// a narrowing mask before, a widening mask after it. Success is `+OK`; a `-OK` is a *CommandError: uvscpd takes no class above
// 1023 and no type above 255. (VSCP: link session, SMSK)
func (c *Client) SetMask(ctx context.Context, mask vscp.Filter) error {
	return c.command(ctx, nil, linkwire.VerbSmsk, mask.String())
}

// SetFilterNumber sends `SFLT priority,class,type,GUID,n`, for devices with several filters. Success is `+OK`, which vscpd and
// firmware say without a look at the number; uvscpd refuses the fifth field with a *CommandError. (VSCP: filter text form)
func (c *Client) SetFilterNumber(ctx context.Context, n int, f vscp.Filter) error {
	return c.numbered(ctx, linkwire.VerbSflt, n, f)
}

// SetMaskNumber sends `SMSK priority,class,type,GUID,n`: SetMask for the filter of that number. (VSCP: filter text form)
func (c *Client) SetMaskNumber(ctx context.Context, n int, mask vscp.Filter) error {
	return c.numbered(ctx, linkwire.VerbSmsk, n, mask)
}

func (c *Client) numbered(ctx context.Context, verb linkwire.Verb, n int, f vscp.Filter) error {
	if n < 0 {
		return fmt.Errorf("%s: filter number %d is negative", verb, n)
	}
	return c.command(ctx, nil, verb, f.String()+","+strconv.Itoa(n))
}
