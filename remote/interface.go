package remote

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Interface is one interface of a server: a connection, a driver or the device itself.
type Interface struct {
	Index   uint32
	Type    uint32 // a number whose meaning differs with the vendor
	GUID    vscp.GUID
	Name    string
	Started string // when it was opened, as the server writes it; empty if it does not
}

// Interfaces sends `INTERFACE LIST`, and never a bare INTERFACE, which kills uvscpd. Success is a row `index,type,GUID,name`
// for each interface and `+OK`; firmware sends a line `n rows` first, and daemons write ` | Started at ...` behind the name.
// Most servers need the highest privilege; a `-OK` is a *CommandError. (VSCP: link session, INTERFACE)
func (c *Client) Interfaces(ctx context.Context) ([]Interface, error) {
	lines, err := c.lines(ctx, linkwire.VerbInterface, "LIST")
	if err != nil {
		return nil, err
	}
	list, err := parseInterfaces(lines)
	if err != nil {
		return nil, c.odd(linkwire.VerbInterface, err.Error())
	}
	return list, nil
}

func parseInterfaces(lines []string) ([]Interface, error) {
	if len(lines) > 0 && isRowCount(lines[0]) {
		lines = lines[1:]
	}
	var list []Interface
	for _, line := range lines {
		i, err := parseInterface(line)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, nil
}

// isRowCount reports whether line is `n rows`.
func isRowCount(line string) bool {
	number, unit, _ := strings.Cut(strings.TrimSpace(line), " ")
	_, err := strconv.ParseUint(number, 10, 32)
	return err == nil && unit == "rows"
}

// parseInterface splits at three commas at most: a name may hold more.
func parseInterface(line string) (Interface, error) {
	fields := strings.SplitN(line, ",", 4)
	if len(fields) != 4 {
		return Interface{}, fmt.Errorf("interface %.80q has %d fields, want 4", line, len(fields))
	}
	index, err := strconv.ParseUint(strings.TrimSpace(fields[0]), 10, 32)
	if err != nil {
		return Interface{}, fmt.Errorf("interface %.80q: the index is not a number", line)
	}
	kind, err := strconv.ParseUint(strings.TrimSpace(fields[1]), 10, 32)
	if err != nil {
		return Interface{}, fmt.Errorf("interface %.80q: the type is not a number", line)
	}
	guid, err := vscp.ParseGUID(strings.TrimSpace(fields[2]))
	if err != nil {
		return Interface{}, fmt.Errorf("interface %.80q: %w", line, err)
	}
	name, started, _ := strings.Cut(fields[3], "|")
	started = strings.TrimSpace(started)
	for _, words := range []string{"Started at ", "Started "} {
		started = strings.TrimPrefix(started, words)
	}
	return Interface{
		Index: uint32(index), Type: uint32(kind), GUID: guid, Name: strings.TrimSpace(name), Started: strings.TrimSpace(started),
	}, nil
}
