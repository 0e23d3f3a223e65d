package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// statusFlags are the flags as typed.
type statusFlags struct {
	server             placeFlags
	all, verbose, json bool
}

func newStatus() *cobra.Command {
	var f statusFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what a running bridge is doing: its remotes, routes and queues",
		Long: `status asks the admin address, or the socket, of a running bridge and shows its remotes, those with trouble first and with the reason, and
what each route has carried. Long lists are cut to those with trouble, and the rest is summed up. It changes nothing.

The exit code is 0 if the bridge is ready: all remotes are up but those that somebody paused, no disk of a queue fails, and no route
closes a cycle that nobody was asked to break. It is 3 if it is not, 1 if no bridge answers, 2 if the usage was wrong.`,
		Example: `  tcpiplink-bridge status
  tcpiplink-bridge status --config hub.hcl --verbose
  tcpiplink-bridge status --admin 192.0.2.7:9599 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return f.run(ctx, cmd)
		},
	}
	f.server.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.all, "all", false, "list every remote and every direction of a route")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "show each connection with its history, what each route promises, and every reason")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the document of the admin API, as one line")
	return cmd
}

func (f *statusFlags) run(ctx context.Context, cmd *cobra.Command) error {
	client, err := f.server.reader()
	if err != nil {
		return err
	}
	var s api.Status
	body, err := client.ask(ctx, api.StatusPath, "status", &s, &s.API)
	if err != nil {
		return err
	}
	client.at.tell(cmd.ErrOrStderr(), s.Config.Loaded)
	if f.json {
		err = printDocument(cmd.OutOrStdout(), body)
	} else {
		v := statusView{status: &s, all: f.all, verbose: f.verbose}
		err = v.print(cmd.OutOrStdout(), v.draw)
	}
	if err == nil && !s.Ready {
		return errDown
	}
	return err
}

// printDocument passes the document on as it is, with what this release does not know, and without what a terminal obeys.
func printDocument(w io.Writer, body []byte) error {
	line, err := marshalJSON(json.RawMessage(body))
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}
