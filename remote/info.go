package remote

import (
	"context"
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

// Version sends `VERS`. Success is one line `major,minor,release[,build]` and `+OK`: daemons before 13.0.0.14 have no build, and
// uvscpd writes `N/A` for it. A `-OK` is a *CommandError. (VSCP: link session, VERS)
func (c *Client) Version(ctx context.Context) (Version, error) {
	var v Version
	err := c.ask(ctx, func(line string) (err error) {
		v, err = parseVersion(line)
		return err
	}, linkwire.VerbVers)
	return v, err
}

func parseVersion(line string) (Version, error) {
	parts := strings.Split(strings.TrimSpace(line), ",")
	if len(parts) < 3 || len(parts) > 4 {
		return Version{}, fmt.Errorf("version %.40q has %d parts, want 3 or 4", line, len(parts))
	}
	var v Version
	for i, field := range []*int{&v.Major, &v.Minor, &v.Release} {
		n, err := strconv.ParseUint(strings.TrimSpace(parts[i]), 10, 31)
		if err != nil {
			return Version{}, fmt.Errorf("version %.40q is not numbers", line)
		}
		*field = int(n)
	}
	if len(parts) == 4 {
		if strings.Contains(parts[3], `"`) {
			return Version{}, fmt.Errorf("version %.40q looks like an answer to INFO", line)
		}
		v.Build = strings.TrimSpace(parts[3])
	}
	return v, nil
}

// ChannelStatus is what a server says of a connection's health.
type ChannelStatus struct {
	Status, LastError, LastSubError uint32 // numbers of the server's own
	Text                            string // of the last error
}

// Info sends `INFO`. Success is one line `status,last-error,last-sub-error,"text"` and `+OK`, which firmware writes without its
// plus. A `-OK` is a *CommandError: uvscpd has no INFO. (VSCP: link session, INFO)
func (c *Client) Info(ctx context.Context) (ChannelStatus, error) {
	var s ChannelStatus
	err := c.ask(ctx, func(line string) (err error) {
		s, err = parseChannelStatus(line)
		return err
	}, linkwire.VerbInfo)
	return s, err
}

func parseChannelStatus(line string) (ChannelStatus, error) {
	fields := strings.SplitN(strings.TrimSpace(line), ",", 4)
	if len(fields) != 4 {
		return ChannelStatus{}, fmt.Errorf("channel status %.80q has %d fields, want 4", line, len(fields))
	}
	var n [3]uint32
	for i := range n {
		number, err := strconv.ParseUint(strings.TrimSpace(fields[i]), 10, 32)
		if err != nil {
			return ChannelStatus{}, fmt.Errorf("channel status %.80q: field %d is not a number", line, i+1)
		}
		n[i] = uint32(number)
	}
	text := strings.TrimSpace(fields[3])
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		text = strings.TrimSuffix(inner, `"`)
	}
	return ChannelStatus{Status: n[0], LastError: n[1], LastSubError: n[2], Text: text}, nil
}

// DataCount sends `CDTA`: how many events wait at the server for this connection. Success is one number and `+OK`; a `-OK` is
// a *CommandError. The other names of the command are known to fewer servers. (VSCP: link session, CDTA)
func (c *Client) DataCount(ctx context.Context) (int, error) {
	n, err := c.number(ctx, linkwire.VerbCdta, 31)
	return int(n), err
}
