package bridge

import (
	"slices"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// links tells the destinations of routes that ask for it when another remote of the route goes down or comes back.
type links struct {
	bridge *Bridge
	known  map[linkOf]linkWatch // belongs to the goroutine

	mu     sync.Mutex                           // guards what follows
	counts map[string]map[loop.LinkState]uint64 // the link events of each route that were made
}

// linkOf names a remote as a route knows it.
type linkOf struct{ route, remote string }

// linkWatch is what is known of a link, and what of it was told.
type linkWatch struct {
	told, now loop.LinkState
	since     time.Time // of now
}

// linkTick is how often the links are looked at. Before the least time after which something is told, each is seen twice.
const linkTick = time.Second

// tellLinks starts telling as soon as a route asks for it. It is called with b.mu held.
func (b *Bridge) tellLinks() {
	if b.stage == stageRunning && !b.telling && slices.ContainsFunc(b.present.Load().cfg.Routes, func(r *config.Route) bool { return r.LinkEvents != nil }) {
		b.telling = true
		b.running.Go(b.links.run)
	}
}

// run works until the bridge stops: what goes down by that is not told.
func (l *links) run() {
	ticker := time.NewTicker(linkTick)
	defer ticker.Stop()
	for {
		select {
		case <-l.bridge.stopping:
			return
		case now := <-ticker.C:
			l.tick(now)
		}
	}
}

// tick looks at all links, by one configuration, and tells what is due. A link that was not known is taken to be up: the first connection is
// no news, and its absence is when it lasts.
func (l *links) tick(now time.Time) {
	l.bridge.mu.RLock()
	defer l.bridge.mu.RUnlock()
	if l.bridge.stage != stageRunning {
		return
	}
	g := l.bridge.present.Load()
	endpoints, states, known := g.byName(), make(map[string]loop.LinkState), make(map[linkOf]linkWatch, len(l.known))
	for _, r := range g.cfg.Routes {
		if r.LinkEvents == nil {
			continue
		}
		for _, m := range members(r) {
			if _, read := states[m.Name]; !read {
				states[m.Name] = endpoints[m.Name].linkState()
			}
			at := linkOf{r.Name, m.Name}
			w, is := l.known[at]
			if !is {
				w = linkWatch{told: loop.LinkUp, now: loop.LinkUp, since: now}
			}
			if from, changed := w.look(states[m.Name], now, r.LinkEvents.After); changed {
				l.tell(g, r, m, loop.LinkEvent{Link: g.policy.LinkNumber(m.Name), From: from, To: w.told})
			}
			known[at] = w
		}
	}
	l.known = known
}

// look notes a state and reports whether it is to be told now, and what was told before. What is up is told at once, all else when it
// has lasted.
func (w *linkWatch) look(s loop.LinkState, now time.Time, after time.Duration) (from loop.LinkState, changed bool) {
	if s != w.now {
		w.now, w.since = s, now
	}
	if s == w.told || s != loop.LinkUp && now.Sub(w.since) < after {
		return w.told, false
	}
	from, w.told = w.told, s
	return from, true
}

// linkState is called with Bridge.mu held.
func (e *endpoint) linkState() loop.LinkState {
	if !e.paused.IsZero() {
		return loop.LinkPaused
	}
	if s := e.stint.Load().manager.Status(); !s.Up {
		return loop.LinkDown
	}
	return loop.LinkUp
}

// members returns the remotes of a route, each once.
func members(r *config.Route) []*config.Remote {
	out := slices.Clone(r.Between)
	for _, m := range slices.Concat(r.From, r.To) {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// tell puts the event about a remote into the queues of the route's other destinations.
func (l *links) tell(g *generation, r *config.Route, about *config.Remote, what loop.LinkEvent) {
	now := time.Now()
	e := what.Event(g.cfg.Bridge.GUID, now)
	row := vscp.NewRow(&e, vscp.TextForm{Data: vscp.DataDecimal})
	id, made := l.bridge.watchers.ids.Add(1), uint64(0)
	for _, d := range g.directions {
		if d.route != r.Name || d.to == about.Name {
			continue
		}
		made++
		s := Sight{ID: id, At: now, Route: d.route, To: d.to, Row: row}
		if rows := []*vscp.Row{&row}; d.take(new(tally), rows) == 0 {
			d.giveUp(rows) // nobody waits here for a queue that blocks
			s.Held = ReasonStopped
		}
		d.seen.show(&s)
	}
	l.count(r.Name, what.To, made)
	l.bridge.logger.Info("link event", "route", r.Name, "about", about.Name, "state", what.To.String(), "before", what.From.String(),
		"number", what.Link, "destinations", made)
}

func (l *links) count(route string, s loop.LinkState, n uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = make(map[string]map[loop.LinkState]uint64)
	}
	if l.counts[route] == nil {
		l.counts[route] = make(map[loop.LinkState]uint64)
	}
	l.counts[route][s] += n
}

// made returns how many link events of a route with a state there were.
func (l *links) made(route string, s loop.LinkState) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[route][s]
}
