package main

import (
	"fmt"
	"path/filepath"
)

// onDisk compares a bridge whose queue is on disk, with fsync = "interval", with one whose queue is in memory.
func onDisk(w *world) ([]result, error) {
	events, rounds := 2_000_000, 5
	if w.short {
		events, rounds = 20_000, 1
	}
	disk, err := w.stored(filepath.Join(w.dir, "state"), events/20)
	if err != nil {
		return nil, err
	}
	memory, err := w.stored("", events/20)
	if err != nil {
		return nil, err
	}
	r := request{Events: events, Senders: 4}
	all, err := alternate(rounds,
		func() (outcome, error) { return disk.push(r) },
		func() (outcome, error) { return memory.push(r) })
	if err != nil {
		return nil, err
	}
	return []result{
		{
			Figure: "queue on disk, against memory", Unit: "events/s", Target: 0.5,
			Measured: median(all[0], rateOf), Against: median(all[1], rateOf),
		},
		{
			Figure: "processor time per event", Unit: "µs", Measured: median(all[0], costOf), Against: median(all[1], costOf),
			Note: fmt.Sprintf("%d rounds of %d events each", rounds, events),
		},
	}, nil
}

// stored starts a bridge between a source and a sink of its own, with its queue in a folder or in memory, and warms up.
func (w *world) stored(state string, warm int) (way, error) {
	source, sink, err := w.pair(0)
	if err != nil {
		return way{}, err
	}
	d, err := w.bridge(link{source: source.first.Link, sink: sink.first.Link, window: 1024, state: state}.config())
	if err != nil {
		return way{}, err
	}
	y := way{source: source, sink: sink, pid: d.pid()}
	_, err = y.push(request{Events: warm})
	return y, err
}
