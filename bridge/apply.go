package bridge

import (
	"errors"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// ErrNotRunning is returned by Apply before Run.
var ErrNotRunning = errors.New("bridge: it does not run yet")

// Apply replaces the configuration of a bridge that runs. Remotes that are connected to as before keep their connections, and directions,
// which are known by the names of route and destination, their queues and counters. What is gone still sends what waits for it, for
// the flush timeout at most; Apply does not wait for that. After an error nothing has changed: ErrNotRunning, ErrStopping, one that
// wraps ErrRestart, or what kept a queue or a remote from being made. A configuration that asks for nothing new changes nothing.
//
// It takes remotes, routes, loop, bridge.flush_timeout and bridge.guid; the other settings of the daemon are not its.
func (b *Bridge) Apply(cfg *config.Config) error {
	b.applying.Lock()
	defer b.applying.Unlock()
	if err := b.changeable(); err != nil {
		return err
	}
	before := b.present.Load()
	if before.cfg.Bridge.StateDir == cfg.Bridge.StateDir && before.same(cfg) {
		b.logger.Debug("configuration asks for nothing new")
		return nil
	}
	d, err := b.draft(cfg)
	if err != nil {
		return err
	}
	if !d.enter() {
		return errors.Join(ErrStopping, d.drop())
	}
	d.thaw()
	d.tell()
	return nil
}

func (b *Bridge) changeable() error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.changeableLocked()
}

func (b *Bridge) changeableLocked() error {
	switch b.stage {
	case stageNew:
		return ErrNotRunning
	case stageRunning:
		return nil
	default:
		return ErrStopping
	}
}

// enter makes the draft the present generation, and ends what is gone. It reports false, having done nothing, if the bridge stops.
func (dr *draft) enter() bool {
	b := dr.b
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stage == stageStopping {
		return false
	}
	dr.next.policy.Enter()
	b.forgetPauses(dr.next)
	for _, w := range dr.ways {
		dr.take(w)
	}
	b.present.Store(dr.next)
	for i, e := range dr.next.endpoints {
		delete(b.former, e.name)
		e.left = time.Time{}
		e.remote = dr.next.cfg.Remotes[i]
		e.alarms.begin()
		e.plan.Store(newPlan(dr.next, dr.next.policy.Slot(i))) // from here on events go where the configuration says
	}
	dr.leave()
	for _, e := range dr.next.endpoints {
		b.fit(e)
	}
	b.forget()
	b.probe()
	b.tellLinks()
	return true
}

// take gives a direction its settings, and if it is new to the endpoint a place in the outbox there.
func (dr *draft) take(w *wanted) {
	delete(dr.b.leaving, w.d.way())
	w.d.pause(dr.b.paused[w.d.route])
	if !w.isNew {
		w.d.adjust(&w.settings, w.queue, w.found)
		return
	}
	w.d.from, w.d.retry, w.d.limits, w.d.queue, w.d.found = w.from, w.retry, w.limits, w.queue, w.found // nobody else knows it yet
	tellRecovery(dr.b.logger, w.d.route, w.d.to, w.found)
	w.to.outbox.add(w.d)
}

// leave ends the directions and endpoints that are gone.
func (dr *draft) leave() {
	for _, d := range dr.before.directions {
		if dr.next.made[d.way()] == nil {
			dr.b.retire(d, dr.known[d.to], dr.flush())
		}
	}
	present := dr.next.byName()
	for _, e := range dr.before.endpoints {
		if present[e.name] == nil {
			e.plan.Store(&plan{policy: dr.next.policy})
			dr.b.former[e.name] = e
			e.paused = time.Time{}
			e.stint.Load().end(dr.flush())
		}
	}
}

// tell logs what changed.
func (dr *draft) tell() {
	logger, before, next := dr.b.logger, dr.before.cfg, dr.next.cfg
	remotes, routes := make(map[string]*config.Remote), make(map[string]*config.Route)
	for _, r := range before.Remotes {
		remotes[r.Name] = r
	}
	for _, r := range before.Routes {
		routes[r.Name] = r
	}
	for _, r := range next.Remotes {
		switch old := remotes[r.Name]; {
		case old == nil:
			logger.Info("remote added", "remote", r.Name)
		case !old.Same(r):
			logger.Info("remote changed", "remote", r.Name)
		}
		delete(remotes, r.Name)
	}
	for _, r := range next.Routes {
		switch old := routes[r.Name]; {
		case old == nil:
			logger.Info("route added", "route", r.Name)
		case !old.Same(r):
			logger.Info("route changed", "route", r.Name)
		}
		delete(routes, r.Name)
	}
	for _, r := range before.Remotes {
		if remotes[r.Name] != nil {
			logger.Info("remote removed", "remote", r.Name)
		}
	}
	for _, r := range before.Routes {
		if routes[r.Name] != nil {
			logger.Info("route removed", "route", r.Name)
		}
	}
	logger.Info("configuration applied", "remotes", len(next.Remotes), "routes", len(next.Routes))
}
