package bridge

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// prober puts the probes of the routes into their queues, and logs the cycles that they find.
type prober struct {
	probes    *policy.Probes
	guid      vscp.GUID // of the configuration; all zero: none
	routes    []*config.Route
	endpoints []*endpoint
	made      map[way]*direction
	began     time.Time // of the clock that the policy has
	logger    hclog.Logger
	started   bool
	ticks     int
}

// probeTick is how often the prober looks what is to be done.
const probeTick = time.Second

// A bridge without a GUID of its own goes by that of its interface at a remote: the first one, or after some ticks whichever there is.
// Where no peer tells, it goes by a random number.
const (
	ticksForFirst = 10
	ticksForAny   = 30
)

// run works until ctx ends.
func (p *prober) run(ctx context.Context) {
	if !p.probes.Wanted() {
		return
	}
	ticker := time.NewTicker(probeTick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			p.tick(time.Since(p.began))
		}
	}
}

func (p *prober) tick(now time.Duration) {
	if !p.started {
		p.start(now)
	}
	for _, due := range p.probes.Due(now) {
		d := p.made[way{due.Route, p.endpoints[due.To]}]
		if !d.probe(&due.Row, due.Route.Probe.Every) {
			p.logger.Debug("no probe sent, the one before waits", "route", d.route, "to", d.to)
		}
	}
	changes, twin := p.probes.Changes(now)
	for i := range changes {
		p.tell(&changes[i], now)
	}
	if twin {
		p.logger.Warn("another bridge has the same GUID, going by a random number for probes")
	}
}

// start starts the probes as soon as the bridge knows what it goes by.
func (p *prober) start(now time.Duration) {
	identity := p.guid
	for i, e := range p.endpoints {
		if !identity.IsZero() || i > 0 && p.ticks < ticksForFirst {
			break
		}
		identity = e.manager.Status().Profile.Interface
	}
	p.ticks++
	if identity.IsZero() && p.ticks < ticksForAny {
		return
	}
	p.started = true
	p.probes.Start(p.guid, identity, now, random)
}

// random returns 64 random bits. Bridges that start at once are to have different ones.
func random() uint64 {
	var b [8]byte
	_, _ = crand.Read(b[:]) // it never fails
	return binary.NativeEndian.Uint64(b[:])
}

// probe queues a probe, unless the destination has taken none of its events for an interval: then it would only wait there.
func (d *direction) probe(row *vscp.Row, every time.Duration) bool {
	if n, oldest := d.queue.Waiting(); n > 0 && time.Since(oldest) >= every {
		return false
	}
	return d.take(new(tally), []*vscp.Row{row}) == 1
}

func (p *prober) tell(c *loop.RingChange, now time.Duration) {
	about := []any{"route", p.routes[c.Route].Name, "between", p.endpoints[c.First].name, "and", p.endpoints[c.Last].name}
	switch c.What {
	case loop.RingFound:
		p.logger.Warn("a probe came back on another remote, the route closes a cycle", about...)
	case loop.RingBlocked:
		p.logger.Warn("route is blocked at a remote to break a cycle", append(about, "blocked", p.endpoints[c.Last].name)...)
	case loop.RingOpened:
		p.logger.Info("route is no longer blocked", append(about, "opened", p.endpoints[c.Last].name)...)
	case loop.RingGone:
		p.logger.Info("no probe comes back any more, the cycle is gone", append(about, "after", (now-c.Since).Round(time.Second).String())...)
	}
}

// Cycle is a way outside of the bridge between two remotes that a route joins.
type Cycle struct {
	First, Last string // the remotes
	Since       time.Time
	Blocked     bool // the route takes no events from Last and sends it none
	Elects      bool // the route takes part in the election: if it does not block, another bridge does
}

// cycles returns the cycles of each route that has some, by its name.
func (b *Bridge) cycles() map[string][]Cycle {
	out := make(map[string][]Cycle)
	rings, _ := b.prober.probes.Reading()
	for _, r := range rings {
		route := b.prober.routes[r.Route]
		out[route.Name] = append(out[route.Name], Cycle{
			First: b.endpoints[r.First].name, Last: b.endpoints[r.Last].name, Since: b.prober.began.Add(r.Since),
			Blocked: r.Blocks, Elects: route.Probe.OnCycle == config.CycleBlock,
		})
	}
	return out
}
