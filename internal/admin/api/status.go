package api

import "time"

// StatusPath is where the admin server answers with a Status.
const StatusPath = "/api/v1/status"

// Version is the version of the documents.
const Version = 1

// Error is the body of every answer of the API that is not a success.
type Error struct {
	Error string `json:"error"`
	Code  string `json:"code,omitempty"`  // one of the codes, for those errors that have one
	Taken *Taken `json:"taken,omitempty"` // of events that were to be put into a queue: what came before the error
	// Changes are what a reload with CodeRestart would have changed.
	Changes []Change `json:"changes,omitempty"`
}

// The codes of errors.
const (
	CodeSocketOnly   = "socket_only"           // a change was asked for over the network, and the bridge has no token for that
	CodeLocalOnly    = "local_only"            // something was to be read over the network, and the bridge has no token for that
	CodeTokenMissing = "token_required"        // the request has no token, and takes one
	CodeTokenWrong   = "token_wrong"           // the token is not that of the bridge
	CodeInvalid      = "invalid_configuration" // a reload found mistakes, which are in the Error
	CodeRestart      = "restart_required"      // a reload found changes that only a restart makes
	CodeConfirm      = "confirm_required"      // a command takes the name of the remote in confirm
)

// Status is a reading of a whole bridge.
type Status struct {
	API     int       `json:"api"`     // Version
	At      time.Time `json:"read_at"` // when, by the clock of the daemon, as all times
	Daemon  Daemon    `json:"daemon"`
	Config  Config    `json:"config"`
	Ready   bool      `json:"ready"`             // what /readyz says
	Reasons []string  `json:"reasons,omitempty"` // why not
	Remotes []Remote  `json:"remotes"`           // in the order of the configuration
	Routes  []Route   `json:"routes"`            // in the order of the configuration
}

// Daemon is the process.
type Daemon struct {
	Name          string    `json:"name"`
	Version       string    `json:"version"`
	Started       time.Time `json:"started_at"`
	UptimeSeconds float64   `json:"uptime_seconds"`
	Socket        string    `json:"socket,omitempty"` // absolute path of the unix socket that it listens at
}

// Remote is one endpoint that the bridge connects to.
type Remote struct {
	Name    string `json:"name"`
	Address string `json:"address"` // as configured; of several the one that was reached last
	Up      bool   `json:"up"`      // every connection is up, or a visit is due in time
	Summary string `json:"summary"` // what keeps it from being up, in a few words
	// Paused is since when it is not connected because somebody paused it.
	Paused   time.Time `json:"paused_since,omitzero"`
	Peer     *Peer     `json:"peer,omitempty"`
	Loss     Loss      `json:"loss"`
	Received uint64    `json:"received"` // events that came from it, whatever became of them
	Sent     uint64    `json:"sent"`     // events that it took
	// RoundTripSeconds is the time from the newest command that was timed to its answer; absent before the first.
	RoundTripSeconds float64 `json:"round_trip_seconds,omitempty"`
	Links            []Link  `json:"links"`
}

// Peer is what answered at the newest connection; absent before the first.
type Peer struct {
	Family   string `json:"family"`   // by whose traits it is treated: vscpd, uvscpd, firmware or unknown
	Detected string `json:"detected"` // what it looks like
	Version  string `json:"version,omitempty"`
}

// Loss is what was lost before it came to the bridge, as far as that can be seen from here. Each number is a lower bound.
type Loss struct {
	ServerOverruns        uint64  `json:"server_overruns"` // events that the server dropped because its queue for the bridge was full
	IndexGaps             uint64  `json:"index_gaps"`      // events missing in the rolling index of their senders
	ReceiveGaps           uint64  `json:"receive_gaps"`    // times that a connection which receives was followed by another one
	ReceiveGapSeconds     float64 `json:"receive_gap_seconds"`
	LastReceiveGapSeconds float64 `json:"last_receive_gap_seconds"`
}

// Any reports whether something was lost, or may have been.
func (l *Loss) Any() bool {
	return l.ServerOverruns > 0 || l.IndexGaps > 0 || l.ReceiveGaps > 0
}

// Link is one connection of a remote, also while there is none.
type Link struct {
	Name         string            `json:"name"` // the role, with a number where several connections have the same
	Role         string            `json:"role"` // receive, send or single
	State        string            `json:"state"`
	Up           bool              `json:"up"` // events can flow
	Since        time.Time         `json:"state_since"`
	Address      string            `json:"address,omitempty"`      // what the connection was made to last
	Connects     uint64            `json:"connects"`               // times that it came up
	CameUp       time.Time         `json:"came_up_at,omitzero"`    // the last time
	Failures     uint64            `json:"failures"`               // attempts and connections that ended with an error
	Failing      bool              `json:"failing"`                // the last attempt failed, or the last connection broke
	FailsFrom    time.Time         `json:"failing_since,omitzero"` // the first failure since it came up last
	LastError    string            `json:"last_error,omitempty"`
	LastCause    string            `json:"last_cause,omitempty"`
	Next         time.Time         `json:"next_attempt_at,omitzero"` // or the next tick
	SkippedTicks uint64            `json:"skipped_ticks"`
	Causes       map[string]uint64 `json:"failures_by_cause,omitempty"`
	States       map[string]Stay   `json:"states"`  // those that it was in
	History      []Transition      `json:"history"` // the newest, oldest first
}

// Stay is what a link spent in a state, the present stay included.
type Stay struct {
	Times   uint64  `json:"times"`
	Seconds float64 `json:"total_seconds"`
}

// Transition is a step of a link from one state to the next.
type Transition struct {
	At      time.Time `json:"entered_at"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Cause   string    `json:"cause,omitempty"` // of a failure
	Seconds float64   `json:"from_seconds"`    // the stay in From
}

// Route is a route of the configuration.
type Route struct {
	Name       string      `json:"name"`
	Guarantee  string      `json:"guarantee,omitempty"`   // what the route promises, and what not
	Paused     time.Time   `json:"paused_since,omitzero"` // since when it delivers nothing because somebody paused it
	Directions []Direction `json:"directions"`
	Cycles     []Cycle     `json:"cycles,omitempty"` // that probes found
}

// Cycle is a way outside of the bridge between two remotes that a route joins.
type Cycle struct {
	Remotes []string  `json:"remotes"` // both
	Since   time.Time `json:"found_at"`
	Blocked bool      `json:"blocked"` // the route takes no events from the second remote and sends it none
	Elects  bool      `json:"elects"`  // if it is not blocked, another bridge blocks it
}

// Direction is a route to one destination: Received + Recovered = Forwarded + Filtered + Suppressed + Dropped + Queued.
type Direction struct {
	From       []string  `json:"from"`
	To         string    `json:"to"`
	Removed    bool      `json:"removed,omitempty"` // the configuration in use has it no more; what waits is sent for a while
	Received   uint64    `json:"received"`
	Recovered  uint64    `json:"recovered"` // found on disk, or put in by hand
	Forwarded  uint64    `json:"forwarded"`
	Filtered   Reasons   `json:"filtered"`
	Suppressed Reasons   `json:"suppressed"`
	Dropped    Reasons   `json:"dropped"`
	Queued     int       `json:"queued"`
	Bytes      Bytes     `json:"bytes"`
	QueueBytes int64     `json:"queue_bytes"`
	Oldest     time.Time `json:"oldest_queued_at,omitzero"` // when the oldest event in the queue came
	Storage    string    `json:"storage"`                   // memory or disk
	DiskBytes  int64     `json:"disk_bytes,omitempty"`      // of the files
	Degraded   string    `json:"degraded,omitempty"`        // why the disk does not take events, which are kept in memory
	Failing    time.Time `json:"degraded_since,omitzero"`

	Letters     uint64 `json:"dead_letters"`      // those of the dropped events that were written to the file of dead letters
	LettersLost uint64 `json:"dead_letters_lost"` // those that should have been, and could not be
}

// Bytes are those of the events of a direction as text, without the ends of the lines: Received + Recovered = Forwarded + Filtered +
// Suppressed + Dropped + Queued. Reasons without an event are absent.
type Bytes struct {
	Received   uint64  `json:"received"`
	Recovered  uint64  `json:"recovered"`
	Forwarded  uint64  `json:"forwarded"`
	Filtered   Reasons `json:"filtered"`
	Suppressed Reasons `json:"suppressed"`
	Dropped    Reasons `json:"dropped"`
	Queued     uint64  `json:"queued"` // queue_bytes has 128 more for each event
}

// Reasons counts events by the reason why they were not forwarded. Every reason is there, those without an event as 0.
type Reasons map[string]uint64

// Sum adds up the counts of all reasons.
func (r Reasons) Sum() uint64 {
	var n uint64
	for _, v := range r {
		n += v
	}
	return n
}
