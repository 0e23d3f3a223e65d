package remote

import (
	"fmt"
	"time"
)

// State is what one connection of a remote is doing.
type State uint8

// The states, in the order in which a connection goes through them.
const (
	StateStopped   State = iota // not started, or ended for good
	StateWaiting                // for the next attempt, the next tick, its turn among many, or for the receive connection
	StateResolving              // looking up the host
	StateDialing                // connecting
	StateTLS                    // TLS handshake, where there is TLS
	StateGreeting               // reading the greeting
	StateLogin                  // USER and PASS
	StateProbing                // asking the peer what it is; filters
	StateReady                  // connected, with nothing to send; what does both on one connection fetches in it
	StateReceiving              // in the receive loop, or fetching on a connection that does nothing else
	StateSending                // events are being sent, or were a moment ago
	StateClosing                // saying QUIT
	stateCount
)

var stateNames = [stateCount]string{
	"stopped", "waiting", "resolving", "dialing", "tls", "greeting", "login", "probing", "ready", "receiving", "sending", "closing",
}

// String returns the state in one word.
func (s State) String() string {
	if s < stateCount {
		return stateNames[s]
	}
	return "unknown"
}

// Up reports whether events can flow.
func (s State) Up() bool { return s == StateReceiving || s == StateReady || s == StateSending }

// Transition is a step from one state to the next.
type Transition struct {
	From, To State
	At       time.Time
	Took     time.Duration // the stay in From
	Cause    Cause         // of a failure, or CauseNone
}

// Stay is what a connection spent in a state, the present stay included.
type Stay struct {
	Times uint64
	Total time.Duration
}

// LinkStatus is a reading of one connection.
type LinkStatus struct {
	Name      string // the role, with a number where several connections have the same
	Role      string // receive, send or single
	State     State
	Since     time.Time // when the state was entered
	Address   string    // what the connection was made to last, as IP:port where the host was looked up; empty before the first
	Connects  uint64    // times that the connection came up
	CameUp    time.Time // the last time; zero before the first
	Failures  uint64    // attempts and connections that ended with an error
	Failing   bool      // the last attempt failed, or the last connection broke
	FailsFrom time.Time // the first failure since it came up last; zero if it is not failing
	LastError string    // of the last failure; stays after recovery
	LastCause Cause
	Next      time.Time // when waiting: the next attempt or tick; when up with a schedule that holds the connection: the next tick
	Skipped   uint64    // ticks missed because the run before had not ended, or the clock was set forward

	Causes  map[Cause]uint64 // failures by cause
	Stays   [stateCount]Stay // by state
	History []Transition     // the newest, oldest first
}

// Status is a reading of a remote.
type Status struct {
	Name    string
	Address string // as configured; of several the one that was reached last
	Up      bool   // every connection is up, or there is none between visits and the last one did not fail
	Links   []LinkStatus
	Profile Profile // of the newest connection
	Loss    Loss    // what was lost before it reached us
	// Paused is since when the owner of the manager keeps it from connecting; zero: it does not. The manager itself does not know.
	Paused time.Time
	// RoundTrip is the time from the newest command that was timed to its answer; 0 before the first.
	RoundTrip time.Duration
	// Received and Sent count the events that came from the remote, and those that it took.
	Received, Sent uint64
}

// Summary says in a few words what keeps the remote from being up, or that it is.
func (s *Status) Summary() string {
	if !s.Paused.IsZero() {
		return "paused"
	}
	for _, l := range s.Links {
		if l.Failing {
			return fmt.Sprintf("%s (%s: %s)", l.State, l.Name, l.LastError)
		}
	}
	for _, l := range s.Links {
		if !l.State.Up() {
			return l.State.String()
		}
	}
	return "up"
}
