package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
)

func newRun() *cobra.Command {
	var path string
	var vars varFlags
	cmd := &cobra.Command{
		Use:   "run --config PATH",
		Short: "Bridge the remotes of a configuration",
		Long: `run connects to every remote of the configuration and bridges events along its routes until it receives SIGTERM or
SIGINT. It then takes no more events, sends what waits in its queues for at most bridge.flush_timeout, and reports what it
could not deliver. A second signal ends it at once.

SIGHUP has it take up its changed configuration, as the command reload does.`,
		Example: `  tcpiplink-bridge run --config /etc/tcpiplink-bridge/bridge.hcl`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			hangups, quiet := hangups() // first of all: without it SIGHUP ends the process
			defer quiet()
			cfg, err := loadConfig(path, vars, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			options, err := vars.options()
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			r := runner{cfg: cfg, files: reload.Files{Path: path, Options: options}, hangups: hangups, logger: newLogger(cfg.Log, cmd.ErrOrStderr())}
			return r.serve(ctx)
		},
	}
	configFlag(cmd, &path)
	vars.register(cmd.Flags())
	return cmd
}

func newLogger(c config.Log, w io.Writer) hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{
		Name: "tcpiplink", Level: hclog.LevelFromString(c.Level), JSONFormat: c.Format == "json", Output: w,
	})
}

// runner is a bridge with all that is around it in its process.
type runner struct {
	cfg     *config.Config // what it begins with
	files   reload.Files
	hangups <-chan os.Signal
	logger  hclog.Logger
}

// serve runs a bridge and its admin server until ctx ends.
func (r *runner) serve(ctx context.Context) error {
	cfg, logger := r.cfg, r.logger
	registry := prometheus.NewRegistry()
	registry.MustRegister(buildInfo(), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	b, err := bridge.New(cfg, bridge.Options{Logger: logger, Registry: registry})
	if err != nil {
		return unstarted(cfg, err)
	}
	defer b.Close() //nolint:errcheck // Run has done it and told; this is for the way out before it
	reloader := reload.New(cfg, reload.Options{Path: r.files.Path, Source: &r.files, Bridge: b, Started: b.Started(), Logger: logger, Registry: registry})
	tending, enough := context.WithCancel(ctx)
	var tended sync.WaitGroup
	tended.Go(func() { keepMemorySmall(tending) })
	tended.Go(func() { reload.WarnOfRings(cfg, logger.Named("reload")) }) // beside the start, as a mesh of thousands takes seconds
	tended.Go(func() { reloader.Run(tending) })
	defer tended.Wait()
	defer enough()
	logger.Info("starting", "version", buildVersion(), "bridge", cfg.Bridge.Name)
	server, err := admin.Listen(ctx, admin.Options{
		Address: cfg.Admin.Listen, Socket: cfg.Admin.Socket, SocketGroup: cfg.Admin.SocketGroup,
		Gatherer: registry, Bridge: b, Learner: b, Looker: b, Reloader: reloader, Operator: b,
		Daemon: admin.Daemon{Version: buildVersion(), Started: time.Now()}, Logger: logger.Named("admin"),
	})
	if err != nil {
		return &usageError{err: err, hint: adminHint(err)}
	}
	host := service{
		flush: func() time.Duration { return reloader.Status().Config.Bridge.FlushTimeout },
		alive: func() { b.Remotes(); b.Directions() }, logger: logger,
	}
	tended.Go(func() { host.run(ctx) })
	tended.Go(func() { reloadAtSignals(tending, r.hangups, reloader, &host) })
	// The admin server outlives the bridge, so that metrics can be read while it flushes.
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Run(serving)
	}()
	b.Run(ctx)
	end()
	<-done
	return nil
}

// adminHint says what to do when the admin server cannot listen.
func adminHint(err error) string {
	opening, ok := errors.AsType[*net.OpError](err)
	_, isGroup := errors.AsType[*admin.GroupError](err)
	switch {
	case errors.Is(err, admin.ErrSocketInUse):
		return "is the bridge running already? Two bridges need a state_dir, or an admin.socket, for each"
	case isGroup:
		return "admin.socket_group is a group of this machine that the bridge runs in; a systemd service is put into it by a drop-in, see deploy/systemd/operators.conf"
	case ok && opening.Net == "tcp":
		return "choose another address for admin.listen, or stop what listens there"
	default:
		return `choose another path for admin.socket, or set it to "" for none`
	}
}
