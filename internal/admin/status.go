package admin

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// Bridge is what the server reads; *bridge.Bridge is one.
type Bridge interface {
	Remotes() []remote.Status
	Directions() []bridge.DirectionStatus
	Queues() []bridge.Queue
}

// Daemon says what the server tells of the process.
type Daemon struct {
	Version string
	Started time.Time
	socket  string // as Listen has opened it
}

// unready returns why a bridge is not ready, a line for each reason; none means ready.
func unready(remotes []remote.Status, directions []bridge.DirectionStatus) []string {
	var why []string
	for i := range remotes {
		if r := &remotes[i]; !r.Up && r.Paused.IsZero() { // somebody meant it
			why = append(why, fmt.Sprintf("remote %s is %s", r.Name, r.Summary()))
		}
	}
	for i := range directions {
		if d := &directions[i]; d.Disk != nil && d.Disk.Degraded != nil {
			why = append(why, fmt.Sprintf("route %s to %s keeps events in memory only (%v)", d.Route, d.To, d.Disk.Degraded))
		}
	}
	return append(why, unbroken(directions)...)
}

// unbroken returns a line for each cycle that nobody was asked to break.
func unbroken(directions []bridge.DirectionStatus) []string {
	var why []string
	for i := range directions {
		d := &directions[i]
		if i > 0 && d.Route == directions[i-1].Route {
			continue // the directions of a route follow one another
		}
		for _, c := range d.Cycles {
			if !c.Elects {
				why = append(why, fmt.Sprintf("route %s closes a cycle: %s and %s are joined outside of this bridge", d.Route, c.First, c.Last))
			}
		}
	}
	return why
}

// status reads the bridge.
func (o *Options) status() *api.Status {
	remotes, directions, now := o.Bridge.Remotes(), o.Bridge.Directions(), time.Now()
	why, loaded := unready(remotes, directions), o.Reloader.Status()
	s := &api.Status{
		API: api.Version, At: utc(now),
		Daemon: api.Daemon{
			Name: loaded.Config.Bridge.Name, Version: o.Daemon.Version,
			Started: utc(o.Daemon.Started), UptimeSeconds: seconds(now.Sub(o.Daemon.Started)), Socket: o.Daemon.socket,
		},
		Config: configOf(&loaded),
		Ready:  len(why) == 0, Reasons: why,
		Remotes: remotesOf(remotes),
	}
	s.Routes = routesOf(directions, loaded.Guarantees)
	return s
}

// routesOf returns the documents of routes, in the order of their first directions.
func routesOf(directions []bridge.DirectionStatus, guarantees map[string]string) []api.Route {
	routes, at := []api.Route{}, make(map[string]int)
	for i := range directions {
		d := &directions[i]
		if _, known := at[d.Route]; !known {
			at[d.Route] = len(routes)
			routes = append(routes, api.Route{Name: d.Route, Guarantee: guarantees[d.Route], Paused: utc(d.Paused), Cycles: cyclesOf(d.Cycles)})
		}
		r := &routes[at[d.Route]]
		r.Directions = append(r.Directions, directionOf(d))
	}
	return routes
}

func remotesOf(all []remote.Status) []api.Remote {
	out := make([]api.Remote, 0, len(all))
	for i := range all {
		out = append(out, remoteOf(&all[i]))
	}
	return out
}

func remoteOf(s *remote.Status) api.Remote {
	r := api.Remote{
		Name: s.Name, Address: s.Address, Up: s.Up, Summary: s.Summary(), Paused: utc(s.Paused),
		Received: s.Received, Sent: s.Sent,
		RoundTripSeconds: s.RoundTrip.Round(time.Microsecond).Seconds(),
		Loss:             lossOf(s.Loss), Links: make([]api.Link, 0, len(s.Links)),
	}
	if p := &s.Profile; p.Family != "" {
		r.Peer = &api.Peer{Family: string(p.Family), Detected: string(p.Detected)}
		if p.Version != (remote.Version{}) { // it did not say
			r.Peer.Version = p.Version.String()
		}
	}
	for i := range s.Links {
		r.Links = append(r.Links, linkOf(&s.Links[i]))
	}
	return r
}

func lossOf(l remote.Loss) api.Loss {
	return api.Loss{
		ServerOverruns: l.Overruns, IndexGaps: l.IndexGaps,
		ReceiveGaps: l.Gaps, ReceiveGapSeconds: seconds(l.GapTotal), LastReceiveGapSeconds: seconds(l.GapLast),
	}
}

func linkOf(s *remote.LinkStatus) api.Link {
	l := api.Link{
		Name: s.Name, Role: s.Role, State: s.State.String(), Up: s.State.Up(), Since: utc(s.Since), Address: s.Address,
		Connects: s.Connects, Failures: s.Failures, Failing: s.Failing, LastError: s.LastError, LastCause: string(s.LastCause),
		CameUp: utc(s.CameUp), FailsFrom: utc(s.FailsFrom), Next: utc(s.Next), SkippedTicks: s.Skipped,
		States: make(map[string]api.Stay), History: make([]api.Transition, 0, len(s.History)),
	}
	if len(s.Causes) > 0 {
		l.Causes = make(map[string]uint64, len(s.Causes))
	}
	for cause, n := range s.Causes {
		l.Causes[string(cause)] = n
	}
	for i, stay := range s.Stays {
		if state := remote.State(i); stay.Times > 0 || stay.Total > 0 || state == s.State {
			l.States[state.String()] = api.Stay{Times: stay.Times, Seconds: seconds(stay.Total)}
		}
	}
	for _, step := range s.History {
		t := api.Transition{At: utc(step.At), From: step.From.String(), To: step.To.String(), Seconds: seconds(step.Took)}
		if step.Cause != remote.CauseNone {
			t.Cause = string(step.Cause)
		}
		l.History = append(l.History, t)
	}
	return l
}

func directionOf(s *bridge.DirectionStatus) api.Direction {
	d := api.Direction{
		Recovered: s.Recovered, Storage: "memory",
		From: slices.Clone(s.From), To: s.To, Removed: s.Removed, Received: s.Received, Forwarded: s.Forwarded,
		Filtered: reasons(s.Filtered), Suppressed: reasons(s.Suppressed), Dropped: reasons(s.Dropped),
		Letters: s.Letters, LettersLost: s.LettersLost,
		Queued: s.Queued, QueueBytes: s.QueueBytes, Oldest: utc(s.Oldest),
		Bytes: api.Bytes{
			Received: s.Text.Received, Recovered: s.Text.Recovered, Forwarded: s.Text.Forwarded, Queued: s.Text.Queued,
			Filtered: some(s.Text.Filtered), Suppressed: some(s.Text.Suppressed), Dropped: some(s.Text.Dropped),
		},
	}
	if disk := s.Disk; disk != nil {
		d.Storage, d.DiskBytes = "disk", disk.Bytes
		if disk.Degraded != nil {
			d.Degraded, d.Failing = disk.Degraded.Error(), utc(disk.Since)
		}
	}
	return d
}

func reasons(by map[bridge.Reason]uint64) api.Reasons {
	out := make(api.Reasons, len(by))
	for reason, n := range by {
		out[string(reason)] = n
	}
	return out
}

// utc and seconds give milliseconds: more would be noise.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

func cyclesOf(cycles []bridge.Cycle) []api.Cycle {
	var out []api.Cycle
	for _, c := range cycles {
		out = append(out, api.Cycle{Remotes: []string{c.First, c.Last}, Since: utc(c.Since), Blocked: c.Blocked, Elects: c.Elects})
	}
	return out
}
