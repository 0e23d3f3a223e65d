package remote

import (
	"sync"
	"time"
)

// historyKept is how many transitions a status shows: those of one attempt and its end.
const historyKept = 8

// tracker holds the status of one connection.
type tracker struct {
	counts *linkCounts

	mu      sync.Mutex // guards what follows
	status  LinkStatus // but for History and what is counted
	ended   bool       // the present stay does not count
	history [historyKept]Transition
	steps   int // transitions so far
}

func newTracker(role, name string, counts *linkCounts) *tracker {
	return &tracker{counts: counts, status: LinkStatus{Role: role, Name: name, Since: time.Now()}}
}

func (t *tracker) read() LinkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.status
	stay := time.Since(s.Since)
	if t.ended {
		stay = 0
	}
	t.counts.read(&s, stay)
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
		t.status.CameUp = now
		t.status.Failing, t.status.FailsFrom = false, time.Time{}
	}
	t.counts.entered(&step)
	t.status.State, t.status.Since, t.ended = s, now, false
	t.history[t.steps%historyKept] = step
	t.steps++
	return step, true
}

// awaits notes the next tick of a link that stays in its state meanwhile.
func (t *tracker) awaits(next time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Next = next
}

func (t *tracker) failed(err error, cause Cause) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.status.Failing {
		t.status.Failing, t.status.FailsFrom = true, time.Now()
	}
	t.status.LastError, t.status.LastCause = err.Error(), cause
	t.counts.failed(cause)
}

func (t *tracker) reached(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Address = address
}

func (t *tracker) skipped(n uint64) { t.counts.missed(n) }

// end notes that the link has ended. Its time in StateStopped does not count: there may be another link in its place.
func (t *tracker) end() (Transition, bool) {
	step, changed := t.enter(StateStopped, CauseNone)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	return step, changed
}
