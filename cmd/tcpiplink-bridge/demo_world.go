package main

import (
	"context"
	"io"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
)

// demoWorld is all that a demo runs: the sites, and the bridge between them.
type demoWorld struct {
	sites  []*demoSite
	bridge *bridge.Bridge
	began  time.Time

	devices, bridging *errgroup.Group
	endDevices        context.CancelFunc
	endBridge         context.CancelFunc
	broken            <-chan struct{} // closed if a device failed
}

// newDemoWorld opens the sites and builds the bridge from the demo's configuration, as run does from a file. The bridge's
// warnings go to log.
func newDemoWorld(ctx context.Context, log io.Writer) (*demoWorld, error) {
	sites, err := newDemoSites()
	if err != nil {
		return nil, err
	}
	w := &demoWorld{sites: sites}
	for _, s := range sites {
		if err := s.listen(ctx, sites); err != nil {
			w.close()
			return nil, err
		}
	}
	cfg, err := demoConfigFor(sites)
	if err == nil {
		logger := hclog.New(&hclog.LoggerOptions{Name: "tcpiplink", Level: hclog.Warn, Output: log, DisableTime: true})
		w.bridge, err = bridge.New(cfg, bridge.Options{Logger: logger, Registry: prometheus.NewRegistry()})
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// close gives the ports back, of a world that was not started.
func (w *demoWorld) close() {
	for _, s := range w.sites {
		if s.listener != nil {
			s.listener.Close()
		}
	}
}

// start runs everything until stop. The signal that ends the demo must not cut the connections: stop does it in order.
func (w *demoWorld) start(ctx context.Context) {
	w.began = time.Now()
	ctx = context.WithoutCancel(ctx)
	var devices, bridging context.Context
	devices, w.endDevices = context.WithCancel(ctx)
	bridging, w.endBridge = context.WithCancel(ctx)
	var serving context.Context
	w.devices, serving = errgroup.WithContext(devices)
	w.broken = serving.Done()
	for _, s := range w.sites {
		w.devices.Go(func() error { return s.device.Run(devices, s.listener) })
	}
	w.bridging = &errgroup.Group{}
	w.bridging.Go(func() error {
		w.bridge.Run(bridging)
		return nil
	})
}

const (
	drainLimit = 3 * time.Second // a tick of the boiler, and some
	drainPoll  = 20 * time.Millisecond
)

// stop ends everything in order: the sources fall silent, what is under way arrives, the bridge stops softly, the servers end.
func (w *demoWorld) stop() (demoSummary, error) {
	for _, s := range w.sites {
		s.device.StopEmitting()
	}
	expected := w.expect()
	deadline := time.Now().Add(drainLimit)
	for !w.settled(expected) && time.Now().Before(deadline) {
		select {
		case <-time.After(drainPoll):
		case <-w.broken:
			deadline = time.Time{}
		}
	}
	w.endBridge()
	_ = w.bridging.Wait() // its function returns nil
	summary := w.summarize(expected)
	w.endDevices()
	return summary, w.devices.Wait()
}

// flow is what goes from one site to another.
type flow struct {
	from, to *demoSite
	emitted  uint64
	expected uint64 // events that should arrive
}

// expect works out, from what the silent sources have emitted, what should arrive where.
func (w *demoWorld) expect() []flow {
	var flows []flow
	for _, from := range w.sites {
		emitted := from.device.Stats().Emitted
		crossed := from.crossed(emitted)
		for _, to := range w.sites {
			if to != from && to.name != "boiler" {
				flows = append(flows, flow{from: from, to: to, emitted: emitted, expected: crossed})
			}
		}
	}
	return flows
}

// settled reports whether nothing is under way any more, as far as one can see.
func (w *demoWorld) settled(flows []flow) bool {
	for _, f := range flows {
		if f.to.from(f.from).events < f.expected {
			return false
		}
	}
	for _, d := range w.bridge.Directions() {
		if d.Queued > 0 || d.Received < w.offered(&d) {
			return false
		}
	}
	return true
}

// offered is what the sources of a direction have shown to the bridge: what they emitted, and, because a link server shows every
// event to all its clients, what the bridge itself sent to them.
func (w *demoWorld) offered(d *bridge.DirectionStatus) uint64 {
	var n uint64
	for _, name := range d.From {
		s := w.site(name).device.Stats()
		n += s.Emitted + s.Received
	}
	return n
}

func (w *demoWorld) site(name string) *demoSite {
	for _, s := range w.sites {
		if s.name == name {
			return s
		}
	}
	return nil
}
