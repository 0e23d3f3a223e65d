package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

func (f *queueFlags) retryCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "retry QUEUE",
		Short: "Put the dead letters of a queue back into it, to be sent again",
		Long: `retry takes the events that the destination did not take (dead letters) and
puts them behind what waits in the queue. Where the queue has no room, the rest
stays dead letters. It asks first.

The exit code is 1 if dead letters stay.`,
		Example: `  tcpiplink-bridge queue peek sites@south --letters --config hub.hcl     look at them before
  tcpiplink-bridge queue retry sites@south --config hub.hcl`,
		Args: queueArgs(0, "queue retry QUEUE"),
		RunE: f.action(func(ctx context.Context, r *queueRun, args []string) error { return r.retry(ctx, args[0], yes) }),
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func (r *queueRun) retry(ctx context.Context, name string, yes bool) error {
	q, err := r.queue(ctx, name)
	if err != nil {
		return err
	}
	if q.Letters == 0 {
		r.printLines(fmt.Sprintf("%s has no dead letters", nameOf(q)))
		return nil
	}
	question := fmt.Sprintf("Put %s back into the queue %s?", count(q.Letters, "dead letter"), nameOf(q))
	if err := r.sure(ctx, question, yes); err != nil {
		return err
	}
	taken, err := r.bridge.Retry(ctx, nameOf(q))
	if err != nil {
		return err
	}
	if taken.Events > 0 || taken.Left == 0 {
		r.printLines(takenText(&taken, "dead letter"))
	}
	if taken.Left > 0 {
		return &worldError{
			err:  fmt.Errorf("the queue has no room for %s more", count(taken.Left, "dead letter")),
			hint: "they stay dead letters: try again when less is waiting",
		}
	}
	return nil
}

// takenText says what became of events that were put into a queue.
func takenText(t *api.Taken, what string) string {
	if t.Dropped == 0 {
		return count(t.Events, what) + " queued"
	}
	text := fmt.Sprintf("%s taken, %d dropped at the limits of the queue", count(t.Events, what), t.Dropped)
	if why := tally(t.Reasons); why != "" {
		text += " (" + why + ")"
	}
	return text
}

func (f *queueFlags) purgeCommand() *cobra.Command {
	var yes, letters bool
	cmd := &cobra.Command{
		Use:   "purge QUEUE",
		Short: "Drop what waits in a queue, or its dead letters",
		Long: `purge drops all events that wait in a queue, or with --letters its dead
letters. They are gone for good: 'queue export' keeps a copy. It asks first.
Events that are being sent at that moment stay. What is dropped is counted with
the reason "purged".

The exit code is 1 if the disk of the queue fails, so that a crash may bring
them back.`,
		Example: `  tcpiplink-bridge queue export sites@south -o kept.jsonl --config hub.hcl
  tcpiplink-bridge queue purge sites@south --config hub.hcl`,
		Args: queueArgs(0, "queue purge QUEUE"),
		RunE: f.action(func(ctx context.Context, r *queueRun, args []string) error {
			return r.purge(ctx, args[0], letters, yes)
		}),
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVar(&letters, "letters", false, "drop the dead letters, and leave what waits")
	return cmd
}

func (r *queueRun) purge(ctx context.Context, name string, letters, yes bool) error {
	q, err := r.queue(ctx, name)
	if err != nil {
		return err
	}
	n, what := q.Events, "event"
	size := q.Bytes
	if letters {
		n, what, size = q.Letters, "dead letter", q.LetterBytes
	}
	if n == 0 {
		r.printLines(fmt.Sprintf("%s has no %ss", nameOf(q), what))
		return nil
	}
	question := fmt.Sprintf("Drop %s of %s for good (%s)?", count(n, what), nameOf(q), sizeText(size))
	if err := r.sure(ctx, question, yes); err != nil {
		return err
	}
	purged, err := r.bridge.Purge(ctx, nameOf(q), letters)
	if err != nil {
		return err
	}
	text := count(purged.Events, what) + " dropped"
	if purged.Leased > 0 {
		text += fmt.Sprintf(", %d being sent stay", purged.Leased)
	}
	r.printLines(text)
	return memoryOnly(purged.Unsafe)
}

// memoryOnly is the error of a change that is done, but not yet on disk.
func memoryOnly(why string) error {
	if why == "" {
		return nil
	}
	return &worldError{
		err:  fmt.Errorf("done in memory only: %s", why),
		hint: "the bridge writes it as soon as the disk works again: 'queue show' says whether it does",
	}
}
