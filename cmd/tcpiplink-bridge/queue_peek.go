package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// peekFlags say what to show, and how.
type peekFlags struct {
	what queueLines
	view eventView
}

func (f *queueFlags) peekCommand() *cobra.Command {
	p := peekFlags{what: queueLines{limit: 10}}
	cmd := &cobra.Command{
		Use:   "peek QUEUE",
		Short: "Show the oldest events of a queue, or of its dead letters",
		Long: `peek shows the events that are sent next: time, class and type, GUID, data, and
the value of measurements, as 'remote NAME watch' does. A time with ~ before it
is that when the event came into the queue, because it has none of its own.
Behind a dead letter stands why it is one, with the destination's words.
Nothing leaves the queue. --json prints the lines of 'queue export'.`,
		Example: `  tcpiplink-bridge queue peek sites@south -n 3 --config hub.hcl
  tcpiplink-bridge queue peek sites@south --letters --config hub.hcl`,
		Args: queueArgs(0, "queue peek QUEUE"),
		RunE: f.action(func(ctx context.Context, r *queueRun, args []string) error { return r.peek(ctx, args[0], p) }),
	}
	cmd.Flags().IntVarP(&p.what.limit, "number", "n", p.what.limit, "how many `events`")
	cmd.Flags().BoolVar(&p.what.letters, "letters", false, "the dead letters, in place of what waits")
	p.view.register(cmd)
	f.jsonFlag(cmd)
	return cmd
}

func (r *queueRun) peek(ctx context.Context, name string, p peekFlags) error {
	if p.what.limit < 1 {
		return &usageError{err: fmt.Errorf("-n %d is no number of events", p.what.limit), hint: "give a number from 1 up; 'queue export' writes all"}
	}
	q, err := r.queue(ctx, name)
	if err != nil {
		return err
	}
	in, err := r.bridge.Lines(ctx, nameOf(q), p.what)
	if err != nil {
		return err
	}
	defer in.Close()
	if r.json {
		return r.peekJSON(in)
	}
	shown := 0
	for l, err := range queue.ReadLetters(in) {
		if err != nil {
			return err
		}
		if err := r.showLetter(&l, p.view); err != nil {
			return err
		}
		shown++
	}
	r.rest(q, p.what, shown)
	return nil
}

func (r *queueRun) showLetter(l *queue.Letter, view eventView) error {
	if view.raw {
		return view.show(r.console, l.Row, l.Time)
	}
	var e vscp.Event
	l.Row.Event(&e)
	shown := []string{view.line(&e, l.Time)}
	if l.Reason != "" {
		why := fmt.Sprintf("    %s, %s", l.Reason, l.Time.UTC().Format(eventTime))
		if l.Reply != "" {
			why += ": " + l.Reply
		}
		shown = append(shown, why)
	}
	r.printLines(shown...)
	return nil
}

// rest says what there is beside what was shown.
func (r *queueRun) rest(q *api.Queue, what queueLines, shown int) {
	n, noun := q.Events, "event"
	if what.letters {
		n, noun = q.Letters, "dead letter"
	}
	switch {
	case shown == 0:
		fmt.Fprintf(r.errOut, "%s has no %ss\n", printable(nameOf(q).String()), noun)
	case n > shown:
		fmt.Fprintf(r.errOut, "and %s\n", count(n-shown, "more "+noun))
	}
}

// peekJSON prints the lines without what a terminal obeys.
func (r *queueRun) peekJSON(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, queue.MaxLetter)
	for lines.Scan() {
		if !json.Valid(lines.Bytes()) {
			return errors.New("the bridge sent a line that is not JSON")
		}
		if err := r.printJSON(json.RawMessage(lines.Bytes())); err != nil {
			return err
		}
	}
	return lines.Err()
}
