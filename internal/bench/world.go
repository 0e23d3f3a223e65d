package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// world is what a scenario runs in: the built bridge and the processes around it.
type world struct {
	ctx     context.Context // of the run of the program, which is one call
	dir     string
	short   bool
	say     func(format string, args ...any) // progress, for who waits
	started int
	stops   []func() error // last in, first out
}

func (w *world) binary() string { return filepath.Join(w.dir, "tcpiplink-bridge") }

// build makes the bridge as it is released.
func (w *world) build() error {
	cmd := exec.CommandContext(w.ctx, "go", "build", "-trimpath", "-o", w.binary(), "./cmd/tcpiplink-bridge") //nolint:gosec // ours
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	return nil
}

func (w *world) child(name string, args ...string) (*child, error) {
	c, err := startChild(w.ctx, name, args...)
	if err != nil {
		return nil, err
	}
	w.stops = append(w.stops, c.stop)
	return c, nil
}

// bridge starts the daemon with a configuration.
func (w *world) bridge(config string) (*daemon, error) {
	w.started++
	base := filepath.Join(w.dir, fmt.Sprintf("bridge-%d", w.started))
	if err := os.WriteFile(base+".hcl", []byte(config), 0o600); err != nil {
		return nil, err
	}
	d, err := startDaemon(w.ctx, w.binary(), base+".hcl", base+".log")
	if err != nil {
		return nil, err
	}
	w.stops = append(w.stops, d.stop)
	return d, nil
}

// end stops what the scenario started.
func (w *world) end() error {
	var errs []error
	for _, stop := range slices.Backward(w.stops) {
		errs = append(errs, stop())
	}
	w.stops = nil
	return errors.Join(errs...)
}

// link is what the configuration says of a bridge between the source and the sink.
type link struct {
	source, sink string // addresses
	window       int
	connections  int // to send on
	// state is the folder of a queue on disk; empty: the queue is in memory.
	state string
	queue string // more attributes of the queue
}

// config routes the source to the sink, without losing an event where the sink is slower.
func (l link) config() string {
	var b strings.Builder
	storage := "memory"
	if l.state != "" {
		storage = "disk"
		fmt.Fprintf(&b, "bridge {\n  state_dir = %q\n}\n", l.state)
	}
	fmt.Fprintf(&b, "log {\n  level = \"warn\"\n}\n")
	fmt.Fprintf(&b, "remote \"source\" {\n  address = %q\n}\n", l.source)
	fmt.Fprintf(&b, "remote \"sink\" {\n  address = %q\n  time    = \"ns\"\n  window  = %d\n", l.sink, l.window)
	if l.connections > 1 {
		fmt.Fprintf(&b, "  send_connections = %d\n", l.connections)
	}
	fmt.Fprintf(&b, "}\nroute \"all\" {\n  from = [remote.source]\n  to   = [remote.sink]\n  queue {\n    overflow = \"block\"\n    storage  = %q\n    %s\n  }\n}\n", storage, l.queue)
	return b.String()
}
