package bridge

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// builder turns a configuration into endpoints and directions.
type builder struct {
	letters   *letters
	opts      Options
	endpoints map[string]*endpoint
	ordered   []*endpoint
	dirs      []*direction
	state     *state
	stopping  <-chan struct{} // closed when the bridge begins to stop
}

// How many connections are opened at once: when a network comes back, a thousand remotes are to come back within seconds, and not
// within one.
const (
	dialsPerSecond = 500
	dialBurst      = 100
)

func (b *builder) build(cfg *config.Config) error {
	b.endpoints = make(map[string]*endpoint, len(cfg.Remotes))
	guard := loop.New(origins(cfg.Remotes))
	for i, r := range cfg.Remotes {
		e := &endpoint{name: r.Name, index: i, guard: guard, tap: b.opts.Tap}
		e.outbox.ready = make(chan struct{}, 1)
		b.endpoints[r.Name] = e
		b.ordered = append(b.ordered, e)
	}
	for _, r := range cfg.Routes {
		if err := b.route(r); err != nil {
			return err
		}
	}
	dials := rate.NewLimiter(dialsPerSecond, dialBurst)
	var metrics *remote.Metrics
	if b.opts.Registry != nil {
		metrics = remote.NewMetrics(b.opts.Registry)
	}
	scheduled := 0
	for i, r := range cfg.Remotes {
		e := b.ordered[i]
		o := b.remoteOptions(r)
		o.Metrics, o.Dials = metrics, dials
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

func origins(remotes []*config.Remote) [][]vscp.GUIDPattern {
	all := make([][]vscp.GUIDPattern, len(remotes))
	for i, r := range remotes {
		all[i] = r.Origins
	}
	return all
}

// route makes a direction for each destination of r, and a lane into it for each source.
func (b *builder) route(r *config.Route) error {
	byDestination := make(map[string]*direction)
	for _, way := range r.Ways() {
		d := byDestination[way.To.Name]
		if d == nil {
			var err error
			if d, err = b.direction(r, way.To.Name); err != nil {
				return err
			}
			byDestination[way.To.Name] = d
		}
		d.from = append(d.from, way.From.Name)
		source := b.endpoints[way.From.Name]
		source.lanes = append(source.lanes, lane{d: d})
	}
	return nil
}

func (b *builder) direction(r *config.Route, to string) (*direction, error) {
	overflow, err := queue.ParseOverflow(string(r.Queue.Overflow))
	if err != nil {
		return nil, fmt.Errorf("bridge: route %q: %w", r.Name, err)
	}
	destination := b.endpoints[to]
	o := queue.Options{
		MaxEvents: r.Queue.MaxEvents, MaxBytes: r.Queue.MaxBytes, MaxAge: r.Queue.MaxAge, Overflow: overflow,
		Ready: destination.outbox.ready,
	}
	d := &direction{route: r.Name, to: to, limits: o, stopping: b.stopping, rules: rules(r.Match), retry: retry{r.Queue.OnAmbiguous, r.Queue.RetryMaxAge}, watch: watch{logger: b.opts.Logger.Named("bridge")}}
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

func rules(matches []config.Match) route.Rules {
	var out route.Rules
	for _, m := range matches {
		out = append(out, route.Match{Class: ranges(m.Class), Type: ranges(m.Type), GUID: m.GUID, Priority: ranges(m.Priority)})
	}
	return out
}

func ranges(in []config.Range) []route.Range {
	var out []route.Range
	for _, r := range in {
		out = append(out, route.Range{First: r.Min, Last: r.Max})
	}
	return out
}

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
