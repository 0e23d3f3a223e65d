package remote

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// lawful returns the states that may follow each. Closing is where every connection and every attempt ends; a step of the way there
// may be followed by the next address.
func lawful() map[State][]State {
	return map[State][]State{
		StateStopped:   {StateWaiting, StateResolving},
		StateWaiting:   {StateResolving, StateDialing, StateStopped}, // a connection that follows another knows where to
		StateResolving: {StateDialing, StateClosing},
		StateDialing:   {StateTLS, StateGreeting, StateResolving, StateClosing},
		StateTLS:       {StateGreeting, StateResolving, StateClosing},
		StateGreeting:  {StateLogin, StateResolving, StateClosing},
		StateLogin:     {StateProbing, StateResolving, StateClosing},
		StateProbing:   {StateReceiving, StateReady, StateResolving, StateClosing},
		StateReady:     {StateSending, StateReceiving, StateClosing},
		StateReceiving: {StateReady, StateSending, StateClosing}, // a visit goes on
		StateSending:   {StateReady, StateReceiving, StateClosing},
		StateClosing:   {StateWaiting, StateResolving, StateStopped}, // one that ended in order needs no wait
	}
}

// connected checks that steps follow one another up to a state, are lawful, and carry causes where they may.
func connected(steps []Transition, last State) error {
	laws := lawful()
	for i, step := range steps {
		switch {
		case i > 0 && step.From != steps[i-1].To:
			return fmt.Errorf("a step from %s follows one to %s", step.From, steps[i-1].To)
		case !slices.Contains(laws[step.From], step.To):
			return fmt.Errorf("step from %s to %s, which is not lawful", step.From, step.To)
		case step.Took < 0 || i > 0 && step.At.Before(steps[i-1].At):
			return fmt.Errorf("step %+v after %+v, want later", step, steps[i-1])
		case step.Cause != CauseNone && step.To != StateClosing && step.To != StateWaiting:
			return fmt.Errorf("step to %s with cause %s, want none", step.To, step.Cause)
		case step.From == StateClosing && step.To == StateWaiting && i > 0 && step.Cause != steps[i-1].Cause:
			return fmt.Errorf("wait with cause %s after an end with %s, want the same", step.Cause, steps[i-1].Cause)
		}
	}
	if n := len(steps); n > 0 && steps[n-1].To != last {
		return fmt.Errorf("state is %s after a step to %s", last, steps[n-1].To)
	}
	return nil
}

// witness reads the status of a manager all the time, and keeps the first thing that is not true.
type witness struct {
	m      *Manager
	server *heldServer
	start  time.Time
	stop   chan struct{}
	done   chan struct{}
	err    error // set before done is closed
}

const (
	witnessEvery = 10 * time.Millisecond
	noticed      = 5 * time.Second // for a manager to see that a connection has ended
)

// newWitness watches until end, or until the test ends.
func newWitness(t testing.TB, m *Manager, server *heldServer) *witness {
	t.Helper()
	w := &witness{m: m, server: server, start: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	go w.watch()
	t.Cleanup(func() { _ = w.end() })
	return w
}

// end returns what was not true; it may be called again.
func (w *witness) end() error {
	select {
	case <-w.stop:
	default:
		close(w.stop)
	}
	<-w.done
	return w.err
}

func (w *witness) watch() {
	defer close(w.done)
	again := time.NewTicker(witnessEvery)
	defer again.Stop()
	for w.err == nil {
		w.err = w.look()
		select {
		case <-w.stop:
			return
		case <-again.C:
		}
	}
}

// look reads the server's books before and after the status: they bound what can be true in between.
func (w *witness) look() error {
	before := map[string]books{roleReceive: w.server.books(roleReceive), roleSend: w.server.books(roleSend)}
	before[roleSingle] = before[roleSend]
	begin := time.Now()
	s := w.m.Status()
	end := time.Now()
	up := true
	for _, l := range s.Links {
		after := w.server.books(l.Role)
		if err := w.judge(l, end); err != nil {
			return fmt.Errorf("%s at %v: %w: %+v", l.Role, end, err, l)
		}
		if l.Connects > uint64(after.up) {
			return fmt.Errorf("%s came up %d times, the server let it %d times: %+v", l.Role, l.Connects, after.up, l)
		}
		if b := before[l.Role]; l.State.Up() && b.live == 0 && after.up == b.up && begin.Sub(b.last) > noticed {
			return fmt.Errorf("%s is %s %v after the server saw its last connection end", l.Role, l.State, begin.Sub(b.last))
		}
		up = up && (l.State.Up() || l.Role == roleSingle && l.Connects > 0 && !l.Failing && w.m.opts.Schedule.Mode == Visit)
	}
	if s.Up != up {
		return fmt.Errorf("up is %v with the links %+v", s.Up, s.Links)
	}
	return nil
}

// judge looks at one link alone.
func (w *witness) judge(l LinkStatus, now time.Time) error {
	if err := connected(l.History, l.State); err != nil {
		return err
	}
	if n := len(l.History); n > 0 && !l.History[n-1].At.Equal(l.Since) {
		return fmt.Errorf("since %v after a step at %v", l.Since, l.History[n-1].At)
	}
	var failures uint64
	for _, n := range l.Causes {
		failures += n
	}
	switch {
	case l.Since.After(now):
		return fmt.Errorf("since %v, which is to come", l.Since)
	case l.Failures != failures:
		return fmt.Errorf("%d failures with %d causes", l.Failures, failures)
	case l.Failing && (l.LastError == "" || l.Causes[l.LastCause] == 0):
		return fmt.Errorf("failing without an error")
	case l.Failing && l.State.Up():
		return fmt.Errorf("%s and failing", l.State)
	case l.State.Up() && l.Connects == 0:
		return fmt.Errorf("%s without a connection", l.State)
	case l.State != StateWaiting && !l.Next.IsZero() && (!l.State.Up() || l.Role != roleSingle):
		return fmt.Errorf("%s with a next attempt at %v", l.State, l.Next)
	case l.State == StateWaiting && l.Role != roleSend && l.Next.IsZero():
		return fmt.Errorf("waiting for nothing")
	case l.State == StateWaiting && l.Next.Sub(now) > backoffCap:
		return fmt.Errorf("next attempt in %v, want in %v at most", l.Next.Sub(now), backoffCap)
	default:
		return nil
	}
}
