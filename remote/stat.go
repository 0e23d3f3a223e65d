package remote

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Statistics are the counters of a connection, or of the bus behind it. Many servers keep only some of them: vscpd only the
// overruns.
type Statistics struct {
	BusOff, BusWarnings           uint64 // of a CAN bus; other servers write what they like
	Overruns                      uint64 // events lost because the queue of this connection was full
	ReceivedBytes, ReceivedEvents uint64
	SentBytes, SentEvents         uint64
}

// Statistics sends `STAT`. Success is one line of seven numbers and `+OK`; an eighth number, which only the binary form of the
// command defines, is passed over. A `-OK` is a *CommandError. (VSCP: link session, STAT)
func (c *Client) Statistics(ctx context.Context) (Statistics, error) {
	var s Statistics
	err := c.ask(ctx, func(line string) (err error) {
		s, err = parseStatistics(line)
		return err
	}, linkwire.VerbStat)
	return s, err
}

func parseStatistics(line string) (Statistics, error) {
	fields := strings.Split(strings.TrimSpace(line), ",")
	if len(fields) != 7 && len(fields) != 8 {
		return Statistics{}, fmt.Errorf("statistics %.80q have %d numbers, want 7", line, len(fields))
	}
	var n [8]uint64
	for i, field := range fields {
		var err error
		if n[i], err = strconv.ParseUint(strings.TrimSpace(field), 10, 64); err != nil {
			return Statistics{}, fmt.Errorf("statistics %.80q: field %d is not a number", line, i+1)
		}
	}
	return Statistics{
		BusOff: n[0], BusWarnings: n[1], Overruns: n[2], ReceivedBytes: n[3], ReceivedEvents: n[4], SentBytes: n[5], SentEvents: n[6],
	}, nil
}
