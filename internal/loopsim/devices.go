package loopsim

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// presses is how often a button is pressed in a row: equal events, without a time.
const presses = 10

const (
	classMeasurement vscp.Class = 10
	classInformation vscp.Class = 20
)

// devices plans what the devices of all sites send. Where events multiply, few are enough.
func (w *world) devices(few bool) {
	for i := range w.sites {
		at := w.between(firstEvent, lastEvent)
		button := say(device(i, 1), classInformation, 1, 0, byte(i), 1)
		for range presses {
			w.emit(i, at, button)
			at += w.between(0, 50*time.Millisecond)
		}
		w.emit(i, w.between(firstEvent, lastEvent), say(device(i, 2), classMeasurement, 6, 0x89, byte(i), 0))
		w.emit(i, w.between(firstEvent, lastEvent), say(stranger(i), classMeasurement, 7, byte(i)))
		if !few {
			w.more(i)
		}
		for n := range 2 {
			w.emit(i, w.between(lateEvents, lastLate), say(device(i, 2), classMeasurement, 6, 0x89, byte(i), byte(100+n)))
		}
	}
	if w.t.Roams {
		w.roam()
	}
	at := lastLate
	for _, i := range w.rng.Perm(len(w.sites)) { // the same everywhere, when nothing is left of what was sent before
		at += 3 * time.Second
		w.emit(i, at, say(device(i, 4), classInformation, 8, 1))
	}
}

// more is what devices send beside button presses and measurements.
func (w *world) more(i int) {
	when := func() time.Duration { return w.between(firstEvent, lastEvent) }
	for n := range byte(3) {
		w.emit(i, when(), say(device(i, 2), classMeasurement, 6, 0x89, byte(i), 1+n))
	}
	for n := range byte(2) {
		w.emit(i, when(), say(device(i, 3), classControl, 5, byte(i), n))
		w.emit(i, when(), say(vscp.GUID{}, classInformation, 2, byte(i), n)) // leaves its GUID to the server
	}
	w.emit(i, when(), say(private(i), classInformation, 4, byte(i)))
}

// roam has a device send from site to site.
func (w *world) roam() {
	at := w.between(firstEvent, lastEvent/2)
	for n := range byte(8) {
		w.emit(w.rng.IntN(len(w.sites)), at, say(mover(), classInformation, 3, n))
		at += w.between(0, 300*time.Millisecond)
	}
}

func say(guid vscp.GUID, class vscp.Class, typ uint16, data ...byte) vscp.Row {
	return (&vscp.Event{Head: 0x60, Class: class, Type: typ, GUID: guid, Data: data}).Row()
}

// emit has a device at a site send an event, unless the site is down then.
func (w *world) emit(at int, t time.Duration, row vscp.Row) {
	w.clock.at(t, func() {
		s := w.sites[at]
		if s.down {
			return
		}
		stays := row.GUID == private(at) || row.GUID == stranger(at) && w.t.Strict()
		tag := w.tally.event(at, t >= lateEvents, func(to int) bool {
			return (!stays || s.peer.Erases) && (w.t.Reach == nil || w.t.Reach(at, to, row.Class))
		})
		w.tally.said(&row)
		s.take(event{tag: tag, row: row}, nil)
	})
}
