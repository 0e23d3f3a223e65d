package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

func (f *queueFlags) lsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "List the queues: what waits, since when, dead letters, trouble",
		Long: `ls lists the queues of a bridge. OLDEST says how long the oldest event has
waited, LETTERS how many events the destination did not take (see 'queue peek
--letters'), TROUBLE what is wrong (see 'queue show').

Of a stopped bridge those queues are listed that left something in its state
folder, also if no route is called so any more.`,
		Example: `  tcpiplink-bridge queue ls --config hub.hcl
  tcpiplink-bridge queue ls --state-dir /var/lib/tcpiplink-bridge --json | jq .queues[].events`,
		Args: cobra.NoArgs,
		RunE: f.action(func(ctx context.Context, r *queueRun, _ []string) error { return r.ls(ctx) }),
	}
	f.jsonFlag(cmd)
	return cmd
}

func (r *queueRun) ls(ctx context.Context) error {
	all, err := r.choose(ctx, nil)
	if err != nil {
		return err
	}
	if r.json {
		return r.printJSON(all)
	}
	return r.draw(all, func(v *queueView) {
		v.table()
		if left := r.left(all); len(left) > 0 {
			v.line()
			v.note(0, "In the state folder, but of no route any more, so that nothing in it is sent: %s. While the bridge is stopped, "+
				"'queue export' and 'queue import' move what is there.", few(left))
		}
	})
}

// left returns queues that are in the state folder of a running bridge, which does not know them.
func (r *queueRun) left(all *api.Queues) []store.Name {
	if !r.bridge.live || r.bridge.stateDir == "" {
		return nil
	}
	names, _ := store.At(vfs.OS{}, r.bridge.stateDir).Queues() // a folder that cannot be read is in no way of the queues
	return slices.DeleteFunc(names, func(name store.Name) bool {
		return slices.ContainsFunc(all.Queues, func(q api.Queue) bool { return nameOf(&q) == name })
	})
}

// draw draws queues, below a line that says whose they are.
func (r *queueRun) draw(all *api.Queues, how func(*queueView)) error {
	v := &queueView{queues: all.Queues, now: all.At, live: r.bridge.live, routed: r.bridge.routed}
	return v.print(r.out, func() {
		state := span{"stopped", v.theme.held}
		if v.live {
			state = span{"running", v.theme.up}
		}
		v.line(plain("bridge "), state, plain(", %s", r.bridge.where))
		v.line()
		how(v)
	})
}
