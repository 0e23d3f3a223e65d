package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// overviewEvery is how often a stream looks: a person wants to see within 3 s that a link went down.
const overviewEvery = time.Second

// seenMost is how many events go into one look: more than a person reads in a second.
const seenMost = 40

func (o *Options) overview() *api.Overview {
	remotes, directions := o.Bridge.Remotes(), o.Bridge.Directions()
	why, loaded := unready(remotes, directions), o.Reloader.Status()
	v := &api.Overview{
		API: api.Version, At: utc(time.Now()), Name: loaded.Config.Bridge.Name, Version: o.Daemon.Version, Started: utc(o.Daemon.Started),
		OverviewChange: api.OverviewChange{
			Ready: len(why) == 0, Reasons: why, Notes: notes(&loaded, remotes, directions),
			Remotes: make([]api.RemoteLine, 0, len(remotes)), Directions: make([]api.DirectionLine, 0, len(directions)),
		},
	}
	for i := range remotes {
		v.Remotes = append(v.Remotes, remoteLine(&remotes[i]))
	}
	for i := range directions {
		v.Directions = append(v.Directions, directionLine(&directions[i]))
	}
	return v
}

func remoteLine(s *remote.Status) api.RemoteLine {
	l := api.RemoteLine{
		Name: s.Name, Address: s.Address, Family: string(s.Profile.Family), Up: s.Up, Paused: utc(s.Paused),
		RoundTrip: s.RoundTrip.Round(time.Microsecond).Seconds(), Received: s.Received, Sent: s.Sent,
	}
	if link := telling(s.Links); link != nil {
		l.State, l.Since, l.Next = link.State.String(), utc(link.Since), utc(link.Next)
		if link.Failing {
			l.Error, l.FailingSince = link.LastError, utc(link.FailsFrom)
		}
	}
	return l
}

// telling returns the link that says most of a remote: the first one that fails, or is not up; nil if there are none.
func telling(links []remote.LinkStatus) *remote.LinkStatus {
	var first *remote.LinkStatus
	for i := range links {
		if links[i].Failing {
			return &links[i]
		}
		if first == nil || first.State.Up() && !links[i].State.Up() {
			first = &links[i]
		}
	}
	return first
}

func directionLine(s *bridge.DirectionStatus) api.DirectionLine {
	l := api.DirectionLine{
		Route: s.Route, From: s.From, To: s.To, Received: s.Received, Forwarded: s.Forwarded,
		Filtered: some(s.Filtered), Suppressed: some(s.Suppressed), Dropped: some(s.Dropped),
		Queued: s.Queued, MaxEvents: s.Limits.MaxEvents, Bytes: s.QueueBytes, Oldest: utc(s.Oldest), Storage: "memory",
		Paused: utc(s.Paused), Removed: s.Removed,
	}
	if s.Disk != nil {
		l.Storage = "disk"
		if s.Disk.Degraded != nil {
			l.Degraded = s.Disk.Degraded.Error()
		}
	}
	return l
}

// some leaves out the reasons that there were not.
func some(by map[bridge.Reason]uint64) api.Reasons {
	out := api.Reasons{}
	for reason, n := range by {
		if n > 0 {
			out[string(reason)] = n
		}
	}
	return out
}

// overviews writes what changes, until the client goes or the server ends.
func (a eventAPI) overviews(w http.ResponseWriter, r *http.Request) {
	out := newStreamWriter(w, r)
	if r.Method == http.MethodHead {
		return
	}
	var known told
	after := uint64(0)
	tick := time.NewTicker(overviewEvery)
	defer tick.Stop()
	for out.err == nil {
		v := a.o.overview()
		if change, same := known.update(&v.OverviewChange); same {
			out.put(api.StreamChange, change)
		} else {
			out.put(api.StreamOverview, v)
		}
		if seen := a.seenSince(&after); len(seen) > 0 {
			out.put(api.StreamSeen, seen)
		}
		out.flush()
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// seenSince returns the newest events after the one with the number, which becomes that of the last.
func (a eventAPI) seenSince(after *uint64) []api.Event {
	if a.o.Looker == nil {
		return nil
	}
	var out []api.Event
	last := *after
	for _, s := range a.o.Looker.Seen(bridge.SightFilter{}, seenMost) {
		if s.ID > *after {
			out = append(out, eventOf(&s))
			last = max(last, s.ID)
		}
	}
	*after = last
	return out
}

// told is what a client knows.
type told struct {
	remotes, directions [][]byte // as JSON
	names               []string
}

// update returns that part of a reading that is not as the client knows it. If the remotes and routes are not the same any more, it
// reports false: then the client needs all of it.
func (l *told) update(now *api.OverviewChange) (change api.OverviewChange, same bool) {
	names := namesOf(now)
	same = l.names != nil && slices.Equal(names, l.names)
	if !same {
		*l = told{names: names, remotes: make([][]byte, len(now.Remotes)), directions: make([][]byte, len(now.Directions))}
	}
	change = api.OverviewChange{Ready: now.Ready, Reasons: now.Reasons, Notes: now.Notes, Remotes: []api.RemoteLine{}, Directions: []api.DirectionLine{}}
	for i := range now.Remotes {
		if differs(&l.remotes[i], now.Remotes[i]) {
			change.Remotes = append(change.Remotes, now.Remotes[i])
		}
	}
	for i := range now.Directions {
		if differs(&l.directions[i], now.Directions[i]) {
			change.Directions = append(change.Directions, now.Directions[i])
		}
	}
	return change, same
}

// differs keeps the JSON form of a value, and reports whether it is another one than before.
func differs(known *[]byte, value any) bool {
	text, err := json.Marshal(value)
	if err != nil || bytes.Equal(text, *known) { // one that cannot be written is told of by who writes it
		return err != nil
	}
	*known = text
	return true
}

func namesOf(c *api.OverviewChange) []string {
	names := make([]string, 0, len(c.Remotes)+2*len(c.Directions))
	for i := range c.Remotes {
		names = append(names, c.Remotes[i].Name)
	}
	for i := range c.Directions {
		names = append(names, c.Directions[i].Route, c.Directions[i].To)
	}
	return names
}
