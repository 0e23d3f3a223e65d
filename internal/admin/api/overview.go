package api

import "time"

// Where the admin server tells what a person looks at all the time: less of each remote than a Status, and so little that it can be
// told every second.
const (
	// OverviewPath is answered with an Overview.
	OverviewPath = "/api/v1/overview"
	// OverviewStreamPath is answered without an end, with server-sent events or with lines, as EventStreamPath is: first an Overview,
	// then about every second an OverviewChange, which is an Overview with what is not as it was, and the newest events that were seen meanwhile.
	// When other remotes or routes are there than before, it is a whole Overview again.
	OverviewStreamPath = "/api/v1/overview/stream"
)

// The names of server-sent events at OverviewStreamPath.
const (
	StreamOverview = "overview" // an Overview
	StreamChange   = "change"   // an OverviewChange
	StreamSeen     = "seen"     // a list of Event, oldest first
)

// Overview is a short reading of a whole bridge.
type Overview struct {
	API     int       `json:"api"` // Version
	At      time.Time `json:"read_at"`
	Name    string    `json:"name"`
	Version string    `json:"version"`
	Started time.Time `json:"started_at"`
	OverviewChange
}

// OverviewChange is that part of an Overview which does not stay as it is.
type OverviewChange struct {
	Ready      bool            `json:"ready"`
	Reasons    []string        `json:"reasons,omitempty"` // why it is not ready
	Notes      []string        `json:"notes,omitempty"`   // what should be known besides, such as a reload that failed
	Remotes    []RemoteLine    `json:"remotes"`           // in the order of the configuration
	Directions []DirectionLine `json:"directions"`        // those of a route follow one another
}

// RemoteLine is a remote in few words.
type RemoteLine struct {
	Name         string    `json:"name"`
	Address      string    `json:"address"`
	Family       string    `json:"family,omitempty"` // of the peer, once it answered
	Up           bool      `json:"up"`
	Paused       time.Time `json:"paused_since,omitzero"` // by hand
	State        string    `json:"state"`                 // of the connection that is not up, or else of the first
	Since        time.Time `json:"state_since"`
	Error        string    `json:"error,omitempty"` // while it fails
	FailingSince time.Time `json:"failing_since,omitzero"`
	Next         time.Time `json:"next_attempt_at,omitzero"` // or the next tick
	RoundTrip    float64   `json:"round_trip_seconds,omitempty"`
	Received     uint64    `json:"received"` // events
	Sent         uint64    `json:"sent"`     // events that the peer took
}

// DirectionLine is a route to one destination, as Direction, but only with the reasons that there were.
type DirectionLine struct {
	Route      string    `json:"route"`
	From       []string  `json:"from"`
	To         string    `json:"to"`
	Received   uint64    `json:"received"`
	Forwarded  uint64    `json:"forwarded"`
	Filtered   Reasons   `json:"filtered,omitempty"`
	Suppressed Reasons   `json:"suppressed,omitempty"`
	Dropped    Reasons   `json:"dropped,omitempty"`
	Queued     int       `json:"queued"`
	MaxEvents  int       `json:"max_events"`
	Bytes      int64     `json:"queue_bytes"`
	Oldest     time.Time `json:"oldest_queued_at,omitzero"`
	Storage    string    `json:"storage"`
	Paused     time.Time `json:"paused_since,omitzero"` // by hand: it delivers nothing
	Removed    bool      `json:"removed,omitempty"`     // from the configuration: what waits is still sent
	Degraded   string    `json:"degraded,omitempty"`    // why the disk takes no events
}
