package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

func (f *queueFlags) fsckCommand() *cobra.Command {
	var repair bool
	cmd := &cobra.Command{
		Use:   "fsck [QUEUE...]",
		Short: "Check the files of queues on disk",
		Long: `fsck reads the files of the named queues, or of all, and reports damage. It
changes nothing, and a running bridge may go on meanwhile. With --repair, for a
stopped bridge only, it does what a start does: it cuts off what a crash left
half written, and copies damaged parts to the folder quarantine of the queue.
What has its copy there counts as known from then on, and as damage no more.

The exit code is 1 if something is damaged that is not known, with --repair if
it could not be repaired.`,
		Example: `  tcpiplink-bridge queue fsck --config hub.hcl
  tcpiplink-bridge queue fsck sites@south --repair --state-dir /var/lib/tcpiplink-bridge`,
		RunE: f.action(func(ctx context.Context, r *queueRun, args []string) error { return r.fsck(ctx, args, repair) }),
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "repair the files of a stopped bridge")
	f.jsonFlag(cmd)
	return cmd
}

// checkedQueue is a line of fsck in JSON.
type checkedQueue struct {
	Route string `json:"route"`
	To    string `json:"to"`
	*api.Check
	Repaired bool `json:"repaired,omitempty"`
}

func (r *queueRun) fsck(ctx context.Context, names []string, repair bool) error {
	if repair && r.bridge.repair == nil {
		return &usageError{err: errors.New("--repair is for a stopped bridge"), hint: "this one runs: it repairs its queues when it starts"}
	}
	all, err := r.choose(ctx, names)
	if err != nil {
		return err
	}
	checked, damaged := 0, 0
	for i := range all.Queues {
		q := &all.Queues[i]
		if q.Disk == nil {
			if len(names) > 0 {
				return &usageError{err: fmt.Errorf("%s is kept in memory and has no files", nameOf(q))}
			}
			continue
		}
		clean, err := r.check(ctx, q, repair)
		if err != nil {
			return fmt.Errorf("%s: %w", nameOf(q), err)
		}
		checked++
		if !clean {
			damaged++
		}
	}
	switch {
	case checked == 0 && !r.json:
		r.printLines("no queue is on disk")
	case damaged > 0:
		return &worldError{err: fmt.Errorf("%d of %s damaged", damaged, isAre(checked, "queue")), hint: r.mending()}
	}
	return nil
}

// mending says what a person can do about damage.
func (r *queueRun) mending() string {
	if r.bridge.live {
		return "the events beside the damage are sent all the same; the next start keeps copies of the damaged parts"
	}
	return "the events beside the damage are sent all the same; 'queue fsck --repair' does now what the next start does"
}

// check checks one queue, repairs it if that is wanted, and prints what was found.
func (r *queueRun) check(ctx context.Context, q *api.Queue, repair bool) (clean bool, err error) {
	look := r.bridge.Check
	if repair {
		look = r.bridge.repair
	}
	found, err := look(ctx, nameOf(q))
	if err != nil {
		return false, err
	}
	clean = found.Clean || repair
	if r.json {
		return clean, r.printJSON(checkedQueue{q.Route, q.To, found, repair && !found.Clean})
	}
	v := &queueView{live: r.bridge.live}
	return clean, v.print(r.out, func() { v.checked(nameOf(q), found, repair) })
}

func (v *queueView) checked(name store.Name, c *api.Check, repaired bool) {
	what := fmt.Sprintf("%s in %s", number(c.Events, "event"), count(c.Segments, "segment"))
	switch {
	case c.Clean:
		v.line(plain("%s: ", name), span{"clean", v.theme.up}, plain(", %s", what))
	case repaired:
		v.line(plain("%s: ", name), span{"repaired", v.theme.connecting}, plain(", %s", what))
	default:
		v.line(plain("%s: ", name), span{"damaged", v.theme.down}, plain(", %s that can be read", what))
	}
	if !c.Clean {
		v.note(statusIndent, "lost: %s", damageText(c))
	}
	if c.TornBytes > 0 {
		v.note(statusIndent, "half written at the end, of a write that was under way: %s", sizeText(c.TornBytes))
	}
	v.findings(c)
}
