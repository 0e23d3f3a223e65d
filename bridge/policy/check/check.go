package check

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Result is what came out of a test.
type Result struct {
	Test     *config.Test
	Outcomes []Outcome // of the last event, one for each way that leads on from its remote
	Failures []Failure // none: the test passes
}

// Outcome is what becomes of an event on one way.
type Outcome struct {
	Route, To string
	Reason    policy.Reason // why it goes no further; policy.Goes: it goes
	Event     vscp.Event    // as it leaves, if it goes
}

// Failure is something that is not as the test wants it.
type Failure struct {
	To        string // the remote that it is about; empty: the event as a whole
	Got, Want string
}

// Epoch is when the first event of each test comes.
func Epoch() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// The bridge's own channel at every remote, and the clock of a bridge that runs for a moment when the first event comes.
const (
	ownChannel = 1
	started    = time.Second
)

// Run runs one test of a configuration.
func Run(cfg *config.Config, test *config.Test) Result {
	b := newBench(cfg)
	var outcomes []Outcome
	for i := range test.Given {
		outcomes = b.receive(&test.Given[i])
	}
	return Result{Test: test, Outcomes: outcomes, Failures: compare(test, outcomes)}
}

// bench is a bridge without connections.
type bench struct {
	cfg    *config.Config
	policy *policy.Policy
	places map[*config.Remote]int
	passed time.Duration // since Epoch
}

func newBench(cfg *config.Config) *bench {
	b := &bench{cfg: cfg, policy: policy.New(cfg), places: make(map[*config.Remote]int, len(cfg.Remotes))}
	for i, r := range cfg.Remotes {
		b.places[r] = i
		b.policy.Exit(i).SetEchoes(echoes(r))
	}
	return b
}

// echoes reports whether what is sent to the remote comes back as new, as far as the configuration tells.
func echoes(r *config.Remote) bool {
	traits := remote.TraitsOf(remote.Family(r.Profile))
	return traits.Erases && traits.Echoes && r.Connections != 1
}

// receive lets an event come, and returns what becomes of it.
func (b *bench) receive(g *config.Given) []Outcome {
	b.passed += g.After
	now := started + b.passed
	a := policy.Arrival{Interface: face(g.From), At: Epoch().Add(b.passed), Now: now}
	event := g.Event
	if g.Own {
		event.ObID = ownChannel
		a.Own = []uint32{ownChannel}
	}
	row := event.Row()
	a.Row = &row
	entrance := b.policy.Entrance(b.places[g.From])
	verdicts, lanes := entrance.Judge(&a), entrance.Lanes()
	outcomes := make([]Outcome, len(verdicts))
	for i := range verdicts {
		o := Outcome{Route: lanes[i].Route.Name, To: b.cfg.Remotes[lanes[i].To].Name, Reason: verdicts[i].Reason}
		if o.Reason == policy.Goes {
			verdicts[i].Row.Event(&o.Event)
			exit := b.policy.Exit(lanes[i].To)
			exit.Leased(verdicts[i].Row)
			exit.Sent(verdicts[i].Row, now)
		}
		outcomes[i] = o
	}
	return outcomes
}

// face returns the GUID of the interface on which events of a remote come.
func face(r *config.Remote) vscp.GUID {
	if len(r.Origins) == 0 {
		return vscp.GUID{}
	}
	return r.Origins[0].First()
}
