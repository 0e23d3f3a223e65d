package simdevice

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// Device is a link server with events of its own.
type Device struct {
	opts   Options
	server *linkserver.Server

	mu      sync.Mutex // guards what follows, and is held while events are published
	emitted uint64
	quiet   bool // no more events
}

// New returns a device that waits for Run.
func New(o Options) (*Device, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	server, err := linkserver.New(o.Server)
	if err != nil {
		return nil, err
	}
	return &Device{opts: o, server: server}, nil
}

// Run serves clients from l and emits events until ctx ends, and closes l. It returns after its goroutines did: nil because of
// ctx, else the error of the listener.
func (d *Device) Run(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var emitting sync.WaitGroup
	emitting.Go(func() { d.emit(ctx) })
	err := d.server.Serve(ctx, l)
	cancel()
	emitting.Wait()
	return err
}

// StopEmitting ends the emission: once it has returned, no event follows. The device goes on serving.
func (d *Device) StopEmitting() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quiet = true
}

// Stats is a reading of a Device.
type Stats struct {
	Emitted  uint64 // events made
	Received uint64 // events that clients sent
	Overrun  uint64 // events that a client lost because it was too slow; counted for each client
	Clients  int    // logged in now
}

// Stats returns a reading.
func (d *Device) Stats() Stats {
	s := d.server.Stats()
	d.mu.Lock()
	defer d.mu.Unlock()
	return Stats{Emitted: d.emitted, Received: s.Received, Overrun: s.Overrun, Clients: s.LoggedIn}
}

// loginPoll is how often an idle device looks for its first client.
const loginPoll = 10 * time.Millisecond

// awaitLogin waits for the first client, and reports whether there is one.
func (d *Device) awaitLogin(ctx context.Context) bool {
	ticker := time.NewTicker(loginPoll)
	defer ticker.Stop()
	for d.server.Stats().LoggedIn == 0 {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
