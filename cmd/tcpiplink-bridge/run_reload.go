package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
)

// hangups returns where SIGHUP arrives from now on, until quiet is called. On Windows there is none.
func hangups() (arrived <-chan os.Signal, quiet func()) {
	c := make(chan os.Signal, 1) // of those that come during a reload one is enough
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// reloadAtSignals reloads once for each signal until ctx ends. The service manager, which sends it for systemctl reload, is told.
func reloadAtSignals(ctx context.Context, arrived <-chan os.Signal, r *reload.Reloader, host *service) {
	for {
		select {
		case <-arrived:
			ready := host.reloading()
			_, _ = r.Reload(ctx, reload.BySignal, false) // what became of it is logged and remembered
			ready()
		case <-ctx.Done():
			return
		}
	}
}
