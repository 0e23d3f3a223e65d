package loopsim

import (
	"math/rand/v2"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Options say what happens in a run. The zero value is a calm one.
type Options struct {
	Seed  uint64
	Few   bool // fewer kinds of events
	Shake int  // so many disturbances at random times, and now and then a lost answer
	// Reloads is how often every bridge takes up another configuration that asks for the same. It makes no difference to a run.
	Reloads int
	// Break is a disturbance just before step At, if it is not nil.
	Break *Break
	At    int
}

// The phases of a run.
const (
	firstEvent = 100 * time.Millisecond
	lastEvent  = 3 * time.Second
	lateEvents = 15 * time.Second // when all is connected again, and no grace is on
	lastLate   = 16 * time.Second
	// Horizon is when a run ends in which something circles.
	Horizon = time.Minute
)

// world is a run.
type world struct {
	t       *Topology
	rng     *rand.Rand
	clock   clock
	tally   *books
	sites   []*site
	bridges []*bridge
	shaken  bool
}

// Run runs events through a topology.
func Run(t *Topology, o Options) (result Tally, steps int) {
	w := &world{t: t, rng: rand.New(rand.NewPCG(o.Seed, 0x5EED)), tally: newBooks(len(t.Sites))}
	w.tally.partial, w.shaken = t.Partial, o.Shake > 0
	w.build()
	for _, i := range w.rng.Perm(len(w.bridges)) {
		w.bridges[i].start()
	}
	w.devices(o.Few || !t.Accepted)
	for range o.Shake {
		breaks := t.Breaks()
		b := breaks[w.rng.IntN(len(breaks))]
		w.clock.at(w.between(firstEvent, lastEvent), func() { w.disturb(b) })
	}
	for i := range o.Reloads {
		w.clock.at(firstEvent+time.Duration(i)*(lastLate-firstEvent)/time.Duration(o.Reloads), w.reload)
	}
	for {
		if o.Break != nil && w.clock.done == o.At {
			w.disturb(*o.Break)
		}
		if !w.clock.step(Horizon) {
			break
		}
	}
	return w.tally.close(len(w.clock.due) == 0), w.clock.done
}

func (w *world) build() {
	for i, peer := range w.t.Sites {
		w.sites = append(w.sites, &site{w: w, index: i, peer: peer})
	}
	for _, cfg := range w.t.Configs {
		b := &bridge{w: w, first: cfg}
		for i, r := range cfg.Remotes {
			s := w.sites[siteOf(r)]
			p := &port{b: b, index: i, site: s, single: w.rng.IntN(4) == 0}
			b.ports, s.ports = append(b.ports, p), append(s.ports, p)
		}
		w.bridges = append(w.bridges, b)
	}
}

// siteOf returns the site that a remote stands for.
func siteOf(r *config.Remote) int {
	return int(r.Name[0] - 'a')
}

// delay is how long a line takes.
func (w *world) delay() time.Duration {
	switch {
	case w.t.Slow:
		return w.between(200*time.Millisecond, 400*time.Millisecond)
	case w.rng.IntN(20) == 0:
		return w.between(time.Millisecond, 30*time.Millisecond)
	default:
		return w.between(50*time.Microsecond, time.Millisecond)
	}
}

func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rng.Int64N(int64(most-least)))
}

// losesAnswer says whether a connection breaks between an event and its answer.
func (w *world) losesAnswer() bool {
	return w.shaken && w.clock.now < lastEvent && w.rng.IntN(50) == 0
}
