package main

import (
	"fmt"
	"time"
)

// latencyRates are in events a second.
var latencyRates = []int{1_000, 10_000}

// latency compares how long paced events take through the bridge and through the relay, for each window and rate.
func latency(w *world) ([]result, error) {
	var all []result
	for _, window := range []int{1, 64} {
		bridge, relay, err := w.both(window, 2_000)
		if err != nil {
			return nil, err
		}
		for _, rate := range latencyRates {
			r, err := w.latencyAt(bridge, relay, rate)
			if err != nil {
				return nil, fmt.Errorf("%d events/s: %w", rate, err)
			}
			r.Figure = fmt.Sprintf("p99 at %d events/s, window %d", rate, window)
			all = append(all, r)
		}
		if err := w.end(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (w *world) latencyAt(bridge, relay way, rate int) (result, error) {
	rounds, events := 5, 3*rate
	if w.short {
		rounds, events = 1, rate/10
	}
	ask := request{Events: events, Rate: rate, Latency: true}
	all, err := alternate(rounds,
		func() (outcome, error) { return bridge.push(ask) },
		func() (outcome, error) { return relay.push(ask) })
	if err != nil {
		return result{}, err
	}
	p99 := func(o outcome) float64 { return micros(o.P99) }
	p50 := func(o outcome) float64 { return micros(o.P50) }
	return result{
		Unit: "µs", Target: 1.5, AtMost: true, Measured: median(all[0], p99), Against: median(all[1], p99),
		Note: fmt.Sprintf("p50 %.0f against %.0f µs; the source itself was late by %.0f µs (p99)",
			median(all[0], p50), median(all[1], p50), median(all[1], func(o outcome) float64 { return micros(o.late) })),
	}, nil
}

func micros(ns int64) float64 { return float64(ns) / float64(time.Microsecond) }

const (
	farDelay    = 20 * time.Millisecond
	farSenders  = 256 // different GUIDs
	connections = 8
)

// distance compares eight sending connections with one, to a peer whose answers take 20 ms, one SEND at a time on each.
func distance(w *world) ([]result, error) {
	measured, single := 0.0, 0.0
	for _, n := range []int{1, connections} {
		source, sink, err := w.pair(farDelay)
		if err != nil {
			return nil, err
		}
		d, err := w.bridge(link{source: source.first.Link, sink: sink.first.Link, window: 1, connections: n}.config())
		if err != nil {
			return nil, err
		}
		// The rate is that of the first half: later some connections have sent all that is theirs, as GUIDs are not spread
		// quite evenly.
		y := way{source: source, sink: sink, pid: d.pid()}
		events := 400 * n
		if w.short {
			events = 20 * n
		}
		o, err := y.push(request{Events: events, Stop: events / 2, Senders: farSenders})
		if err != nil {
			return nil, err
		}
		if n == 1 {
			single = o.Rate
		}
		measured = o.Rate
		if err := w.end(); err != nil {
			return nil, err
		}
	}
	return []result{{
		Figure: fmt.Sprintf("%d connections against 1, answers after %v", connections, farDelay), Unit: "events/s", Target: 7,
		Measured: measured, Against: single, Note: fmt.Sprintf("%d GUIDs", farSenders),
	}}, nil
}
