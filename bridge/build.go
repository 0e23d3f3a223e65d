package bridge

import (
	"fmt"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// newEndpoint makes the endpoint of a remote, without a manager.
func (b *Bridge) newEndpoint(name string) *endpoint {
	e := &endpoint{name: name, start: b.began, seen: &lookout{watchers: b.watchers, remote: name}, turn: -1}
	e.outbox.ready = make(chan struct{}, 1)
	e.outbox.echoes.start = b.began
	e.alarms.remote, e.alarms.logger = name, b.logger
	return e
}

// newSettings says what a route wants of its direction to an endpoint.
func newSettings(r *config.Route, to *endpoint) (*settings, error) {
	overflow, err := queue.ParseOverflow(string(r.Queue.Overflow))
	if err != nil {
		return nil, fmt.Errorf("bridge: route %q: %w", r.Name, err)
	}
	mode, err := journal.ParseSync(string(r.Queue.Fsync))
	if r.Queue.Storage == config.StorageDisk && err != nil {
		return nil, fmt.Errorf("bridge: route %q: %w", r.Name, err)
	}
	return &settings{route: r, sync: mode, retry: retry{r.Queue.OnAmbiguous, r.Queue.RetryMaxAge}, limits: queue.Options{
		MaxEvents: r.Queue.MaxEvents, MaxBytes: r.Queue.MaxBytes, MaxAge: r.Queue.MaxAge, Overflow: overflow,
		Ready: to.outbox.ready, Observer: overflowSight{seen: to.seen, route: r.Name, to: to.name},
	}}, nil
}

// newDirection makes a direction without a queue.
func (b *Bridge) newDirection(at way, to *endpoint) *direction {
	d := &direction{
		route: at.route, to: at.to, seen: to.seen, stopping: b.stopping, closings: &b.closings, removed: &b.removed, watch: watch{logger: b.logger},
	}
	if b.letters != nil {
		d.writer, d.letters = b.letters, b.letters.file(at, b.state.folder)
	}
	return d
}

// newQueue makes the queue that settings want, with other limits if they say so.
func (b *Bridge) newQueue(at way, s *settings, limits queue.Options) (eventQueue, journal.Recovery, error) {
	if !s.onDisk() {
		q, err := queue.New(limits)
		if err != nil {
			return nil, journal.Recovery{}, fmt.Errorf("bridge: route %q: %w", at.route, err)
		}
		return q, journal.Recovery{}, nil
	}
	err := b.closings.wait(at)
	if err == nil {
		var q *queue.Disk
		var found journal.Recovery
		if q, found, err = b.state.queue(at, limits, s.sync); err == nil {
			return q, found, nil
		}
	}
	return nil, journal.Recovery{}, fmt.Errorf("bridge: route %q: %w", at.route, err)
}

// managerOptions are those of an endpoint's manager. It is called with b.mu held.
func (b *Bridge) managerOptions(e *endpoint, r *config.Remote) remote.Options {
	o := b.remoteOptions(r)
	o.Metrics, o.Counters, o.Dials, o.Echoes = b.metrics, &e.counts, b.dials, e.outbox.echoes.exit.SetEchoes
	if o.Schedule != nil {
		if e.turn < 0 {
			e.turn = b.scheduled
			b.scheduled++
		}
		o.Schedule.Phase = phase(e.turn, o.Schedule)
	}
	return o
}

// phaseStep is between the ticks of two remotes with the same schedule. A hundred logins a second are little work for us and for a
// server that many remotes share, and a thousand remotes are through in ten seconds, which a schedule of minutes does not notice.
const phaseStep = 10 * time.Millisecond

// phase spreads the ticks of the scheduled remotes, counted by n. None is put off by more than its period; that of a schedule by
// the clock is a minute or longer.
func phase(n int, s *remote.Schedule) time.Duration {
	period := time.Minute
	if s.Every > 0 {
		period = s.Every
	}
	return time.Duration(n) * phaseStep % period
}

func (b *Bridge) remoteOptions(r *config.Remote) remote.Options {
	o := RemoteOptions(r)
	if b.opts.Dial != nil {
		o.Client.Dial = b.opts.Dial
	}
	o.Logger = b.opts.Logger.Named("remote")
	return o
}
