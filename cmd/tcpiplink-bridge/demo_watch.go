package main

import (
	"strings"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
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

// demoWatch keeps the last events that passed the bridge, and its last warnings. It is the bridge's tap and its log.
type demoWatch struct {
	mu       sync.Mutex // guards the rest
	events   [keptSightings]sighting
	seen     int
	warnings []string
	buffer   [vscp.MaxData]byte
}

// tap notes an event. What a site's server shows the bridge of its own sending is left out: it would be every other line.
func (w *demoWatch) tap(s bridge.Sight) {
	if s.Held == policy.OwnChannel {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	e := &w.events[w.seen%keptSightings]
	w.seen++
	*e = sighting{
		at: time.Now(), from: s.From, to: s.To, class: s.Row.Class, typ: s.Row.Type, dataLen: s.Row.DataLen(), held: s.Held,
	}
	copy(e.data[:], s.Row.AppendData(w.buffer[:0]))
}

// last returns up to n sightings, the newest last.
func (w *demoWatch) last(n int) []sighting {
	w.mu.Lock()
	defer w.mu.Unlock()
	n = min(n, w.seen, keptSightings)
	out := make([]sighting, 0, n)
	for i := w.seen - n; i < w.seen; i++ {
		out = append(out, w.events[i%keptSightings])
	}
	return out
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
