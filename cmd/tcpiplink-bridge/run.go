package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin"
)

func newRun() *cobra.Command {
	var path string
	var vars varFlags
	cmd := &cobra.Command{
		Use:   "run --config PATH",
		Short: "Bridge the remotes of a configuration",
		Long: `run connects to every remote of the configuration and bridges events along its routes until it receives SIGTERM or
SIGINT. It then takes no more events, sends what waits in its queues for at most bridge.flush_timeout, and reports what it
could not deliver. A second signal ends it at once.`,
		Example: `  tcpiplink-bridge run --config /etc/tcpiplink-bridge/bridge.hcl`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(path, vars, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
			context.AfterFunc(ctx, stop) // a second signal kills
			defer stop()
			return serve(ctx, cfg, newLogger(cfg.Log, cmd.ErrOrStderr()))
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

// serve runs a bridge and its admin server until ctx ends.
func serve(ctx context.Context, cfg *config.Config, logger hclog.Logger) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(buildInfo(), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	b, err := bridge.New(cfg, bridge.Options{Logger: logger, Registry: registry})
	if err != nil {
		return err
	}
	defer b.Close() //nolint:errcheck // Run has done it and told; this is for the way out before it
	tuning, enough := context.WithCancel(ctx)
	var tuned sync.WaitGroup
	tuned.Go(func() { keepMemorySmall(tuning) })
	defer tuned.Wait()
	defer enough()
	logger.Info("starting", "version", buildVersion(), "bridge", cfg.Bridge.Name)
	server, err := admin.Listen(ctx, admin.Options{
		Address: cfg.Admin.Listen, Socket: cfg.Admin.Socket,
		Gatherer: registry, Bridge: b, Learner: b, Looker: b, Daemon: daemonOf(cfg), Logger: logger.Named("admin"),
	})
	if err != nil {
		return &usageError{err: err, hint: adminHint(err)}
	}
	host := service{flush: cfg.Bridge.FlushTimeout, alive: func() { b.Remotes(); b.Directions() }, logger: logger}
	tuned.Go(func() { host.run(ctx) })
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
	switch {
	case errors.Is(err, admin.ErrSocketInUse):
		return "is the bridge running already? Two bridges need a state_dir, or an admin.socket, for each"
	case ok && opening.Net == "tcp":
		return "choose another address for admin.listen, or stop what listens there"
	default:
		return `choose another path for admin.socket, or set it to "" for none`
	}
}

// daemonOf says what the admin server tells of this process.
func daemonOf(cfg *config.Config) admin.Daemon {
	d := admin.Daemon{Name: cfg.Bridge.Name, Version: buildVersion(), Started: time.Now(), Guarantees: make(map[string]string)}
	for _, r := range cfg.Routes {
		d.Guarantees[r.Name] = r.Guarantee()
	}
	return d
}
