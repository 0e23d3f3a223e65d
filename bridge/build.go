package bridge

import (
	"crypto/tls"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// builder turns a configuration into endpoints and directions.
type builder struct {
	opts      Options
	endpoints map[string]*endpoint
	ordered   []*endpoint
	dirs      []*direction
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
	q, err := queue.New(queue.Options{
		MaxEvents: r.Queue.MaxEvents, MaxBytes: r.Queue.MaxBytes, Overflow: overflow, Ready: destination.outbox.ready,
	})
	if err != nil {
		return nil, fmt.Errorf("bridge: route %q: %w", r.Name, err)
	}
	d := &direction{route: r.Name, to: to, rules: rules(r.Match), queue: q}
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

// RemoteOptions says in the words of package remote what the configuration says of a remote.
func RemoteOptions(r *config.Remote) remote.Options {
	o := remote.DefaultOptions()
	o.Name, o.Addresses, o.User = r.Name, r.Addresses, r.User
	o.Password = func() (string, error) { return r.Password.Reveal(), nil }
	o.Client.DialTimeout, o.Client.GreetingTimeout, o.Client.ReplyTimeout = r.Timeouts.Dial, r.Timeouts.Greeting, r.Timeouts.Reply
	o.Client.ResolveTimeout = r.Timeouts.Resolve
	o.Client.TLS, o.Client.TLSTimeout = tlsOptions(r.TLS), r.Timeouts.TLS
	o.Connections, o.Receive, o.Window = r.Connections, receiveMode(r.Receive), r.Window
	o.Filter, o.Mask, o.Time = r.Filter, r.Mask, timeForm(r.Time)
	o.Profile = family(r.Profile)
	o.DeadAfter, o.StallAfter, o.StatEvery = r.Timeouts.DeadAfter, r.Timeouts.StallAfter, r.StatEvery
	o.SendConnections = r.SendConnections
	o.Backoff = remote.Backoff(r.Backoff)
	if s := r.Schedule; s != nil {
		o.Schedule = &remote.Schedule{Every: s.Every, Jitter: s.Jitter, MaxFetch: s.MaxFetch, Linger: s.Linger}
		if s.Mode == config.ModeVisit {
			o.Schedule.Mode = remote.Visit
		}
	}
	return o
}

func family(p config.Profile) remote.Family {
	if p == config.ProfileAuto {
		return remote.FamilyUnknown
	}
	return remote.Family(p)
}

// tlsOptions returns nil for clear text.
func tlsOptions(t *config.TLS) *remote.TLSOptions {
	if t == nil {
		return nil
	}
	o := &remote.TLSOptions{
		CAFile: t.CAFile, CertFile: t.CertFile, KeyFile: t.KeyFile, ServerName: t.ServerName, MinVersion: tls.VersionTLS12, Pins: t.Pins,
	}
	if t.MinVersion == config.TLS13 {
		o.MinVersion = tls.VersionTLS13
	}
	return o
}

func receiveMode(r config.Receive) remote.ReceiveMode {
	switch r {
	case config.ReceiveRcvloop:
		return remote.ReceivePush
	case config.ReceiveRetr:
		return remote.ReceivePoll
	case config.ReceiveNone:
		return remote.ReceiveNone
	default:
		return remote.ReceiveAuto
	}
}

// timeForm returns nil where the form is to be found out.
func timeForm(t config.TimeForm) *vscp.TimeForm {
	switch t {
	case config.TimeNanos:
		return new(vscp.TimeNanos)
	case config.TimeDate:
		return new(vscp.TimeDate)
	case config.TimeNone:
		return new(vscp.TimeNone)
	default:
		return nil
	}
}
