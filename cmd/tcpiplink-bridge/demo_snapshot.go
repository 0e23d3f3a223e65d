package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// snapshot is what the demo shows at one moment.
type snapshot struct {
	elapsed  time.Duration
	length   time.Duration // of the demo; 0: until somebody ends it
	remotes  []remoteView
	ways     []wayView
	events   []sighting
	warnings []string
}

// remoteView is a remote and its site.
type remoteView struct {
	name, address     string
	state             linkState
	detail            string // what its connections do, or why they do not
	emitted, received uint64 // counted by the site
}

// linkState is the state of a remote in one word.
type linkState string

const (
	linkUp         linkState = "up"
	linkConnecting linkState = "connecting"
	linkDown       linkState = "down"
)

// wayView is a direction of the bridge.
type wayView struct {
	name                                                       string
	received, forwarded, filtered, suppressed, dropped, queued uint64
	rate                                                       float64 // events forwarded per second, of late
}

// meter takes snapshots, and knows from the ones before how fast events go.
type meter struct {
	world   *demoWorld
	watch   *demoWatch
	length  time.Duration
	samples []sample // the oldest first
}

type sample struct {
	at        time.Time
	forwarded []uint64
}

// rateSpan is the time over which a rate is taken: two ticks of the boiler, so that it does not flicker.
const rateSpan = 2 * time.Second

func (m *meter) read(now time.Time) snapshot {
	s := snapshot{
		elapsed: now.Sub(m.world.began), length: m.length, warnings: m.watch.lastWarnings(),
	}
	seen := m.world.bridge.Seen(bridge.SightFilter{}, keptSightings)
	for i := range seen {
		s.events = append(s.events, sightingOf(&seen[i]))
	}
	for _, r := range m.world.bridge.Remotes() {
		stats := m.world.site(r.Name).device.Stats()
		v := remoteView{name: r.Name, address: r.Address, emitted: stats.Emitted, received: stats.Received}
		v.state, v.detail = describe(&r)
		s.remotes = append(s.remotes, v)
	}
	directions := m.world.bridge.Directions()
	rates := m.rates(now, directions)
	for i := range directions {
		d := &directions[i]
		s.ways = append(s.ways, wayView{
			name: wayName(d), received: d.Received, forwarded: d.Forwarded,
			filtered: bridge.Sum(d.Filtered), suppressed: bridge.Sum(d.Suppressed), dropped: bridge.Sum(d.Dropped),
			queued: uint64(d.Queued), rate: rates[i],
		})
	}
	return s
}

// wayName names a direction by its ends.
func wayName(d *bridge.DirectionStatus) string {
	return strings.Join(d.From, "+") + " -> " + d.To
}

// rates notes a sample and returns the events per second of each direction since the oldest one that counts.
func (m *meter) rates(now time.Time, directions []bridge.DirectionStatus) []float64 {
	newest := sample{at: now}
	for i := range directions {
		newest.forwarded = append(newest.forwarded, directions[i].Forwarded)
	}
	m.samples = append(m.samples, newest)
	for len(m.samples) > 2 && now.Sub(m.samples[1].at) >= rateSpan {
		m.samples = m.samples[1:]
	}
	rates := make([]float64, len(directions))
	oldest := m.samples[0]
	if span := now.Sub(oldest.at).Seconds(); span > 0 {
		for i := range rates {
			rates[i] = float64(newest.forwarded[i]-oldest.forwarded[i]) / span
		}
	}
	return rates
}

// describe puts the connections of a remote into words.
func describe(r *remote.Status) (linkState, string) {
	state, failure := linkConnecting, ""
	var doing []string
	for _, l := range r.Links {
		if l.Failing {
			state, failure = linkDown, fmt.Sprintf("%s: %s", l.Role, l.LastError)
		}
		doing = append(doing, l.State.String())
	}
	if r.Up {
		state = linkUp
	}
	if state == linkDown {
		return state, failure
	}
	return state, strings.Join(doing, ", ")
}
