package policy

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Arrival is an event that came from a remote.
type Arrival struct {
	Row       *vscp.Row     // what its sender left to the server is filled in by Judge
	Own       []uint32      // channel ids of the connections on which the remote's events are sent
	Interface vscp.GUID     // of the connection that it came on; all zero if the peer does not say
	At        time.Time     // when it came, for an event without a time
	Now       time.Duration // the same by a clock that only goes forward
}

// Lane is a way from a remote to another.
type Lane struct {
	Route *config.Route
	To    int // the slot of the remote
}

// Verdict is what becomes of an event on a lane.
type Verdict struct {
	Reason Reason    // why it goes no further; Goes: it does
	Row    *vscp.Row // as it leaves: that of the arrival, unless the route rewrites it
}

// Entrance judges the events that come from a remote. It belongs to the goroutine that receives them.
type Entrance struct {
	guard    *loop.Guard
	credits  *loop.Credits // for what is sent to the remote
	door     *loop.Door
	storm    *loop.Storm
	alarms   []Alarm
	lanes    []Lane
	rules    []rules   // beside lanes
	verdicts []Verdict // likewise
	ports    []port    // likewise
	remote   int
	probes   *Probes
	links    map[uint32]bool // the bridge's own
	marked   vscp.Row        // a probe as it goes on, where it says another thing than it did
}

// Lanes returns the ways that lead on from the remote, in the order of the configuration.
func (e *Entrance) Lanes() []Lane { return e.lanes }

// Judge says what becomes of an event on each lane, in their order. The verdicts are valid until the next call, and so are their
// rows, as long as that of the arrival is.
func (e *Entrance) Judge(a *Arrival) []Verdict {
	if loop.IsProbe(a.Row) {
		if s, is := loop.ReadProbe(a.Row); is {
			return e.judgeProbe(s, a)
		}
	}
	sent := a.Row.Time
	if held := e.admit(a); held != loop.Admitted {
		for i := range e.verdicts {
			e.verdicts[i] = Verdict{Reason: Reason(held.String()), Row: a.Row}
		}
		return e.verdicts
	}
	goes, of := false, newEvent(a, sent, e.guard)
	for i := range e.verdicts {
		why := Cycle
		if !e.ports[i].blocked() {
			why = e.rules[i].check(&of)
		}
		e.verdicts[i] = Verdict{Reason: why, Row: a.Row}
		goes = goes || why == Goes
	}
	storm := goes && e.storms(a)
	for i := range e.verdicts {
		switch v := &e.verdicts[i]; {
		case v.Reason != Goes:
		case storm:
			v.Reason = Storm
		default:
			*v = e.rules[i].shape(&of)
		}
	}
	return e.verdicts
}

// admit finds out whether the event is new here, and completes it.
func (e *Entrance) admit(a *Arrival) loop.Reason {
	own := loop.Own(a.Row, a.Own)
	complete(a)
	switch {
	case own:
		return loop.OwnChannel
	case e.credits.Spend(a.Row, a.Now):
		return loop.Echo
	case e.ownLink(a.Row):
		return loop.OwnEvent
	}
	held, flaps, before := e.door.Check(a.Row.GUID, a.Now)
	if flaps {
		e.alarm(Alarm{Kind: Flapping, GUID: a.Row.GUID, Class: a.Row.Class, Type: a.Row.Type, Before: before})
	}
	return held
}

// ownLink reports whether an event is one of the bridge's own about its links. What comes back on its own channel is known by that; these went
// around, through another bridge.
func (e *Entrance) ownLink(row *vscp.Row) bool {
	l, is := loop.ReadLinkEvent(row)
	return is && e.links[l.Link]
}

func (e *Entrance) storms(a *Arrival) bool {
	held, began := e.storm.Check(a.Row, a.Now)
	if began {
		e.alarm(Alarm{Kind: Storming, GUID: a.Row.GUID, Class: a.Row.Class, Type: a.Row.Type})
	}
	return held
}

// complete fills in what an event's sender left to the server: the GUID of the interface that it came in on, so that the next
// server does not put its own, and the time. The obid meant something only at the server.
func complete(a *Arrival) {
	row := a.Row
	row.ObID = 0
	if row.GUID.IsZero() {
		row.GUID = a.Interface
	}
	if row.Time.Nanos == 0 {
		row.Time.Nanos = uint64(a.At.UnixNano())
	}
}
