package remote

import (
	"maps"
	"sync"
	"time"
)

// historyKept is how many transitions a status shows: those of one attempt and its end.
const historyKept = 8

// tracker holds the status of one connection.
type tracker struct {
	mu      sync.Mutex // guards what follows
	status  LinkStatus // but for History, and the present stay
	history [historyKept]Transition
	steps   int // transitions so far
}

func newTracker(role, name string) *tracker {
	return &tracker{status: LinkStatus{Role: role, Name: name, Since: time.Now()}}
}

func (t *tracker) read() LinkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.status
	s.Causes = maps.Clone(s.Causes)
	s.Stays[s.State].Total += time.Since(s.Since)
	for i := max(0, t.steps-historyKept); i < t.steps; i++ {
		s.History = append(s.History, t.history[i%historyKept])
	}
	return s
}

func (t *tracker) state() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status.State
}

// enter notes a new state, and for a failure why. It reports whether that is a change, and which.
func (t *tracker) enter(s State, cause Cause) (Transition, bool) {
	return t.enterUntil(s, cause, time.Time{})
}

// enterUntil is enter that also notes how long the link will wait: until next, or without a time for something that has none. It is
// one step, so that no reading has the state without it.
func (t *tracker) enterUntil(s State, cause Cause, next time.Time) (Transition, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Next = next
	if t.status.State == s {
		return Transition{}, false
	}
	now := time.Now()
	step := Transition{From: t.status.State, To: s, At: now, Took: now.Sub(t.status.Since), Cause: cause}
	if s.Up() && !step.From.Up() {
		t.status.Connects++
		t.status.CameUp = now
		t.status.Failing, t.status.FailsFrom = false, time.Time{}
	}
	t.status.Stays[step.From].Total += step.Took
	t.status.Stays[s].Times++
	t.status.State, t.status.Since = s, now
	t.history[t.steps%historyKept] = step
	t.steps++
	return step, true
}

func (t *tracker) failed(err error, cause Cause) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Failures++
	if !t.status.Failing {
		t.status.Failing, t.status.FailsFrom = true, time.Now()
	}
	t.status.LastError, t.status.LastCause = err.Error(), cause
	if t.status.Causes == nil {
		t.status.Causes = make(map[Cause]uint64)
	}
	t.status.Causes[cause]++
}

func (t *tracker) reached(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Address = address
}

func (t *tracker) skipped(n uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Skipped += n
}
