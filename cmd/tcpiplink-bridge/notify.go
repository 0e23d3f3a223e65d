package main

import (
	"context"
	"fmt"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/hashicorp/go-hclog"
)

// stopMargin is how much longer than the flush timeout a stop may take, before the service manager kills.
const stopMargin = 10 * time.Second

// service is this process as the service manager sees it: systemd, or another that gives a NOTIFY_SOCKET.
type service struct {
	flush  func() time.Duration // the flush timeout of the bridge
	alive  func()               // reads the state of the bridge, and does not return while the bridge hangs
	logger hclog.Logger
}

// run tells the service manager that the service is ready, that it is alive for as long as ctx lasts, and that it stops then. Without
// a service manager it returns at once.
func (s *service) run(ctx context.Context) {
	if !s.tell(daemon.SdNotifyReady) {
		return
	}
	s.watchdog(ctx)
	<-ctx.Done()
	s.tell(fmt.Sprintf("%s\nEXTEND_TIMEOUT_USEC=%d", daemon.SdNotifyStopping, (s.flush() + stopMargin).Microseconds()))
}

// watchdog answers the watchdog of the service manager, if it has one. A sign of life is sent only after the bridge has been read:
// from one that hangs none comes, and it is killed and started anew.
func (s *service) watchdog(ctx context.Context) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		s.logger.Warn("watchdog of the service manager cannot be answered", "error", err)
	}
	if err != nil || every == 0 {
		return
	}
	ticker := time.NewTicker(every / 2)
	defer ticker.Stop()
	for ctx.Err() == nil {
		s.alive()
		s.tell(daemon.SdNotifyWatchdog)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// reloading tells the service manager that a reload begins; what it returns, that it is over.
func (s *service) reloading() (ready func()) {
	s.tell(daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec())
	return func() { s.tell(daemon.SdNotifyReady) }
}

// tell reports whether there is a service manager, and it was told.
func (s *service) tell(state string) bool {
	sent, err := daemon.SdNotify(false, state)
	if err != nil {
		s.logger.Warn("service manager cannot be told", "error", err)
	}
	return sent
}
