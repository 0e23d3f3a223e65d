package bridge

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// draft is a generation that is being made. All that can fail is done before it is entered; until then nothing has changed that
// drop does not take back.
type draft struct {
	b        *Bridge
	before   *generation
	next     *generation
	known    map[string]*endpoint // of before, and those that are about to end
	ways     []*wanted            // in the order of the configuration
	recalled []*drain
	turned   []turned
}

// turned is a direction whose overflow rule was changed, from what it was.
type turned struct {
	d      *direction
	was    queue.Overflow
	onDisk bool
}

// wanted is a direction of the next generation.
type wanted struct {
	d     *direction
	to    *endpoint
	isNew bool
	settings
	queue eventQueue // that was opened for it; nil: it has one
	found journal.Recovery
}

// ErrRestart is returned by Apply when a configuration asks for something that a running bridge cannot change. The error names it.
var ErrRestart = errors.New("bridge: only a restart changes this")

// draft makes the generation of a configuration, and opens what that needs.
func (b *Bridge) draft(cfg *config.Config) (*draft, error) {
	dr := &draft{b: b, before: b.present.Load(), next: &generation{cfg: cfg, made: make(map[way]*direction)}}
	err := dr.check()
	if err == nil {
		dr.meet()
		err = dr.join()
	}
	if err == nil {
		err = dr.try()
	}
	if err == nil {
		err = dr.turn()
	}
	if err != nil {
		return nil, errors.Join(err, dr.drop())
	}
	return dr, nil
}

// check refuses what only a restart changes.
func (dr *draft) check() error {
	if before, next := dr.before.cfg.Bridge.StateDir, dr.next.cfg.Bridge.StateDir; before != next {
		return fmt.Errorf("%w: bridge.state_dir", ErrRestart)
	}
	return nil
}

// meet finds the endpoints, or makes them.
func (dr *draft) meet() {
	dr.known = dr.before.byName()
	dr.b.mu.RLock()
	maps.Copy(dr.known, dr.b.former)
	dr.b.mu.RUnlock()
	if dr.before.policy == nil {
		dr.next.policy = policy.NewFor(dr.b.identity, dr.next.cfg)
	} else {
		dr.next.policy = dr.before.policy.Next(dr.next.cfg)
	}
	for i, r := range dr.next.cfg.Remotes {
		e := dr.known[r.Name]
		if e == nil {
			e = dr.b.newEndpoint(r.Name)
			e.outbox.echoes.exit = dr.next.policy.Exit(dr.next.policy.Slot(i))
		}
		dr.next.endpoints = append(dr.next.endpoints, e)
	}
}

// join finds the direction of each destination of each route, in the order of the configuration, or makes it.
func (dr *draft) join() error {
	byName := dr.next.byName()
	all := make(map[way]*wanted)
	for _, r := range dr.next.cfg.Routes {
		for _, w := range r.Ways() {
			at := way{r.Name, w.To.Name}
			if all[at] == nil {
				one, err := dr.want(at, r, byName[w.To.Name])
				if err != nil {
					return err
				}
				all[at] = one
				dr.next.made[at] = one.d
				dr.next.directions = append(dr.next.directions, one.d)
			}
			all[at].from = append(all[at].from, w.From.Name)
		}
	}
	return nil
}

// want finds or makes a direction, with the queue that it needs.
func (dr *draft) want(at way, r *config.Route, to *endpoint) (*wanted, error) {
	s, err := newSettings(r, to)
	if err != nil {
		return nil, err
	}
	w := &wanted{to: to, settings: *s, d: dr.before.made[at]}
	if w.d == nil {
		if l := dr.b.recall(at, to); l != nil {
			w.d = l.d
			dr.recalled = append(dr.recalled, l)
		}
	}
	lacks, limits := true, s.limits
	if w.isNew = w.d == nil; w.isNew {
		w.d = dr.b.newDirection(at, to)
	} else {
		lacks, limits = w.d.lacks(s), roomy(s.limits) // its own limits come when it has taken over
	}
	dr.ways = append(dr.ways, w)
	if lacks {
		w.queue, w.found, err = dr.b.newQueue(at, s, limits)
	}
	return w, err
}

// try finds out whether the managers that are needed can be made.
func (dr *draft) try() error {
	for i, r := range dr.next.cfg.Remotes {
		e := dr.next.endpoints[i]
		if s := e.stint.Load(); s != nil && connectAlike(s.remote, r) {
			continue
		}
		if _, err := dr.b.newStint(e, dr.b.remoteOptions(r), stint{receives: true, sends: true}); err != nil {
			return fmt.Errorf("bridge: %w", err)
		}
	}
	return nil
}

// turn changes overflow rules, where there are others: that may fail, unlike a change of limits. It is the last step. As a change may
// drop events, which nobody brings back, it is found out before whether all can be made.
func (dr *draft) turn() error {
	for _, w := range dr.ways {
		if w.isNew || w.queue != nil {
			continue
		}
		if err := w.d.mayTurn(w.limits.Overflow, w.onDisk()); err != nil {
			return w.cannotTurn(err)
		}
	}
	for _, w := range dr.ways {
		if w.isNew || w.queue != nil {
			continue
		}
		was, err := w.d.turn(w.limits.Overflow, w.onDisk())
		if err != nil {
			return w.cannotTurn(err)
		}
		dr.turned = append(dr.turned, turned{w.d, was, w.onDisk()})
	}
	return nil
}

func (w *wanted) cannotTurn(err error) error {
	return fmt.Errorf("%w, or an empty queue: queue.overflow of route %q to %q: %w", ErrRestart, w.d.route, w.d.to, err)
}

// drop takes back what was done.
func (dr *draft) drop() error {
	var errs []error
	for _, t := range dr.turned {
		_, err := t.d.turn(t.was, t.onDisk)
		errs = append(errs, err)
	}
	for _, w := range dr.ways {
		if c, ok := w.queue.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	dr.thaw()
	dr.b.mu.Lock()
	defer dr.b.mu.Unlock()
	if dr.b.stage == stageRunning {
		for _, l := range dr.recalled {
			dr.b.resume(l)
		}
	}
	return errors.Join(errs...)
}

// thaw lets events move to other queues.
func (dr *draft) thaw() {
	for _, w := range dr.ways {
		if !w.isNew {
			w.d.thaw()
		}
	}
}

// flush is how long what goes may still send.
func (dr *draft) flush() time.Duration { return dr.next.cfg.Bridge.FlushTimeout }
