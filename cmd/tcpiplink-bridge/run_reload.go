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

// reloadAtSignals reloads once for each signal until ctx ends.
func reloadAtSignals(ctx context.Context, arrived <-chan os.Signal, r *reload.Reloader) {
	for {
		select {
		case <-arrived:
			_, _ = r.Reload(ctx, reload.BySignal, false) // what became of it is logged and remembered
		case <-ctx.Done():
			return
		}
	}
}
