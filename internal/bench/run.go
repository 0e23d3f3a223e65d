package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// scenario is one measurement; it returns a line of the table for each figure.
type scenario struct {
	name string
	run  func(w *world) ([]result, error)
}

func scenarios() []scenario {
	return []scenario{
		{"throughput", throughput},
		{"journal", onDisk},
		{"backlog", backlog},
		{"lockstep", lockstep},
		{"latency", latency},
		{"distance", distance},
		{"idle", idle},
		{"held", held},
		{"reconnection", reconnection},
	}
}

func names() string {
	var all []string
	for _, s := range scenarios() {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}

// chosen returns the scenario of that name, or all.
func chosen(name string) ([]scenario, error) {
	all := scenarios()
	for i, s := range all {
		if s.name == name {
			return all[i : i+1], nil
		}
	}
	if name != "" {
		return nil, fmt.Errorf("there is no scenario %q, only %s", name, names())
	}
	return all, nil
}

// measure runs the scenarios and prints what they found. A missed target is no error: that is for the reader to judge.
func measure(ctx context.Context, args []string) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tcpiplink-bench-")
	if err != nil {
		return err
	}
	if o.keep {
		fmt.Fprintln(os.Stderr, "files are in", dir)
	} else {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	w := &world{ctx: ctx, dir: dir, short: o.short, say: func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}}
	if err := w.build(); err != nil {
		return err
	}
	list, err := chosen(o.only)
	if err != nil {
		return err
	}
	var results []result
	for _, s := range list {
		w.say("%s ...", s.name)
		found, err := s.run(w)
		if err = errors.Join(err, w.end()); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for i := range found {
			found[i].Scenario = s.name
			found[i].judge(o.short)
		}
		results = append(results, found...)
	}
	if o.json {
		return printJSON(os.Stdout, results)
	}
	return printTable(os.Stdout, results)
}
