package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// eventView says how events are shown.
type eventView struct {
	full bool // whole GUIDs, and all data
	raw  bool // the line as it came
	json bool
}

// eventTime is how times are shown: UTC, to the millisecond.
const eventTime = "2006-01-02T15:04:05.000Z"

// shortData is how many data bytes are shown without --full: all of Level I, and of most others.
const shortData = 16

// eventRecord is an event in JSON.
type eventRecord struct {
	Received    time.Time        `json:"received"`
	Time        *time.Time       `json:"time,omitempty"` // as the sender said
	Priority    uint8            `json:"priority"`
	Head        uint16           `json:"head"`
	Class       uint16           `json:"class"`
	ClassToken  string           `json:"class_token"`
	Type        uint16           `json:"type"`
	TypeToken   string           `json:"type_token"`
	ObID        uint32           `json:"obid"`
	GUID        vscp.GUID        `json:"guid"`
	Data        []int            `json:"data"`
	Measurement *api.Measurement `json:"measurement,omitempty"`
}

// show prints one event.
func (v eventView) show(c *console, row *vscp.Row, received time.Time) error {
	var e vscp.Event
	row.Event(&e)
	switch {
	case v.json:
		return c.printJSON(newEventRecord(&e, received))
	case v.raw:
		c.printLines(string(row.Text))
	default:
		c.printLines(v.line(&e, received))
	}
	return nil
}

// line returns an event for a person: time, class and type, GUID, data, and what they say if it is a measurement. A time that is
// not the sender's has a ~ before it.
func (v eventView) line(e *vscp.Event, received time.Time) string {
	stamp := " " + e.Time.AsTime().Format(eventTime)
	if e.Time.Nanos == 0 {
		stamp = "~" + received.UTC().Format(eventTime)
	}
	return stamp + "  " + v.text(e)
}

// text is a line but for the time.
func (v eventView) text(e *vscp.Event) string {
	guid := shortGUID(e.GUID)
	if v.full {
		guid = e.GUID.String()
	}
	what := e.Class.String() + " " + e.Class.TypeToken(e.Type)
	line := fmt.Sprintf("%-30s  %s  %s", what, guid, v.data(e.Data))
	if m, err := e.Measurement(); err == nil {
		line += "  = " + m.String()
	} else if e.Class.IsMeasurement() {
		line += "  ! " + err.Error()
	}
	return strings.TrimRight(line, " ")
}

func (v eventView) data(data []byte) string {
	if len(data) > shortData && !v.full {
		return fmt.Sprintf("% X .. (%d bytes)", data[:shortData], len(data))
	}
	return fmt.Sprintf("% X", data)
}

// shortGUID writes a GUID in the shortest form that can be read back: `::` for FF in front, `-:` for zeros in front.
func shortGUID(g vscp.GUID) string {
	if g.IsZero() {
		return "-"
	}
	n := 0
	for n < len(g) && g[n] == g[0] {
		n++
	}
	rest := strings.ReplaceAll(fmt.Sprintf("% X", g[n:]), " ", ":")
	switch {
	case g[0] == 0xFF:
		return "::" + rest
	case g[0] == 0 && n > 1:
		return "-:" + rest
	default:
		return g.String()
	}
}

func newEventRecord(e *vscp.Event, received time.Time) eventRecord {
	r := eventRecord{
		Received: received.UTC(), Priority: e.Head.Priority(), Head: uint16(e.Head),
		Class: uint16(e.Class), ClassToken: e.Class.String(), Type: e.Type, TypeToken: e.Class.TypeToken(e.Type),
		ObID: e.ObID, GUID: e.GUID, Data: make([]int, len(e.Data)),
	}
	if e.Time.Nanos != 0 {
		r.Time = new(e.Time.AsTime())
	}
	for i, b := range e.Data {
		r.Data[i] = int(b)
	}
	if m, err := e.Measurement(); err == nil {
		r.Measurement = admin.MeasurementOf(m)
	}
	return r
}
