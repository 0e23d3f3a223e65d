package remote

import (
	"fmt"
	"sync"
	"time"
)

// State is what one connection of a remote is doing.
type State uint8

// The states, in the order in which a connection goes through them.
const (
	StateStopped   State = iota // not started, or ended for good
	StateWaiting                // for the next attempt, the next tick, or for the receive connection
	StateDialing                // resolving and connecting
	StateTLS                    // TLS handshake, where there is TLS
	StateGreeting               // reading the greeting
	StateLogin                  // USER and PASS
	StateProbing                // asking the peer what it is; filters
	StateReceiving              // in the receive loop
	StateReady                  // sending and fetching as needed
	StateClosing                // saying QUIT
)

var stateNames = [...]string{
	"stopped", "waiting", "dialing", "tls", "greeting", "login", "probing", "receiving", "ready", "closing",
}

// String returns the state in one word.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// Up reports whether events can flow.
func (s State) Up() bool { return s == StateReceiving || s == StateReady }

// LinkStatus is a reading of one connection.
type LinkStatus struct {
	Role      string // receive, send or single
	State     State
	Since     time.Time // when the state was entered
	Connects  uint64    // times that the connection came up
	Failures  uint64    // attempts and connections that ended with an error
	Failing   bool      // the last attempt failed, or the last connection broke
	LastError string    // of the last failure; stays after recovery
	LastCause Cause
	Next      time.Time // when waiting: the next attempt or tick
	Skipped   uint64    // ticks missed because the run before had not ended
}

// Status is a reading of a remote.
type Status struct {
	Name    string
	Address string
	Up      bool // every connection is up, or a visit is due in time
	Links   []LinkStatus
	Profile Profile // of the newest connection
}

// Summary says in a few words what keeps the remote from being up, or that it is.
func (s *Status) Summary() string {
	for _, l := range s.Links {
		if l.Failing {
			return fmt.Sprintf("%s (%s: %s)", l.State, l.Role, l.LastError)
		}
	}
	for _, l := range s.Links {
		if !l.State.Up() {
			return l.State.String()
		}
	}
	return "up"
}

// tracker holds the status of one connection.
type tracker struct {
	mu     sync.Mutex // guards status
	status LinkStatus
}

func (t *tracker) read() LinkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// enter notes the new state.
func (t *tracker) enter(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status.State == s {
		return
	}
	if s.Up() && !t.status.State.Up() {
		t.status.Connects++
		t.status.Failing = false
	}
	t.status.State, t.status.Since, t.status.Next = s, time.Now(), time.Time{}
}

// waitUntil notes that the link waits: until next, or for something that has no time.
func (t *tracker) waitUntil(next time.Time) {
	t.enter(StateWaiting)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Next = next
}

func (t *tracker) failed(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Failures++
	t.status.Failing = true
	t.status.LastError, t.status.LastCause = err.Error(), CauseOf(err)
}

func (t *tracker) skipped(n uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Skipped += n
}

// gate is open while something is up; closing and opening it again is cheap.
type gate struct {
	mu   sync.Mutex // guards the rest
	up   bool
	open chan struct{} // closed while up
}

func newGate() *gate { return &gate{open: make(chan struct{})} }

func (g *gate) set(up bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case up && !g.up:
		close(g.open)
	case !up && g.up:
		g.open = make(chan struct{})
	}
	g.up = up
}

func (g *gate) isUp() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.up
}

func (g *gate) wait() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}
