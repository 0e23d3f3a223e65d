package api

import "time"

// Where the admin server tells of events. Both take the parameters below, which choose events.
const (
	// EventsPath is answered with Events, the newest that were noted: oldest first, and ?limit=N of them at most.
	EventsPath = "/api/v1/events"
	// EventStreamPath is answered with events as they pass, without an end: each an Event on a line of its own with the type LinesType,
	// and in between a Pulse about every PulseEvery, and sooner when events were missed. A client that accepts text/event-stream gets
	// the same documents as server-sent events, named StreamEvent and StreamPulse. A client that is too slow misses events, and is
	// told how many; it does not slow the bridge.
	EventStreamPath = "/api/v1/events/stream"
)

// The names of server-sent events, and the type of their stream.
const (
	StreamType  = "text/event-stream"
	StreamEvent = "event"
	StreamPulse = "pulse"
)

// PulseEvery is how often a stream shows that it is alive.
const PulseEvery = 5 * time.Second

// The parameters that choose events. One that is given several times takes what any of its values does; an event must be taken by
// all that are given. Classes and types are numbers or tokens, where the token of a type needs its class.
const (
	QueryRemote = "remote" // name of a remote, as source or destination
	QueryRoute  = "route"  // name of a route
	QueryClass  = "class"
	QueryType   = "type"
	QueryGUID   = "guid"   // as in FF:FF:FF:FF:FF:FF:FF:FE:00:01:*
	QueryReason = "reason" // why it goes no further; if it is not given, all but own_channel
	QueryShow   = "show"   // one of the words below; ShowAll if it is not given
	QueryLimit  = "limit"  // of EventsPath; 100 if it is not given
)

// What QueryShow may be.
const (
	ShowAll     = "all"
	ShowPassed  = "passed"  // what was queued for its destination
	ShowDropped = "dropped" // what went no further, for whichever reason
)

// Events are events that passed the bridge of late. The bridge keeps a few for each remote, and when many come in a second, only the
// first of them.
type Events struct {
	API    int       `json:"api"` // Version
	At     time.Time `json:"read_at"`
	Events []Event   `json:"events"` // oldest first
}

// Event is an event on one of its ways through the bridge: from a remote to another by a route. One that several routes or
// destinations could have had makes as many documents.
type Event struct {
	ID      uint64    `json:"id"` // the same for all ways of an event; later ones have larger numbers
	At      time.Time `json:"seen_at"`
	Route   string    `json:"route"`
	From    string    `json:"from"` // empty for an event that was dropped after it had been queued, and for a link event of the bridge
	To      string    `json:"to"`
	Outcome string    `json:"outcome"`         // queued, filtered, suppressed or dropped
	Held    string    `json:"held,omitempty"`  // the reason why it goes no further; absent: it was queued
	Reply   string    `json:"reply,omitempty"` // the destination's words about an event that it refused

	Line        string       `json:"line"`    // the event as it leaves, to be sent again
	Sent        time.Time    `json:"sent_at"` // by its sender, or when it came
	Priority    uint8        `json:"priority"`
	Head        uint16       `json:"head"`
	Class       uint16       `json:"class"`
	ClassToken  string       `json:"class_token"`
	Type        uint16       `json:"type"`
	TypeToken   string       `json:"type_token"`
	GUID        string       `json:"guid"`
	Data        []int        `json:"data"`                  // a number for each byte
	Measurement *Measurement `json:"measurement,omitempty"` // what it measures, or sets
}

// The outcomes of an event, by which its reason is counted.
const (
	OutcomeQueued     = "queued"
	OutcomeFiltered   = "filtered"
	OutcomeSuppressed = "suppressed"
	OutcomeDropped    = "dropped"
)

// Measurement is the value that an event reports or sets.
type Measurement struct {
	Value   *float64 `json:"value"` // null if it is no number, or none that JSON has
	Text    string   `json:"text"`  // the value as it was sent
	Symbol  string   `json:"symbol,omitempty"`
	Unit    uint8    `json:"unit"`
	Sensor  uint8    `json:"sensor"`
	Index   uint8    `json:"index"`
	Zone    uint8    `json:"zone"`
	Subzone uint8    `json:"subzone"`
}

// Pulse is a line of a stream that is no event.
type Pulse struct {
	At     time.Time `json:"alive_at"`
	Missed uint64    `json:"missed"` // events since the pulse before that the client was too slow for
}
