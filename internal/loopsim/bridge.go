package loopsim

import (
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// bridge is a daemon: the policy of a configuration, and queues in memory.
type bridge struct {
	w      *world
	first  *config.Config
	cfg    *config.Config // the present one
	policy *policy.Policy
	ports  []*port // of the remotes, in the order of the configuration
	down   bool
}

// port is a remote of a bridge.
type port struct {
	b        *bridge
	index    int // of the remote
	site     *site
	single   bool     // one connection receives and sends
	receive  *session // nil: not connected
	send     *session // likewise
	entrance *policy.Entrance
	exit     *policy.Exit
	queue    []event
	flight   *flight // of the first in the queue; nil: none
	channels []channel
	arrival  policy.Arrival // scratch
	ids      []uint32       // likewise
}

// flight is an event that was sent and is not answered.
type flight struct {
	taken   bool // by the site
	doubted bool // the connection ended before the answer came, and it will be sent again
}

// channel is an id that a sending connection has, or had.
type channel struct {
	id    uint32
	until time.Duration // when it is forgotten; 0: it is up
}

// grace is how long the ids of a closed connection are remembered, as package remote does.
const grace = 2 * time.Second

// start makes the policy anew and connects all remotes.
func (b *bridge) start() {
	b.down = false
	b.policy = policy.New(b.first)
	b.cfg = b.first
	for i, p := range b.ports {
		p.entrance, p.exit = b.policy.Entrance(i), b.policy.Exit(i)
		p.exit.SetEchoes(p.site.peer.Erases && p.site.peer.Echoes && !p.single)
		p.queue, p.flight, p.channels = nil, nil, nil
	}
	for _, i := range b.w.rng.Perm(len(b.ports)) {
		b.ports[i].connect()
	}
}

// reload has the policy of a configuration follow that has its remotes in another order.
func (b *bridge) reload() {
	if b.down {
		return
	}
	cfg := *b.cfg
	cfg.Remotes = append(slices.Clone(cfg.Remotes[1:]), cfg.Remotes[0])
	b.cfg, b.policy = &cfg, b.policy.Next(&cfg)
	b.policy.Enter()
	for slot, p := range b.ports {
		before := p.entrance
		p.entrance, p.exit = b.policy.Entrance(slot), b.policy.Exit(slot)
		p.entrance.Follow(before)
	}
}

// reload is taken by all bridges.
func (w *world) reload() {
	for _, b := range w.bridges {
		b.reload()
	}
}

// stop ends the process: what waits is lost.
func (b *bridge) stop() {
	b.down = true
	for _, p := range b.ports {
		for _, e := range p.queue {
			b.w.tally.lose(e.tag, CauseQueue)
		}
		p.queue, p.flight = nil, nil
		p.hangUp(p.receive)
		p.hangUp(p.send)
	}
}

// connect opens what connections are missing.
func (p *port) connect() {
	if p.b.down || p.site.down {
		return
	}
	if p.receive == nil {
		p.receive = p.site.open(p, true)
	}
	if p.send == nil {
		p.send = p.receive
		if !p.single {
			p.send = p.site.open(p, false)
		}
		p.channels = append(p.channels, channel{id: p.send.id})
	}
	p.pump()
}

// hangUp ends a connection: at once for the bridge; the site may still take what is under way.
func (p *port) hangUp(x *session) {
	if x == nil {
		return
	}
	x.closed = true
	if p.receive == x {
		p.receive = nil
	}
	if p.send == x {
		p.send = nil
		p.doubt()
		for i := range p.channels {
			if p.channels[i].until == 0 {
				p.channels[i].until = p.b.w.clock.now + grace
			}
		}
	}
	if p.b.w.rng.IntN(2) == 0 {
		x.site.remove(x)
		return
	}
	p.b.w.clock.at(max(x.up, p.b.w.clock.now), func() { x.site.remove(x) })
}

// doubt settles an event whose answer got lost: as the bridge does, and in the books.
func (p *port) doubt() {
	f, w := p.flight, p.b.w
	if f == nil {
		return
	}
	e := &p.queue[0]
	p.flight = nil
	p.exit.Doubted(&e.row, w.clock.now)
	p.exit.Returned(&e.row)
	if e.row.Class == classControl { // is not sent twice
		w.tally.lose(e.tag, CauseDoubt)
		p.queue = p.queue[1:]
		return
	}
	f.doubted = true
	if f.taken {
		w.tally.doubt(e.tag)
	}
}

// own returns the channel ids that mark an event as sent by the remote.
func (p *port) own() []uint32 {
	now := p.b.w.clock.now
	p.channels = slices.DeleteFunc(p.channels, func(c channel) bool { return c.until != 0 && now >= c.until })
	p.ids = p.ids[:0]
	for _, c := range p.channels {
		p.ids = append(p.ids, c.id)
	}
	return p.ids
}

// arrive has the policy judge an event that came on a connection, and queues it where it goes.
func (p *port) arrive(e event, x *session) {
	w := p.b.w
	p.arrival = policy.Arrival{
		Row: &e.row, Own: p.own(), Interface: p.site.face(x.id), At: time.Unix(1_700_000_000, 0).Add(w.clock.now), Now: w.clock.now,
	}
	verdicts := p.entrance.Judge(&p.arrival)
	for i, lane := range p.entrance.Lanes() {
		v := &verdicts[i]
		if v.Reason != policy.Goes {
			p.explain(e, v.Reason)
			continue
		}
		w.tally.Forwards++
		out := event{tag: e.tag, row: *v.Row}
		if v.Row != &e.row {
			out.row.Text = slices.Clone(out.row.Text)
		}
		to := p.b.ports[lane.To]
		to.queue = append(to.queue, out)
		to.pump()
	}
}

// explain notes what was held back, and tells where the policy took a foreign event for one of its own.
func (p *port) explain(e event, why policy.Reason) {
	t := p.b.w.tally
	t.Held[why]++
	if e.by == p {
		return
	}
	switch why {
	case policy.OwnChannel:
		t.lose(e.tag, CauseGrace)
	case policy.Echo:
		t.lose(e.tag, CauseCredit)
	default: // meant so
	}
}

// pump sends the first event that waits, and the next when it is answered.
func (p *port) pump() {
	if p.send == nil || p.flight != nil || len(p.queue) == 0 {
		return
	}
	w, x, f, e := p.b.w, p.send, &flight{}, p.queue[0]
	e.row.ObID = 0
	p.flight = f
	p.exit.Leased(&p.queue[0].row)
	x.up = max(x.up, w.clock.now+w.delay())
	w.clock.at(x.up, func() {
		if x.gone {
			return
		}
		f.taken = true
		if f.doubted { // too late for its answer
			w.tally.doubt(e.tag)
			x.site.take(e, x)
			return
		}
		x.site.take(e, x)
		if w.losesAnswer() {
			p.hangUp(x)
			w.clock.after(w.between(0, time.Second), p.connect)
			return
		}
		w.clock.after(w.delay(), func() { p.answered(x, f) })
	})
}

// answered is called with the +OK of an event.
func (p *port) answered(x *session, f *flight) {
	if x.closed || p.flight != f {
		return
	}
	p.exit.Sent(&p.queue[0].row, p.b.w.clock.now)
	p.queue[0] = event{}
	p.queue = p.queue[1:]
	p.flight = nil
	p.pump()
}

const classControl vscp.Class = 30
