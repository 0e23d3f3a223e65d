package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

func nameOf(q *api.Queue) store.Name { return store.Name{Route: q.Route, To: q.To} }

// queue asks for the queue that a person named.
func (r *queueRun) queue(ctx context.Context, text string) (*api.Queue, error) {
	all, err := r.choose(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	return &all.Queues[0], nil
}

// choose asks for the queues that a person named, or for all if none are.
func (r *queueRun) choose(ctx context.Context, texts []string) (*api.Queues, error) {
	return r.bridge.Queues(ctx, func(all []store.Name) ([]store.Name, error) {
		if len(texts) == 0 {
			return all, nil
		}
		chosen := make([]store.Name, len(texts))
		for i, text := range texts {
			var err error
			if chosen[i], err = r.match(all, text); err != nil {
				return nil, err
			}
		}
		return chosen, nil
	})
}

// match finds the queue that a person means, and says what could be meant if there is none.
func (r *queueRun) match(all []store.Name, text string) (store.Name, error) {
	name, err := store.Match(all, text)
	switch {
	case err == nil:
		return name, nil
	case errors.Is(err, store.ErrAmbiguous):
		of := slices.DeleteFunc(slices.Clone(all), func(n store.Name) bool { return n.Route != text })
		return name, &usageError{err: fmt.Errorf("route %q has %s", text, count(len(of), "queue")), hint: "name one: " + few(of)}
	}
	return name, &usageError{err: fmt.Errorf("there is no queue %q %s", text, r.bridge.in()), hint: instead(all, text)}
}

// instead says which queues there are, or which one is nearly called so.
func instead(all []store.Name, text string) string {
	const near = 3 // letters that are wrong
	if len(all) == 0 {
		return "there is none at all"
	}
	best, closest := near+1, ""
	for _, n := range all {
		for _, known := range []string{n.String(), n.Route, n.Route + "/" + n.To} {
			if d := levenshtein.Distance(text, known, nil); d < best {
				best, closest = d, n.String()
			}
		}
	}
	if closest != "" {
		return fmt.Sprintf("did you mean %s?", closest)
	}
	return "there are: " + few(all)
}

// few lists names, of many the first.
func few(all []store.Name) string {
	const most = 8
	names := make([]string, 0, most)
	for _, n := range all[:min(most, len(all))] {
		names = append(names, n.String())
	}
	text := strings.Join(names, ", ")
	if len(all) > most {
		text += fmt.Sprintf(" and %d more, see 'queue ls'", len(all)-most)
	}
	return text
}

// queueArgs is the Args of commands about one queue, with more arguments behind it.
func queueArgs(more int, usage string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return &usageError{err: errors.New("no queue is named"), hint: "tcpiplink-bridge " + usage + "; 'queue ls' lists the queues"}
		case len(args) != 1+more:
			return &usageError{err: fmt.Errorf("%s given, %d wanted", isAre(len(args), "argument"), 1+more), hint: "tcpiplink-bridge " + usage}
		}
		return nil
	}
}
