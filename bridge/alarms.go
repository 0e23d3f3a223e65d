package bridge

import (
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
)

// alarms logs what the policy notices of the events of a remote. A storm is told as drop episodes are: one line when events begin to
// be held back, and one with their number when that is over. A timer runs only in between. That a GUID flaps is told when it begins.
type alarms struct {
	remote string
	logger hclog.Logger
	held   uint64 // belongs to the goroutine that receives
	known  bool   // likewise: the storm that goes on was told of

	mu    sync.Mutex // guards what follows
	storm episode
	total uint64 // events held back so far
	timer *time.Timer
	armed bool
	done  bool
	fired sync.WaitGroup // counts an armed timer until its function returned
}

// look is called after each batch, with the number of events that storms held back so far, and what began by a policy.
func (a *alarms) look(held uint64, began []policy.Alarm, by *policy.Policy) {
	if held != a.held {
		a.held = held
		a.mu.Lock()
		known := a.storm.open
		a.total = held
		over, ended := a.check()
		a.mu.Unlock()
		a.tellEnd(over, ended)
		a.known = known
	}
	for i := range began {
		a.tell(&began[i], by)
	}
}

// check is called with a.mu held. It reports whether the storm, which it returns, is over.
func (a *alarms) check() (over episode, ended bool) {
	_, ended, next := a.storm.note(a.total, time.Now(), a.done)
	if next > 0 && !a.armed && !a.done {
		a.armed = true
		a.fired.Add(1)
		if a.timer == nil {
			a.timer = time.AfterFunc(next, a.fire)
		} else {
			a.timer.Reset(next)
		}
	}
	return a.storm, ended
}

func (a *alarms) fire() {
	defer a.fired.Done()
	a.mu.Lock()
	a.armed = false
	over, ended := a.check()
	a.mu.Unlock()
	a.tellEnd(over, ended)
}

// end ends what is open, and returns when the timer is stopped.
func (a *alarms) end() {
	a.mu.Lock()
	a.done = true
	over, ended := a.check()
	if a.armed && a.timer.Stop() {
		a.armed = false
		a.fired.Done()
	}
	a.mu.Unlock()
	a.fired.Wait()
	a.tellEnd(over, ended)
}

// begin takes back an end: the remote is there again.
func (a *alarms) begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = false
}

func (a *alarms) tell(alarm *policy.Alarm, by *policy.Policy) {
	about := []any{"remote", a.remote, "guid", alarm.GUID.String(), "class", alarm.Class, "type", alarm.Type}
	switch alarm.Kind {
	case policy.Storming:
		level := hclog.Warn
		if a.known {
			level = hclog.Debug // the line about the first one is enough
		}
		a.known = true
		a.logger.Log(level, "storm of equal events, holding them back", about...)
	case policy.Flapping:
		a.logger.Warn("GUID comes from two remotes in turns", append(about, "before", by.Name(alarm.Before))...)
	}
}

func (a *alarms) tellEnd(over episode, ended bool) {
	if ended {
		a.logger.Warn("storm is over", "remote", a.remote, "events", over.events(), "within", over.took().Round(time.Millisecond).String())
	}
}
