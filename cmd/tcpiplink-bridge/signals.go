package main

import (
	"context"
	"os/signal"
	"syscall"
)

// untilSignal returns a context that SIGTERM and SIGINT end, and what takes it back. A second signal kills, so that nobody has to wait
// for an orderly end.
func untilSignal(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, syscall.SIGTERM, syscall.SIGINT)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
