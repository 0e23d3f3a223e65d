package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// queueReader looks into the queues of a bridge, be it running or stopped.
type queueReader interface {
	// Queues returns a reading of the queues that are chosen.
	Queues(ctx context.Context, choose choice) (*api.Queues, error)
	// Lines returns what waits in a queue as lines of JSON, oldest first.
	Lines(ctx context.Context, name store.Name, what queueLines) (io.ReadCloser, error)
	// Check reads the files of a queue, and changes nothing.
	Check(ctx context.Context, name store.Name) (*api.Check, error)
}

// queueChanger changes the queues of a bridge, be it running or stopped.
type queueChanger interface {
	// Put puts the events of lines into a queue. With an error, the answer says how many came in before, as far as that is known.
	Put(ctx context.Context, name store.Name, in io.Reader) (api.Taken, error)
	// Retry puts the dead letters back into their queue.
	Retry(ctx context.Context, name store.Name) (api.Taken, error)
	// Purge drops what waits, or the dead letters.
	Purge(ctx context.Context, name store.Name, letters bool) (api.Purged, error)
}

// choice picks queues by name from those that there are.
type choice func(all []store.Name) ([]store.Name, error)

// queueLines say which events of a queue are meant.
type queueLines struct {
	letters bool // the dead letters, in place of what waits
	limit   int  // 0: all of them
}

// queueFlags are common to all commands about queues.
type queueFlags struct {
	placeFlags
	json bool
}

func newQueue() *cobra.Command {
	var f queueFlags
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "Look into the queues of a bridge, move events in and out",
		Long: `queue shows what waits in the queues of a bridge and which events were given up
(dead letters), writes them to files, reads them from files, and empties
queues. It asks a running bridge through its unix socket. For a stopped one it
works on the state folder, where the queues with storage = "disk" and the dead
letters are.

Which bridge is said by --config, the configuration that it runs with; or by
--state-dir or --socket alone; or, for one that runs, by --admin, which takes
--token-file to change something.

A queue is named ROUTE@TO, as 'queue ls' shows it; ROUTE is enough if the route
has one destination.

The exit code is 0 if the command was done, 1 if it failed, 2 if the usage was
wrong.`,
		Example: `  tcpiplink-bridge queue ls --config hub.hcl
  tcpiplink-bridge queue peek sites@south --state-dir /var/lib/tcpiplink-bridge
  tcpiplink-bridge queue export sites@south -o waiting.jsonl --config hub.hcl
  tcpiplink-bridge queue retry sites@south --config hub.hcl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f.register(cmd.PersistentFlags())
	cmd.AddCommand(f.lsCommand(), f.showCommand(), f.peekCommand(), f.exportCommand(), f.importCommand(), f.retryCommand(),
		f.purgeCommand(), f.fsckCommand())
	for _, sub := range cmd.Commands() {
		if strings.Contains(sub.Use, "QUEUE") {
			sub.ValidArgsFunction = f.completeQueue
		}
	}
	return cmd
}

func (f *queueFlags) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.json, "json", false, "print JSON, one value per line")
}

// errInterrupted is returned after Ctrl-C by a command that has nothing to say about it.
var errInterrupted = errors.New("interrupted")

// queueRun is one use of a command: the bridge, and where to talk.
type queueRun struct {
	*console
	queueFlags
	bridge *openBridge
}

// action is the RunE of a command that is done by do.
func (f *queueFlags) action(do func(ctx context.Context, r *queueRun, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ctx, stop := untilSignal(cmd.Context())
		defer stop()
		bridge, err := f.open(ctx, cmd.ErrOrStderr())
		if err != nil {
			return shown(err)
		}
		err = do(ctx, &queueRun{console: newConsole(cmd), queueFlags: *f, bridge: bridge}, args)
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = errInterrupted
		}
		return shown(err)
	}
}
