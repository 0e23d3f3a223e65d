package loopsim

import (
	"fmt"
	"time"
)

// Break is a disturbance: what is cut comes back after a while.
type Break struct {
	Kind   BreakKind
	Target int // number of the site or bridge
	Remote int // of the bridge, for a connection
}

// BreakKind says what breaks.
type BreakKind uint8

// The kinds of disturbances.
const (
	BreakReceive BreakKind = iota // the connection on which a remote receives
	BreakSend                     // the connection on which a remote is sent to
	BreakBridge                   // a bridge is restarted, and forgets everything
	BreakSite                     // a site is restarted: its connections end, and channel ids begin anew
)

// String names what breaks.
func (b Break) String() string {
	switch b.Kind {
	case BreakReceive:
		return fmt.Sprintf("receiving connection of remote %d of bridge %d", b.Remote, b.Target)
	case BreakSend:
		return fmt.Sprintf("sending connection of remote %d of bridge %d", b.Remote, b.Target)
	case BreakBridge:
		return fmt.Sprintf("bridge %d", b.Target)
	default:
		return fmt.Sprintf("site %d", b.Target)
	}
}

// Breaks returns every disturbance that is possible.
func (t *Topology) Breaks() []Break {
	var all []Break
	for i := range t.Sites {
		all = append(all, Break{Kind: BreakSite, Target: i})
	}
	for i, cfg := range t.Configs {
		all = append(all, Break{Kind: BreakBridge, Target: i})
		for j := range cfg.Remotes {
			all = append(all, Break{BreakReceive, i, j}, Break{BreakSend, i, j})
		}
	}
	return all
}

func (w *world) disturb(b Break) {
	away := w.between(500*time.Millisecond, 3*time.Second)
	switch b.Kind {
	case BreakReceive:
		p := w.bridges[b.Target].ports[b.Remote]
		p.hangUp(p.receive)
		if p.single {
			p.send = nil
		}
		w.clock.after(away, p.connect)
	case BreakSend:
		p := w.bridges[b.Target].ports[b.Remote]
		p.hangUp(p.send)
		w.clock.after(away/4, p.connect)
	case BreakBridge:
		w.restartBridge(w.bridges[b.Target], away)
	case BreakSite:
		w.restartSite(w.sites[b.Target], away)
	}
}

func (w *world) restartBridge(b *bridge, away time.Duration) {
	if b.down {
		return
	}
	b.stop()
	w.clock.after(away, b.start)
}

func (w *world) restartSite(s *site, away time.Duration) {
	if s.down {
		return
	}
	s.down = true
	for _, p := range s.ports {
		p.hangUp(p.receive)
		p.hangUp(p.send)
	}
	for len(s.sessions) > 0 { // and takes nothing of what is under way
		s.remove(s.sessions[0])
	}
	w.clock.after(away, func() {
		s.down = false
		for _, i := range w.rng.Perm(len(s.ports)) {
			s.ports[i].connect()
		}
	})
}
