package main

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/simdevice"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// demoEvents are rows that real servers sent; the file says which.
//
//go:embed demo_events.txt
var demoEvents string

// sitePrefix is how many bytes of a GUID name the site.
const sitePrefix = 10

// captured returns the rows of one section of the event file, moved behind the GUID of the site that plays them: the loop
// guard would hold back an event of a GUID that no remote declares to live behind it only if another remote does.
func captured(text, section string, home vscp.GUID) (simdevice.Play, error) {
	var rows simdevice.Play
	here := false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "== "); ok {
			here = name == section
			continue
		}
		if !here || line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var row vscp.Row
		if err := row.Parse([]byte(line)); err != nil {
			return nil, fmt.Errorf("demo events, line %d: %w", i+1, err)
		}
		if !row.GUID.IsZero() {
			copy(row.GUID[:sitePrefix], home[:sitePrefix])
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("demo events: section %q has no rows", section)
	}
	return rows, nil
}

// boiler is the field device: a flow temperature, and every few events a heartbeat.
type boiler struct {
	guid     vscp.GUID
	readings simdevice.Readings
}

const (
	boilerTemperature = 62
	heartbeatEvery    = 3
)

func newBoiler(guid vscp.GUID) boiler {
	return boiler{guid: guid, readings: simdevice.Readings{GUID: guid, Around: boilerTemperature}}
}

// Row implements simdevice.Source.
func (b boiler) Row(n uint64, at time.Time) vscp.Row {
	if n%heartbeatEvery != heartbeatEvery-1 {
		return b.readings.Row(n, at)
	}
	return vscp.NewRow(&vscp.Event{
		Head: vscp.Head(0).WithPriority(6), Class: 20, Type: 9, Time: vscp.TimeOf(at), GUID: b.guid,
		Data: []byte{0, 1, 2}, // user byte, zone, sub-zone
	}, vscp.TextForm{})
}
