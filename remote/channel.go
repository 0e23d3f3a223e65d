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
// answer 0. Success is one number and `+OK`; a `-OK` is a *CommandError. (VSCP: link session, CHID)
func (c *Client) ChannelID(ctx context.Context) (uint32, error) {
	n, err := c.number(ctx, linkwire.VerbChid, 32)
	return uint32(n), err
}

// GUID sends `GGID`: the GUID of this connection's interface, which the server puts into events that come without one. Success
// is one GUID, whose bytes uvscpd writes without leading zeros, and `+OK`; a `-OK` is a *CommandError. (VSCP: link session, GGID)
func (c *Client) GUID(ctx context.Context) (vscp.GUID, error) {
	var guid vscp.GUID
	err := c.ask(ctx, func(line string) (err error) {
		guid, err = vscp.ParseGUID(strings.TrimSpace(line))
		return err
	}, linkwire.VerbGgid)
	return guid, err
}

// SetGUID sends `SGID guid`, always in the full form, because vscpd takes anything for a GUID. It is the GUID of this
// connection, but on a device that has one for all. Success is `+OK`. Firmware does it and answers `-OK`, so after a refusal
// other than for want of rights GGID has the last word: the refusal is a *CommandError if the GUID is another.
// (VSCP: link session, SGID)
func (c *Client) SetGUID(ctx context.Context, guid vscp.GUID) error {
	err := c.command(ctx, nil, linkwire.VerbSgid, guid.String())
	if !Refused(err) || Denied(err) {
		return err
	}
	got, ggidErr := c.GUID(ctx)
	switch {
	case ggidErr != nil && !Refused(ggidErr):
		return ggidErr
	case ggidErr == nil && got == guid:
		return nil
	default:
		return err
	}
}

// number runs a command whose reply is one decimal number of so many bits. uvscpd writes a blank behind it.
func (c *Client) number(ctx context.Context, verb linkwire.Verb, bits int) (uint64, error) {
	var n uint64
	err := c.ask(ctx, func(line string) (err error) {
		n, err = parseNumber(line, bits)
		return err
	}, verb)
	return n, err
}

func parseNumber(line string, bits int) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(line), 10, bits)
	if err != nil {
		return 0, fmt.Errorf("%.40q is not a number", line)
	}
	return n, nil
}
