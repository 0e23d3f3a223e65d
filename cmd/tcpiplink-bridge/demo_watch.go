package main

import (
	"strings"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	keptSightings = 40 // more than fit on most screens
	keptWarnings  = 3
	shownData     = 8 // bytes
)

// sighting is an event as the bridge saw it pass.
type sighting struct {
	at       time.Time
	from, to string
	class    vscp.Class
	typ      uint16
	data     [shownData]byte
	dataLen  int // of the event, also if more than is kept
	held     bridge.Reason
}

// sightingOf takes what is shown out of what the bridge saw.
func sightingOf(s *bridge.Sight) sighting {
	e := sighting{at: s.At, from: s.From, to: s.To, class: s.Row.Class, typ: s.Row.Type, dataLen: s.Row.DataLen(), held: s.Held}
	copy(e.data[:], s.Row.AppendData(nil))
	return e
}

// demoWatch keeps the last warnings of the bridge. It is its log.
type demoWatch struct {
	mu       sync.Mutex // guards the rest
	warnings []string
}

// Write takes one line of the log, so that it does not tear the screen.
func (w *demoWatch) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.warnings = append(w.warnings, strings.TrimSpace(string(line)))
	if extra := len(w.warnings) - keptWarnings; extra > 0 {
		w.warnings = append(w.warnings[:0], w.warnings[extra:]...)
	}
	return len(line), nil
}

// lastWarnings returns the last lines of the log.
func (w *demoWatch) lastWarnings() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.warnings...)
}
