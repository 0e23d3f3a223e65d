package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: error: %v\n", err)
		os.Exit(1)
	}
}

// run is a role if the first argument names one, else the benchmark.
func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		if start, ok := roles()[args[0]]; ok {
			return play(ctx, start, args[1:])
		}
	}
	return measure(ctx, args)
}

// role answers the requests of the process that measures.
type role interface {
	handle(ctx context.Context, r request) (reply, error)
}

// roles are the parts that the program plays, by name. Each starts with what its first reply says.
func roles() map[string]func(context.Context, []string) (role, reply, error) {
	return map[string]func(context.Context, []string) (role, reply, error){
		"source": startSource,
		"sink":   startSink,
		"relay":  startRelay,
		"loop":   startLoop,
		"peers":  startPeers,
	}
}

// play starts a role and answers requests until its input ends.
func play(ctx context.Context, start func(context.Context, []string) (role, reply, error), args []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	r, first, err := start(ctx, args)
	if err != nil {
		first.Error = err.Error()
	}
	for {
		if err := out.Encode(first); err != nil || first.Error != "" {
			return err
		}
		var ask request
		if err := in.Decode(&ask); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if first, err = r.handle(ctx, ask); err != nil {
			first = reply{Error: err.Error()}
		}
	}
}

// options are what the benchmark was asked to do.
type options struct {
	only  string
	json  bool
	short bool
	keep  bool
}

func parse(args []string) (options, error) {
	var o options
	flags := pflag.NewFlagSet("bench", pflag.ContinueOnError)
	flags.StringVar(&o.only, "only", "", "run this scenario alone: "+names())
	flags.BoolVar(&o.json, "json", false, "print the results as JSON")
	flags.BoolVar(&o.short, "short", false, "few events and links: checks that all arrive, once and in order, and no speed")
	flags.BoolVar(&o.keep, "keep", false, "leave the folder with the configurations and logs of the bridge")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is no argument %q", flags.Arg(0))
	}
	if _, err := chosen(o.only); err != nil {
		return o, err
	}
	return o, nil
}
