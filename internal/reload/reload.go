package reload

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// Bridge is what runs by a configuration; *bridge.Bridge is one.
type Bridge interface {
	// Apply goes over to another configuration. After an error nothing has changed.
	Apply(cfg *config.Config) error
}

// Options say what a Reloader works with.
type Options struct {
	Path     string // of the configuration, for people
	Source   Source
	Bridge   Bridge
	Started  <-chan struct{} // closed when the bridge takes other configurations; nil: it does
	Logger   hclog.Logger    // of the whole process: its level follows the configuration
	Registry prometheus.Registerer
}

// Reloader knows the configuration in use and goes over to others.
type Reloader struct {
	o       Options
	logger  hclog.Logger
	metrics *metrics
	turn    chan struct{} // held by the reload under way
	renewed chan struct{} // tells Run that there is another configuration

	mu    sync.Mutex // guards what follows
	now   Status
	tried string   // the hash of what was loaded last, with success or without
	read  []string // what that was
}

// By says who asked for a reload.
type By string

// Who asks for reloads.
const (
	BySignal By = "signal"
	ByAPI    By = "api"
	ByWatch  By = "watch"
)

// Outcome is what a reload did, or would do.
type Outcome struct {
	Diff   config.Diff
	Config *config.Config // the new one
}

// RestartError is returned for a configuration that changes what only a restart changes.
type RestartError struct {
	Settings []string
}

// Unwrap returns bridge.ErrRestart, which the bridge itself returns for what it cannot change.
func (e *RestartError) Unwrap() error { return bridge.ErrRestart }

// Error names the settings.
func (e *RestartError) Error() string {
	if len(e.Settings) == 1 {
		return fmt.Sprintf("%s is changed by a restart only, so nothing was changed", e.Settings[0])
	}
	return fmt.Sprintf("%s are changed by a restart only, so nothing was changed", strings.Join(e.Settings, ", "))
}

// New returns a Reloader for a bridge that runs by cfg.
func New(cfg *config.Config, o Options) *Reloader {
	r := &Reloader{o: o, logger: o.Logger.Named("reload"), metrics: newMetrics(o.Registry), turn: make(chan struct{}, 1), renewed: make(chan struct{}, 1)}
	r.use(cfg)
	r.tried, r.read = cfg.Hash, cfg.Read
	return r
}

// Reload goes over to the configuration as it is now, or with dryRun says what that would change. It waits until the bridge has started, and
// until other reloads are done. After an error the configuration before is in use. The error can be an *InvalidError or a *RestartError; the Outcome of a
// *RestartError is what would change.
func (r *Reloader) Reload(ctx context.Context, by By, dryRun bool) (Outcome, error) {
	if err := r.enter(ctx); err != nil {
		return Outcome{}, err
	}
	defer func() { <-r.turn }()
	out, err := r.load()
	if dryRun {
		return out, err
	}
	r.remember(out.Config, err)
	if err == nil && !out.Diff.Empty() {
		err = r.o.Bridge.Apply(out.Config)
	}
	if err != nil {
		r.fail(by, err)
		return out, err
	}
	r.succeed(by, &out)
	return out, nil
}

// enter waits for the turn of a reload. After an error it is that of another.
func (r *Reloader) enter(ctx context.Context) error {
	if r.o.Started != nil {
		select {
		case <-r.o.Started:
		case <-ctx.Done():
			return fmt.Errorf("the bridge has not started: %w", ctx.Err())
		}
	}
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("another reload is under way: %w", ctx.Err())
	}
	if err := ctx.Err(); err != nil { // of both, select took any
		<-r.turn
		return fmt.Errorf("reload: %w", err)
	}
	return nil
}

// load reads the configuration and compares it with the one in use.
func (r *Reloader) load() (Outcome, error) {
	inUse := r.Status().Config
	cfg, err := r.o.Source.Load(inUse)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Diff: config.Compare(inUse, cfg), Config: cfg}
	if len(out.Diff.Restart) > 0 {
		return out, &RestartError{Settings: out.Diff.Restart}
	}
	return out, nil
}

// remember keeps what was read, so that the watch takes it up once only.
func (r *Reloader) remember(cfg *config.Config, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if invalid, ok := errors.AsType[*InvalidError](err); ok {
		r.tried, r.read = invalid.Hash, invalid.Read
	}
	if cfg != nil {
		r.tried, r.read = cfg.Hash, cfg.Read
	}
}

// mostListed is how many changes and warnings a line of the log lists.
const mostListed = 20

func (r *Reloader) succeed(by By, out *Outcome) {
	r.use(out.Config)
	r.note(by, "")
	r.metrics.done(resultOK)
	r.o.Logger.SetLevel(hclog.LevelFromString(out.Config.Log.Level))
	select {
	case r.renewed <- struct{}{}:
	default: // it was told
	}
	if out.Diff.Empty() {
		r.logger.Info("configuration reloaded, it says the same", "by", string(by))
		return
	}
	r.logger.Info("configuration reloaded",
		"by", string(by), "changes", len(out.Diff.Changes), "list", first(strings.Split(out.Diff.String(), "\n"), "\n"))
	if warnings := out.Config.Warnings; len(warnings) > 0 {
		r.logger.Warn("the configuration may not be what was meant", "warnings", len(warnings), "list", first(texts(warnings), "\n\n"))
	}
}

func texts(ds []config.Diagnostic) []string {
	out := make([]string, len(ds))
	for i := range ds {
		out[i] = ds[i].String()
	}
	return out
}

// first joins the first elements of a list, and says how many are left out.
func first(list []string, separator string) string {
	if n := len(list) - mostListed; n > 0 {
		list = append(list[:mostListed:mostListed], fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, separator)
}

func (r *Reloader) fail(by By, err error) {
	const message = "configuration not reloaded, the one before stays in use"
	r.note(by, err.Error())
	invalid, ok := errors.AsType[*InvalidError](err)
	if ok {
		r.metrics.done(resultInvalid)
		r.logger.Error(message, "by", string(by), "mistakes", invalid.Mistakes, "list", invalid.Text)
		return
	}
	result := resultFailed
	if errors.Is(err, bridge.ErrRestart) {
		result = resultRestart
	}
	r.metrics.done(result)
	r.logger.Error(message, "by", string(by), "error", err)
}
