package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// examOptions say whom to examine, and how far to go.
type examOptions struct {
	target         target
	send, thorough bool
}

// exam is one examination. It has one connection for most questions, and makes it again when a question broke it.
type exam struct {
	examOptions
	d       diagnosis
	client  *remote.Client // nil: to be made
	other   *remote.Client // a second one, kept for the echo; may be nil
	profile remote.Profile
	trip    time.Duration // round trip; 0: not known
	clock   bool          // the peer's clock was found
}

// examine asks a server everything. What goes wrong is part of the diagnosis.
func examine(ctx context.Context, o examOptions) *diagnosis {
	e := &exam{examOptions: o, d: diagnosis{Name: o.target.name, Address: o.target.address}}
	e.run(ctx)
	for _, c := range []*remote.Client{e.other, e.client} {
		if c != nil {
			leave(ctx, c)
		}
	}
	e.d.Bridgeable = e.d.verdict() == nil
	return &e.d
}

func (e *exam) run(ctx context.Context) {
	if !e.enter(ctx) || !e.identify(ctx) {
		return
	}
	for _, q := range []struct {
		name  string
		worst status // what it is if the server does not answer
		ask   func(context.Context) error
	}{
		{"filters", statusWarning, e.filters},
		{"round trip", statusProblem, e.roundTrips},
		{"connections", statusWarning, e.connections},
		{"send", statusWarning, e.echo},
		{"receive", statusProblem, e.receive},
		{"pipelining", statusNote, e.pipelining},
	} {
		if err := e.again(ctx); err != nil {
			e.d.add("connect", statusProblem, "could not be made again: "+err.Error(), "the questions from "+q.name+" on were not asked")
			return
		}
		if err := q.ask(ctx); err != nil {
			e.d.add(q.name, q.worst, err.Error(), "the connection was closed")
			e.drop()
		}
		if ctx.Err() != nil {
			e.d.add("doctor", statusProblem, "interrupted", "")
			return
		}
	}
	if !e.clock {
		e.d.add("clock", statusSkipped, "no event with a time came", "")
	}
}

// How often and when to connect again: a small device needs a moment after a connection ended.
const (
	attempts     = 3
	attemptPause = time.Second
)

// again makes the connection anew if it is gone.
func (e *exam) again(ctx context.Context) (err error) {
	for n := range attempts {
		if e.client != nil {
			return nil
		}
		if n > 0 && pause(ctx, attemptPause) != nil {
			return err
		}
		e.client, _, err = e.target.open(ctx)
	}
	return err
}

// drop closes the connection after an error, or after what it does not survive.
func (e *exam) drop() {
	_ = e.client.Close() // the error before says more
	e.client = nil
}

// enter makes the connection, and reports whether there is one.
func (e *exam) enter(ctx context.Context) bool {
	start := time.Now()
	c, failed, err := e.target.open(ctx)
	took := round(time.Since(start))
	if failed != stageConnect {
		how := "open"
		if e.target.options.TLS != nil {
			how = "open, with TLS"
		}
		e.d.add("connect", statusOK, how, "")
	}
	if failed == stageLogin && c == nil {
		e.d.add("greeting", statusOK, "came", "")
	}
	if err != nil {
		e.d.add(string(failed), statusProblem, err.Error(), hintFor(failed, err))
		return false
	}
	e.client = c
	greeting := "no text"
	if lines := c.Greeting(); len(lines) > 0 {
		greeting = fmt.Sprintf("%s: %s", count(len(lines), "line"), strings.TrimSpace(lines[0]))
	}
	e.d.add("greeting", statusOK, greeting, "")
	if e.target.user == "" {
		e.d.add("login", statusNote, "none", "no user is given; give one with --user if the server wants a login")
	} else {
		e.d.add("login", statusOK, "as "+e.target.user, fmt.Sprintf("connected and logged in within %v", took))
	}
	return true
}

// told returns what a refusal says, or the error.
func told(err error) string {
	if no, ok := errors.AsType[*remote.CommandError](err); ok && no.Text != "" {
		return no.Text
	}
	return err.Error()
}

// round shortens a duration for people.
func round(d time.Duration) time.Duration {
	switch {
	case d.Abs() >= 10*time.Second:
		return d.Round(time.Second)
	case d.Abs() >= 10*time.Millisecond:
		return d.Round(time.Millisecond)
	default:
		return d.Round(10 * time.Microsecond)
	}
}

// report puts the profile into the diagnosis.
func (e *exam) report() {
	p := &e.profile
	e.d.Profile = &profileReport{
		Family: string(p.Family), Detected: string(p.Detected), Version: visible(p.Version.String()), Capabilities: p.Capabilities.Names(),
		Channel: p.ChannelID, GUID: p.Interface.String(),
		MaxCommand: p.MaxCommand, MinData: p.MinData, MaxData: p.MaxData, MaxClass: p.MaxClass, MaxType: p.MaxType,
		Window: p.Window, Connections: p.MaxConnections(),
	}
	if e.d.Profile.Capabilities == nil {
		e.d.Profile.Capabilities = []string{}
	}
}

// timeOf judges the time in an event that arrived at now.
func (e *exam) timeOf(t vscp.Time, now time.Time) {
	if e.clock || t.Nanos == 0 {
		return
	}
	e.clock = true
	const year2000 = 946_684_800 * uint64(time.Second)
	if t.Nanos < year2000 {
		e.d.add("clock", statusNote, fmt.Sprintf("counts from its start, %v ago", round(time.Duration(t.Nanos))),
			"its events have no time of day; what comes from it passes the bridge so")
		return
	}
	skew := t.AsTime().Sub(now)
	whole := t.Nanos%uint64(time.Second) == 0
	switch {
	case skew.Abs() > time.Minute:
		e.d.add("clock", statusWarning, skewText(skew), "set the clock of one of the two; the bridge passes times on as they are")
	case whole && skew <= 0 && skew > -time.Second:
		e.d.add("clock", statusOK, "as ours, to the second", "its events have no fraction of a second")
	default:
		e.d.add("clock", statusOK, skewText(skew), "of an event that just came; the time that it took to come is part of it")
	}
}

func skewText(d time.Duration) string {
	switch d = round(d); {
	case d > 0:
		return fmt.Sprintf("%v ahead of ours", d)
	case d < 0:
		return fmt.Sprintf("%v behind ours", -d)
	default:
		return "as ours"
	}
}
