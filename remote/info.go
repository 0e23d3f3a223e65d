package remote

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Version is a server's own version. It does not tell which form of the protocol it speaks.
type Version struct {
	Major, Minor, Release int
	Build                 string // mostly a number; "N/A" from uvscpd, empty from old daemons
}

// String returns the four parts as the server wrote them.
func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Release)
	if v.Build != "" {
		s += "-" + v.Build
	}
	return s
}

// Version sends `VERS`: `major,minor,release[,build]`.
func (c *Client) Version(ctx context.Context) (Version, error) {
	line, err := c.oneLine(ctx, linkwire.VerbVers)
	if err != nil {
		return Version{}, err
	}
	parts := strings.Split(strings.TrimSpace(line), ",")
	var v Version
	if len(parts) < 3 || len(parts) > 4 {
		return v, &ProtocolError{Verb: linkwire.VerbVers, Reason: fmt.Sprintf("version %.40q has %d parts, want 3 or 4", line, len(parts))}
	}
	for i, field := range []*int{&v.Major, &v.Minor, &v.Release} {
		if *field, err = strconv.Atoi(strings.TrimSpace(parts[i])); err != nil {
			return Version{}, &ProtocolError{Verb: linkwire.VerbVers, Reason: fmt.Sprintf("version %.40q is not numbers", line)}
		}
	}
	if len(parts) == 4 {
		v.Build = strings.TrimSpace(parts[3])
	}
	return v, nil
}

// Capabilities are the bits that a server answers to WCYD.
type Capabilities uint64

// Capabilities sends `WCYD`: eight bytes in hexadecimal, most significant first, joined by `-`. Firmware adds the decimal
// value, which decimal reports; daemons before version 14 send the value on the status line, which gives a *ProtocolError.
func (c *Client) Capabilities(ctx context.Context) (caps Capabilities, decimal bool, err error) {
	line, err := c.oneLine(ctx, linkwire.VerbWcyd)
	if err != nil {
		return 0, false, err
	}
	pairs, rest, decimal := strings.Cut(strings.TrimSpace(line), " ")
	raw, err := hex.DecodeString(strings.ReplaceAll(pairs, "-", ""))
	if err != nil || len(raw) != 8 {
		return 0, false, &ProtocolError{Verb: linkwire.VerbWcyd, Reason: fmt.Sprintf("capabilities %.60q are not eight bytes", line)}
	}
	for _, b := range raw {
		caps = caps<<8 | Capabilities(b)
	}
	return caps, decimal && strings.TrimSpace(rest) != "", nil
}

// DataCount sends `CDTA`: how many events wait at the server for this connection.
func (c *Client) DataCount(ctx context.Context) (int, error) {
	line, err := c.oneLine(ctx, linkwire.VerbCdta)
	if err != nil {
		return 0, err
	}
	// uvscpd writes a blank after the number.
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || n < 0 {
		return 0, &ProtocolError{Verb: linkwire.VerbCdta, Reason: fmt.Sprintf("event count %.40q is not a number", line)}
	}
	return n, nil
}
