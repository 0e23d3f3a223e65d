package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// retrPause is how long to wait before asking again for events that are still to come.
const retrPause = 50 * time.Millisecond

func (r *remoteRun) retrCommand() *cobra.Command {
	var view eventView
	wait := 3 * time.Second
	cmd := &cobra.Command{
		Use:   "retr [N]",
		Short: "RETR: fetch N events, one if no number is given",
		Long: `retr fetches events that wait at the server for this connection. Most servers begin to collect them when a client logs in, so
that nothing waits at first: retr asks again until it has N events or the time of --wait is over. --wait 0 asks once.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n := 1
			if len(args) > 0 {
				var err error
				if n, err = strconv.Atoi(args[0]); err != nil || n < 1 {
					return &usageError{err: fmt.Errorf("%q is no number of events", args[0]), hint: "give a number from 1 up"}
				}
			}
			view.json = r.flags.json
			return r.action(func(ctx context.Context, s *remoteSession, _ []string) error { return s.retr(ctx, n, wait, view) })(cmd, args)
		},
	}
	view.register(cmd)
	cmd.Flags().DurationVar(&wait, "wait", wait, "how long to ask again for events that have not come yet")
	return cmd
}

func (v *eventView) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&v.full, "full", false, "show GUIDs and data whole")
	cmd.Flags().BoolVar(&v.raw, "raw", false, "show each event as the server wrote it")
}

// retr fetches and shows n events, fewer if the time is over before.
func (s *remoteSession) retr(ctx context.Context, n int, wait time.Duration, view eventView) error {
	var batch remote.Batch
	left := n
	for end := time.Now().Add(wait); ; {
		err := s.Retrieve(ctx, left, &batch)
		now := time.Now()
		for i := range batch.Rows {
			if err := view.show(s.console, &batch.Rows[i], now); err != nil {
				return err
			}
		}
		s.malformed(&batch, view.json)
		if err != nil {
			return err
		}
		left -= len(batch.Rows) + batch.Malformed
		if left <= 0 {
			return nil
		}
		if !now.Before(end) {
			fmt.Fprintf(s.errOut, "%s of %d came\n", count(n-left, "event"), n)
			return nil
		}
		if len(batch.Rows) == 0 {
			if err := pause(ctx, min(retrPause, time.Until(end))); err != nil {
				return err
			}
		}
	}
}

// malformed tells of lines that were no events.
func (s *remoteSession) malformed(b *remote.Batch, asJSON bool) {
	if b.Malformed == 0 {
		return
	}
	if asJSON {
		_ = s.printJSON(struct {
			Malformed int    `json:"malformed"`
			Problem   string `json:"problem"`
		}{b.Malformed, b.Problem.Error()}) // what cannot be written is noticed with the events
		return
	}
	more := ""
	if b.Malformed > 1 {
		more = fmt.Sprintf(" (and %d more)", b.Malformed-1)
	}
	s.printLines("malformed: " + b.Problem.Error() + more)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
