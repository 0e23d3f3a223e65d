package bridge

import (
	crand "crypto/rand"
	"encoding/binary"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// prober puts the probes of the routes into their queues, and logs the cycles that they find. It belongs to its goroutine.
type prober struct {
	bridge  *Bridge
	guid    vscp.GUID // of the configuration by which it started; all zero: none
	started bool
	ticks   int
}

// probeTick is how often the prober looks what is to be done.
const probeTick = time.Second

// A bridge without a GUID of its own goes by that of its interface at a remote: the first one, or after some ticks whichever there is.
// Where no peer tells, it goes by a random number.
const (
	ticksForFirst = 10
	ticksForAny   = 30
)

// probe starts the prober as soon as a route probes. It is called with b.mu held.
func (b *Bridge) probe() {
	if b.stage == stageRunning && !b.probing && b.present.Load().policy.Probes().Wanted() {
		b.probing = true
		b.running.Go(b.prober.run)
	}
}

// run works until the bridge stops.
func (p *prober) run() {
	ticker := time.NewTicker(probeTick)
	defer ticker.Stop()
	for {
		select {
		case <-p.bridge.stopping:
			return
		case <-ticker.C:
			p.tick(time.Since(p.bridge.began))
		}
	}
}

// tick does what is due, by one configuration, and nothing at the stop: what is queued then is all there is to send.
func (p *prober) tick(now time.Duration) {
	p.bridge.mu.RLock()
	defer p.bridge.mu.RUnlock()
	if p.bridge.stage != stageRunning {
		return
	}
	g := p.bridge.present.Load()
	if p.started && p.guid != g.cfg.Bridge.GUID {
		p.started, p.ticks = false, 0
	}
	if !p.started {
		p.start(g, now)
	}
	probes := g.policy.Probes()
	for _, due := range probes.Due(now) {
		d := g.made[way{due.Route.Name, g.policy.Name(due.To)}]
		if !d.probe(&due.Row, due.Route.Probe.Every) {
			p.bridge.logger.Debug("no probe sent, the one before waits", "route", d.route, "to", d.to)
		}
	}
	changes, twin := probes.Changes(now)
	for i := range changes {
		p.tell(g, &changes[i], now)
	}
	if twin {
		p.bridge.logger.Warn("another bridge has the same GUID, going by a random number for probes")
	}
}

// start starts the probes as soon as the bridge knows what it goes by.
func (p *prober) start(g *generation, now time.Duration) {
	p.guid = g.cfg.Bridge.GUID
	identity := p.guid
	for i, e := range g.endpoints {
		if !identity.IsZero() || i > 0 && p.ticks < ticksForFirst {
			break
		}
		identity = e.stint.Load().manager.Status().Profile.Interface
	}
	p.ticks++
	if identity.IsZero() && p.ticks < ticksForAny {
		return
	}
	p.started = true
	g.policy.Probes().Start(p.guid, identity, now, random)
}

// random returns 64 random bits. Bridges that start at once are to have different ones.
func random() uint64 {
	var b [8]byte
	_, _ = crand.Read(b[:]) // it never fails
	return binary.NativeEndian.Uint64(b[:])
}

// probe queues a probe, unless the destination has taken none of its events for an interval: then it would only wait there.
func (d *direction) probe(row *vscp.Row, every time.Duration) bool {
	if n, oldest := d.store().Waiting(); n > 0 && time.Since(oldest) >= every {
		return false
	}
	return d.take(new(tally), []*vscp.Row{row}) == 1
}

func (p *prober) tell(g *generation, c *loop.RingChange, now time.Duration) {
	logger, last := p.bridge.logger, g.policy.Name(c.Last)
	about := []any{"route", g.policy.Probes().Routes()[c.Route].Name, "between", g.policy.Name(c.First), "and", last}
	switch c.What {
	case loop.RingFound:
		logger.Warn("a probe came back on another remote, the route closes a cycle", about...)
	case loop.RingBlocked:
		logger.Warn("route is blocked at a remote to break a cycle", append(about, "blocked", last)...)
	case loop.RingOpened:
		logger.Info("route is no longer blocked", append(about, "opened", last)...)
	case loop.RingGone:
		logger.Info("no probe comes back any more, the cycle is gone", append(about, "after", (now-c.Since).Round(time.Second).String())...)
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
	b.mu.RLock()
	defer b.mu.RUnlock()
	g := b.present.Load()
	out := make(map[string][]Cycle)
	rings, _ := g.policy.Probes().Reading()
	routes := g.policy.Probes().Routes()
	for _, r := range rings {
		route := routes[r.Route]
		out[route.Name] = append(out[route.Name], Cycle{
			First: g.policy.Name(r.First), Last: g.policy.Name(r.Last), Since: b.began.Add(r.Since),
			Blocked: r.Blocks, Elects: route.Probe.OnCycle == config.CycleBlock,
		})
	}
	return out
}
