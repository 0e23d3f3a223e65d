package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// moreConnections is how many are opened beside the first.
const moreConnections = 3

// connections opens more of them. Without thorough none that a server of the kind may not survive.
func (e *exam) connections(ctx context.Context) error {
	try, most := moreConnections, e.profile.MaxConnections()
	switch {
	case e.thorough:
	case most > 0:
		try = min(try, most-1)
	case e.profile.Family == remote.FamilyUnknown:
		try = 1 // as many as the bridge would open
	}
	if try == 0 {
		e.d.add("connections", statusWarning, "1, by its own account; not tried", oneConnection)
		return nil
	}
	var more []*remote.Client
	var refused error
	for range try {
		c, _, err := e.target.open(ctx)
		if err == nil {
			if err = c.Noop(ctx); err != nil {
				_ = c.Close() // the first error says more
			}
		}
		if err != nil {
			refused = err
			break
		}
		more = append(more, c)
	}
	for i, c := range more {
		if i == 0 && e.send {
			e.other = c
			continue
		}
		leave(ctx, c)
	}
	value := fmt.Sprintf("%d taken", 1+len(more))
	switch {
	case refused != nil && len(more) == 0:
		e.d.add("connections", statusWarning, "1; the second: "+told(refused), oneConnection)
	case refused != nil:
		e.d.add("connections", statusOK, fmt.Sprintf("%s; the next: %s", value, told(refused)), "the bridge has one to receive and one to send")
	default:
		e.d.add("connections", statusOK, value+", no more tried", "the bridge has one to receive and one to send")
	}
	// A device that is overrun may have dropped the first one too.
	if err := e.client.Noop(ctx); !remote.Refused(err) {
		return err
	}
	return nil
}

const oneConnection = `the bridge needs connections = 1, or "auto" where the server says so itself: polling and sending in turns. Others may hold places too`

// echo sends an event and looks for it on another connection.
func (e *exam) echo(ctx context.Context) error {
	if !e.send {
		e.d.add("send", statusSkipped, "not tried", "--send sends one event that no node acts on")
		return nil
	}
	event := harmless(e.profile.Interface)
	err := e.client.Send(ctx, &event, e.profile.Form)
	switch {
	case remote.Denied(err):
		e.d.add("send", statusWarning, "this login may not", "nothing can be bridged to this server; needs level 4 or the right to send")
		return nil
	case remote.Refused(err):
		e.d.add("send", statusWarning, "refused: "+told(err), "nothing may reach this server")
		return nil
	case err != nil:
		return err
	}
	e.d.add("send", statusOK, "taken", "")
	if e.other == nil {
		e.d.add("echo", statusSkipped, "not tried", "there is no second connection to see it on")
		return nil
	}
	e.find(ctx, e.other, &event)
	leave(ctx, e.other)
	e.other = nil
	return nil
}

// harmless makes the event that is sent: CLASS1.INFORMATION, GENERAL is an information without a meaning, which no node acts
// on; every kind of server takes 8 bytes of it. The bytes are random, so that only this event is found. The GUID is that of a
// node behind our interface, which shows whether the server keeps it.
func harmless(guid vscp.GUID) vscp.Event {
	const information, general, lowest, node = 20, 0, 7, 0xFE
	if !guid.IsZero() {
		guid[len(guid)-1] = node
	}
	data := make([]byte, 8)
	for i := range data {
		data[i] = byte(rand.N(256))
	}
	return vscp.Event{Head: vscp.Head(0).WithPriority(lowest), Class: information, Type: general, GUID: guid, Data: data}
}

// How long and how often to look for an echo.
const (
	echoWait  = 2 * time.Second
	echoPause = 100 * time.Millisecond
)

// find polls another connection for the event.
func (e *exam) find(ctx context.Context, c *remote.Client, event *vscp.Event) {
	var b remote.Batch
	for end := time.Now().Add(echoWait); time.Now().Before(end); {
		err := c.Retrieve(ctx, 16, &b)
		now := time.Now()
		for i := range b.Rows {
			row := &b.Rows[i]
			if row.Class == event.Class && row.Type == event.Type && bytes.Equal(row.AppendData(nil), event.Data) {
				e.echoed(row, event, now)
				return
			}
		}
		if err != nil {
			e.d.add("echo", statusNote, err.Error(), "whether events come back to our other connection is not known")
			return
		}
		if pause(ctx, echoPause) != nil {
			break
		}
	}
	e.d.add("echo", statusOK, fmt.Sprintf("none within %v", echoWait), "what we send does not come back to us")
}

// echoed tells what the server made of the event.
func (e *exam) echoed(row *vscp.Row, event *vscp.Event, now time.Time) {
	var kept []string
	if row.GUID == event.GUID {
		kept = append(kept, "GUID kept")
	} else {
		kept = append(kept, "GUID replaced")
	}
	kept = append(kept, fmt.Sprintf("obid %d", row.ObID))
	value := "comes back, " + strings.Join(kept, ", ")
	own := e.profile.ChannelID != 0 && row.ObID == e.profile.ChannelID
	switch {
	case own:
		e.d.add("echo", statusOK, value, "known by the channel number and suppressed (own_channel)")
	case row.GUID == event.GUID:
		e.d.add("echo", statusWarning, value, "cannot be told by its channel: declare origins of the remotes, so that it is suppressed (origin)")
	default:
		e.d.add("echo", statusOK, value, "known by class, type and data for a while after it was sent, and suppressed (echo)")
	}
	e.timeOf(row.Time, now)
}
