package main

import (
	"fmt"
	"slices"
	"time"
)

// way is one of the two roads from the source to the sink.
type way struct {
	source, sink *child
	plain        bool
	pid          int // of the process between them
}

// outcome is what one run over a way gave.
type outcome struct {
	reply
	cost time.Duration // processor time of the process in between, per event
	late int64         // nanoseconds by which a paced source was late, p99
}

// push sends events over the way and waits until they have arrived.
func (y way) push(r request) (outcome, error) {
	reset := r
	reset.Do, r.Do, r.Plain = "reset", "push", y.plain
	if _, err := y.sink.ask(reset); err != nil {
		return outcome{}, err
	}
	before, err := processorTime(y.pid)
	if err != nil {
		return outcome{}, err
	}
	pushed, err := y.source.ask(r)
	if err != nil {
		return outcome{}, err
	}
	got, err := y.sink.ask(request{Do: "result"})
	if err != nil {
		return outcome{}, err
	}
	after, err := processorTime(y.pid)
	return outcome{reply: got, cost: (after - before) / time.Duration(r.Events), late: pushed.P99}, err
}

// alternate runs the sides in turns, so that what disturbs the machine disturbs both, and returns each side's rounds.
func alternate(rounds int, sides ...func() (outcome, error)) ([][]outcome, error) {
	all := make([][]outcome, len(sides))
	for range rounds {
		for i, run := range sides {
			o, err := run()
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], o)
		}
	}
	return all, nil
}

// median of a figure of the rounds.
func median(rounds []outcome, figure func(outcome) float64) float64 {
	var all []float64
	for _, o := range rounds {
		all = append(all, figure(o))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func rateOf(o outcome) float64 { return o.Rate }

func costOf(o outcome) float64 { return float64(o.cost.Nanoseconds()) / 1000 }

// pair starts a source and a sink, whose answers take delay.
func (w *world) pair(delay time.Duration) (source, sink *child, err error) {
	if source, err = w.child("source"); err != nil {
		return nil, nil, err
	}
	sink, err = w.child("sink", delay.String())
	return source, sink, err
}

// both starts a bridge with a window and a relay, between the same source and sink, and sends events over each to warm up.
func (w *world) both(window, warm int) (bridge, relay way, err error) {
	source, sink, err := w.pair(0)
	if err != nil {
		return way{}, way{}, err
	}
	r, err := w.child("relay", source.first.Plain, sink.first.Plain)
	if err != nil {
		return way{}, way{}, err
	}
	d, err := w.bridge(link{source: source.first.Link, sink: sink.first.Link, window: window}.config())
	if err != nil {
		return way{}, way{}, err
	}
	bridge = way{source: source, sink: sink, pid: d.pid()}
	relay = way{source: source, sink: sink, plain: true, pid: r.pid()}
	for _, y := range []way{bridge, relay} {
		if _, err := y.push(request{Events: warm}); err != nil {
			return way{}, way{}, err
		}
	}
	return bridge, relay, nil
}

// throughput compares the bridge, to a peer that takes 1024 SENDs at once, with the relay.
func throughput(w *world) ([]result, error) {
	events, rounds := 2_000_000, 5
	if w.short {
		events, rounds = 20_000, 1
	}
	bridge, relay, err := w.both(1024, events/20)
	if err != nil {
		return nil, err
	}
	r := request{Events: events, Senders: 4}
	all, err := alternate(rounds,
		func() (outcome, error) { return bridge.push(r) },
		func() (outcome, error) { return relay.push(r) })
	if err != nil {
		return nil, err
	}
	return []result{
		{
			Figure: "window 1024, against the relay", Unit: "events/s", Target: 0.35,
			Measured: median(all[0], rateOf), Against: median(all[1], rateOf),
		},
		{
			Figure: "processor time per event", Unit: "µs", Measured: median(all[0], costOf), Against: median(all[1], costOf),
			Note: fmt.Sprintf("%d rounds of %d events each", rounds, events),
		},
	}, nil
}

// lockstep compares the bridge, to a peer that takes one SEND at a time, with the bare loop.
func lockstep(w *world) ([]result, error) {
	events, rounds := 100_000, 5
	if w.short {
		events, rounds = 2_000, 1
	}
	source, sink, err := w.pair(0)
	if err != nil {
		return nil, err
	}
	bare, err := w.child("loop", sink.first.Link)
	if err != nil {
		return nil, err
	}
	d, err := w.bridge(link{source: source.first.Link, sink: sink.first.Link, window: 1}.config())
	if err != nil {
		return nil, err
	}
	bridge := way{source: source, sink: sink, pid: d.pid()}
	if _, err := bridge.push(request{Events: events / 20}); err != nil {
		return nil, err
	}
	all, err := alternate(rounds,
		func() (outcome, error) { return bridge.push(request{Events: events}) },
		func() (outcome, error) { return bareLoop(bare, sink, events) })
	if err != nil {
		return nil, err
	}
	return []result{
		{
			Figure: "window 1, against the bare loop", Unit: "events/s", Target: 1,
			Measured: median(all[0], rateOf), Against: median(all[1], rateOf),
		},
		{
			Figure: "processor time per event", Unit: "µs", Target: 0.8, AtMost: true,
			Measured: median(all[0], costOf), Against: median(all[1], costOf),
			Note: fmt.Sprintf("%d rounds of %d events each", rounds, events),
		},
	}, nil
}

func bareLoop(bare, sink *child, events int) (outcome, error) {
	if _, err := sink.ask(request{Do: "reset", Events: events}); err != nil {
		return outcome{}, err
	}
	before, err := processorTime(bare.pid())
	if err != nil {
		return outcome{}, err
	}
	if _, err := bare.ask(request{Do: "send", Events: events}); err != nil {
		return outcome{}, err
	}
	after, err := processorTime(bare.pid())
	if err != nil {
		return outcome{}, err
	}
	got, err := sink.ask(request{Do: "result"})
	return outcome{reply: got, cost: (after - before) / time.Duration(events)}, err
}
