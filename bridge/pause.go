package bridge

import (
	"errors"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

var (
	// ErrNoRemote is returned for a name that no remote has.
	ErrNoRemote = errors.New("bridge: there is no such remote")
	// ErrNoRoute is returned for a name that no route has.
	ErrNoRoute = errors.New("bridge: there is no such route")
)

// PauseRemote disconnects a remote, or connects it again, and reports whether that is a change. A paused remote is ended softly: what
// was sent is answered and settled, then QUIT. What its routes bring for it waits in their queues, within the limits of these. The pause
// lasts as long as the process, or until a configuration without the remote. The error is ErrNotRunning, ErrStopping or ErrNoRemote.
func (b *Bridge) PauseRemote(name string, pause bool) (changed bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.changeableLocked(); err != nil {
		return false, err
	}
	e := b.present.Load().endpoint(name)
	if e == nil {
		return false, ErrNoRemote
	}
	if pause != e.paused.IsZero() {
		return false, nil
	}
	e.paused = pausedFrom(pause)
	b.fit(e)
	return true, nil
}

// PauseRoute has a route deliver nothing, or deliver again, and reports whether that is a change. A paused route takes events as before,
// and they wait in its queues, within the limits of these; what was sent is answered and settled. The pause lasts as long as the process,
// or until a configuration without the route. The error is ErrNotRunning, ErrStopping or ErrNoRoute.
func (b *Bridge) PauseRoute(name string, pause bool) (changed bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.changeableLocked(); err != nil {
		return false, err
	}
	g := b.present.Load()
	if !g.hasRoute(name) {
		return false, ErrNoRoute
	}
	if _, paused := b.paused[name]; paused == pause {
		return false, nil
	}
	since := pausedFrom(pause)
	if pause {
		b.paused[name] = since
	} else {
		delete(b.paused, name)
	}
	for _, d := range g.directions {
		if d.route == name {
			d.pause(since)
			g.endpoint(d.to).outbox.poke()
		}
	}
	for _, l := range b.leaving {
		if l.d.route == name { // the route does not lead there any more
			l.d.pause(since)
			l.to.outbox.poke()
		}
	}
	return true, nil
}

func pausedFrom(pause bool) time.Time {
	if pause {
		return time.Now()
	}
	return time.Time{}
}

// forgetPauses forgets those of routes that the next generation does not have. It is called with b.mu held.
func (b *Bridge) forgetPauses(next *generation) {
	for name := range b.paused {
		if !next.hasRoute(name) {
			delete(b.paused, name)
		}
	}
}

func (g *generation) hasRoute(name string) bool {
	return slices.ContainsFunc(g.cfg.Routes, func(r *config.Route) bool { return r.Name == name })
}

// pause sets since when nothing is to be sent; zero: it is.
func (d *direction) pause(since time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.paused = since
}

// waiting is Waiting of the queue, as far as anything is to be sent.
func (d *direction) waiting() (events int, oldest time.Time) {
	d.mu.Lock()
	q, paused := d.queue, !d.paused.IsZero()
	d.mu.Unlock()
	if paused {
		return 0, time.Time{}
	}
	return q.Waiting()
}

// poke has the sender look for events again.
func (o *outbox) poke() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}
