package bridge

import (
	"fmt"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// builder turns a configuration into endpoints and directions.
type builder struct {
	letters  *letters
	opts     Options
	policy   *policy.Policy
	prober   prober
	ordered  []*endpoint // as the remotes of the configuration
	dirs     []*direction
	state    *state
	stopping <-chan struct{} // closed when the bridge begins to stop
	watchers *watchers
}

// How many connections are opened at once: when a network comes back, a thousand remotes are to come back within seconds, and not
// within one.
const (
	dialsPerSecond = 500
	dialBurst      = 100
)

func (b *builder) build(cfg *config.Config) error {
	b.policy = policy.New(cfg)
	start := time.Now()
	byName := b.meet(cfg.Remotes, start)
	made, err := b.join(cfg.Routes, byName)
	if err != nil {
		return err
	}
	b.prober = prober{
		probes: b.policy.Probes(), guid: cfg.Bridge.GUID, routes: cfg.Routes, endpoints: b.ordered, made: made, began: start, logger: b.logger(),
	}
	return b.manage(cfg.Remotes)
}

// meet makes an endpoint for each remote.
func (b *builder) meet(remotes []*config.Remote, start time.Time) map[string]*endpoint {
	byName := make(map[string]*endpoint, len(remotes))
	for i, r := range remotes {
		e := &endpoint{name: r.Name, entrance: b.policy.Entrance(i), start: start, seen: b.watchers.lookout(r.Name), origins: r.Origins, strict: r.Strict}
		e.outbox.ready = make(chan struct{}, 1)
		e.outbox.echoes = echoes{exit: b.policy.Exit(i), start: start}
		e.alarms.remote, e.alarms.logger = r.Name, b.logger()
		byName[r.Name] = e
		b.ordered = append(b.ordered, e)
	}
	for _, e := range b.ordered {
		e.alarms.ordered = b.ordered
	}
	return byName
}

// manage gives each endpoint, with its lanes and its outbox, a manager of its connections.
func (b *builder) manage(remotes []*config.Remote) error {
	dials := rate.NewLimiter(dialsPerSecond, dialBurst)
	var metrics *remote.Metrics
	if b.opts.Registry != nil {
		metrics = remote.NewMetrics(b.opts.Registry)
	}
	scheduled := 0
	for i, r := range remotes {
		e := b.ordered[i]
		o := b.remoteOptions(r)
		o.Metrics, o.Dials, o.Echoes = metrics, dials, b.policy.Exit(i).SetEchoes
		if o.Schedule != nil {
			o.Schedule.Phase = phase(scheduled, o.Schedule)
			scheduled++
		}
		if len(e.lanes) == 0 {
			o.Receive = remote.ReceiveNone // what no route takes is not fetched
		}
		var err error
		if e.manager, err = remote.NewManager(o, e, e.outgoing()); err != nil {
			return fmt.Errorf("bridge: %w", err)
		}
	}
	return nil
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

// way names a direction.
type way struct {
	route *config.Route
	to    *endpoint
}

// join makes a direction for each destination of each route, in the order of the configuration, and the lanes into them.
func (b *builder) join(routes []*config.Route, byName map[string]*endpoint) (map[way]*direction, error) {
	made := make(map[way]*direction)
	for _, r := range routes {
		for _, w := range r.Ways() {
			at := way{r, byName[w.To.Name]}
			if made[at] == nil {
				d, err := b.direction(r, at.to)
				if err != nil {
					return nil, err
				}
				made[at] = d
			}
			made[at].from = append(made[at].from, w.From.Name)
		}
	}
	for _, e := range b.ordered {
		for _, l := range e.entrance.Lanes() {
			e.lanes = append(e.lanes, lane{d: made[way{l.Route, b.ordered[l.To]}]})
		}
	}
	return made, nil
}

func (b *builder) direction(r *config.Route, destination *endpoint) (*direction, error) {
	overflow, err := queue.ParseOverflow(string(r.Queue.Overflow))
	if err != nil {
		return nil, fmt.Errorf("bridge: route %q: %w", r.Name, err)
	}
	to := destination.name
	o := queue.Options{
		MaxEvents: r.Queue.MaxEvents, MaxBytes: r.Queue.MaxBytes, MaxAge: r.Queue.MaxAge, Overflow: overflow,
		Ready: destination.outbox.ready,
	}
	d := &direction{route: r.Name, to: to, limits: o, seen: destination.seen, stopping: b.stopping, retry: retry{r.Queue.OnAmbiguous, r.Queue.RetryMaxAge}, watch: watch{logger: b.logger()}}
	if b.letters != nil {
		d.writer, d.letters = b.letters, b.state.folder.Letters(store.Name{Route: r.Name, To: to})
	}
	if r.Queue.Storage == config.StorageDisk {
		var q *queue.Disk
		if q, d.found, err = b.state.queue(r, to, o, d.watch.logger); err == nil {
			d.queue = q
		}
	} else {
		var q *queue.Memory
		if q, err = queue.New(o); err == nil {
			d.queue = q
		}
	}
	if err != nil {
		return nil, fmt.Errorf("bridge: route %q: %w", r.Name, err)
	}
	destination.outbox.directions = append(destination.outbox.directions, d)
	b.dirs = append(b.dirs, d)
	return d, nil
}

func (b *builder) logger() hclog.Logger { return b.opts.Logger.Named("bridge") }

func (b *builder) remoteOptions(r *config.Remote) remote.Options {
	o := RemoteOptions(r)
	if b.opts.Dial != nil {
		o.Client.Dial = b.opts.Dial
	}
	if b.opts.Logger != nil {
		o.Logger = b.opts.Logger.Named("remote")
	}
	return o
}
