package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// backlogMax is the most memory, in MiB, that the bridge may take while events wait on disk.
const backlogMax = 64

// backlog lets events wait on disk while their destination is not there, starts the bridge again, and then delivers them. At each
// stage it measures the most memory that the bridge ever took.
func backlog(w *world) ([]result, error) {
	events := 1_000_000
	if w.short {
		events = 20_000
	}
	source, sink, err := w.pair(0)
	if err != nil {
		return nil, err
	}
	l := link{
		source: source.first.Link, sink: "127.0.0.1:1", window: 1024, state: filepath.Join(w.dir, "backlog"),
		queue: fmt.Sprintf("max_events = %d\n    max_bytes = \"4GiB\"", 2*events),
	}
	r := request{Do: "push", Events: events, Senders: 4}
	came, err := w.stage(l, func(pid int) error {
		if _, err := source.ask(r); err != nil {
			return err
		}
		return w.idle(pid)
	})
	if err != nil {
		return nil, err
	}
	started, err := w.stage(l, w.idle)
	if err != nil {
		return nil, err
	}
	l.sink = sink.first.Link
	var got reply
	if _, err := sink.ask(request{Do: "reset", Events: events, Senders: r.Senders}); err != nil {
		return nil, err
	}
	left, err := w.stage(l, func(int) error {
		got, err = sink.ask(request{Do: "result"})
		return err
	})
	if err != nil {
		return nil, err
	}
	figure := func(when string, m use) result {
		return result{
			Figure: "most memory " + when, Unit: "MiB", Measured: mib(m.most), Target: backlogMax, AtMost: true,
			Note: fmt.Sprintf("%.1f MiB at the end", mib(m.end)),
		}
	}
	return []result{
		figure(fmt.Sprintf("while %d events come and wait", events), came),
		figure("from a start with them", started),
		figure("while they are delivered", left),
		{Figure: "delivery", Unit: "events/s", Measured: got.Rate},
	}, nil
}

// use is what memory a process takes, in bytes.
type use struct{ most, end int64 }

// stage runs a bridge for as long as do takes, and returns what memory it took.
func (w *world) stage(l link, do func(pid int) error) (use, error) {
	part := world{ctx: w.ctx, dir: w.dir, started: w.started}
	d, err := part.bridge(l.config())
	w.started = part.started
	if err != nil {
		return use{}, err
	}
	var u use
	if err = do(d.pid()); err == nil {
		u, err = usedBy(d.pid())
	}
	if stopped := part.end(); err == nil {
		err = stopped
	}
	return u, err
}

func usedBy(pid int) (use, error) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	most, err := procField(path, "VmHWM:")
	if err != nil {
		return use{}, err
	}
	end, err := procField(path, "VmRSS:")
	return use{most: most, end: end}, err
}

// idle waits until a process has used next to no processor time for some seconds.
func (w *world) idle(pid int) error {
	const often = 500 * time.Millisecond
	quiet := 42 // the bridge gives memory back when it had little to do for ten seconds, from one look to the next
	if w.short {
		quiet = 1
	}
	last, err := processorTime(pid)
	for n := 0; err == nil && n < quiet; n++ {
		if err = pause(w.ctx, often); err != nil {
			break
		}
		var now time.Duration
		if now, err = processorTime(pid); now-last > 5*clockTick {
			n = -1
		}
		last = now
	}
	return err
}
