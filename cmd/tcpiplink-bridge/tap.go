package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// tapFlags are the flags as typed.
type tapFlags struct {
	server          placeFlags
	remotes, routes []string
	filter          eventFilter
	reasons         []string
	dropped, all    bool
	last            int
	count           uint64
	span            time.Duration
	full, json      bool
}

func newTap() *cobra.Command {
	var f tapFlags
	cmd := &cobra.Command{
		Use:   "tap",
		Short: "Show the events that pass through a running bridge, as they do",
		Long: `tap shows each event that a running bridge hands on: when, from where to where, by which route, class and type, GUID, data, and the
value of measurements. An event that goes several ways has a line for each. With --dropped it shows those that go no further, and why;
with --all both. It runs until Ctrl-C, until --count lines were shown or --for is over.

An event that its queue drops later, because that is full or the event too old, is shown first as handed on, and again as dropped, then
without the remote that it came from. What a bridge is shown of its own sending is left out, unless --reason own_channel asks for it.

A terminal or pipe that is too slow misses events, is told how many, and does not slow the bridge. --json prints lines of JSON, which
'simulate --play' can send again. A GUID that begins with :: has FF in front, one that begins with -: has zeros.

The exit code is 0 after Ctrl-C and when all was shown, 1 if the bridge does not answer or goes away, 2 if the usage was wrong.`,
		Example: `  tcpiplink-bridge tap
  tcpiplink-bridge tap --remote north --class measurement --type temperature
  tcpiplink-bridge tap --dropped --for 1m
  tcpiplink-bridge tap --route sites --json --count 1000 > events.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return f.run(ctx, cmd)
		},
	}
	f.register(cmd)
	completeWords(cmd, "reason", reasonList()...)
	completeFlag(cmd, "remote", f.server.complete(remotesOf))
	completeFlag(cmd, "route", f.server.complete(routesOf))
	return cmd
}

func (f *tapFlags) register(cmd *cobra.Command) {
	f.server.register(cmd.Flags())
	flags := cmd.Flags()
	flags.StringSliceVar(&f.remotes, "remote", nil, "only events from or to this `remote`; may be repeated")
	flags.StringSliceVar(&f.routes, "route", nil, "only events of this `route`; may be repeated")
	f.filter.register(cmd)
	flags.StringSliceVar(&f.reasons, "reason", nil, "only events that go no further for this `reason`, a word of the metrics; may be repeated")
	flags.BoolVar(&f.dropped, "dropped", false, "show the events that go no further, and why, in place of the others")
	flags.BoolVar(&f.all, "all", false, "show both")
	flags.IntVar(&f.last, "last", 0, "begin with the newest `n` events that the bridge has kept")
	flags.Uint64Var(&f.count, "count", 0, "end after `n` lines; 0 has no end")
	flags.DurationVar(&f.span, "for", 0, "end after this `time`, such as 30s or 5m; 0 has no end")
	flags.BoolVar(&f.full, "full", false, "show whole GUIDs, and all data")
	flags.BoolVar(&f.json, "json", false, "print each event as a line of JSON")
}

// errTapped ends a tap that has shown all that was wanted.
var errTapped = errors.New("all was shown")

func (f *tapFlags) run(ctx context.Context, cmd *cobra.Command) error {
	query, err := f.query()
	if err != nil {
		return err
	}
	client, err := f.server.reader()
	if err != nil {
		return err
	}
	if f.span > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.span)
		defer cancel()
	}
	t := tap{flags: f, out: newTapOutput(cmd.OutOrStdout(), f), errOut: cmd.ErrOrStderr(), client: client}
	err = t.run(ctx, query)
	if t.missed > 0 {
		fmt.Fprintf(t.errOut, "%s missed in all\n", number(t.missed, "event"))
	}
	if errors.Is(err, errTapped) || ctx.Err() != nil {
		return nil
	}
	return err
}

// query checks the flags and puts them as the bridge wants them.
func (f *tapFlags) query() (url.Values, error) {
	if err := f.filter.parse(); err != nil {
		return nil, err
	}
	show := api.ShowPassed
	switch {
	case f.dropped && f.all:
		return nil, &usageError{err: errors.New("--dropped and --all are both given"), hint: "--all shows what is dropped too"}
	case f.all:
		show = api.ShowAll
	case f.dropped, len(f.reasons) > 0:
		show = api.ShowDropped
	}
	if f.last < 0 || f.span < 0 {
		return nil, &usageError{err: errors.New("--last and --for cannot be less than 0")}
	}
	for _, r := range f.reasons {
		if !bridge.KnownReason(bridge.Reason(r)) {
			return nil, &usageError{err: fmt.Errorf("--reason: there is no reason %q", r), hint: "the reasons: " + strings.Join(reasonList(), ", ")}
		}
	}
	q := url.Values{api.QueryShow: {show}, api.QueryRemote: f.remotes, api.QueryRoute: f.routes, api.QueryReason: f.reasons}
	for _, c := range f.filter.class {
		q.Add(api.QueryClass, strconv.Itoa(int(c)))
	}
	for _, t := range f.filter.typ {
		q.Add(api.QueryType, strconv.Itoa(int(t)))
	}
	for _, g := range f.filter.guid {
		q.Add(api.QueryGUID, g.String())
	}
	for name, values := range q {
		if slices.Sort(values); len(values) == 0 {
			delete(q, name)
		}
	}
	return q, nil
}
