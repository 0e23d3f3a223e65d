package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newHealthcheck() *cobra.Command {
	var (
		server placeFlags
		ready  bool
		wait   time.Duration
	)
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running bridge whether it is alive, or ready",
		Long: `healthcheck asks the admin address of a bridge and exits with 0 if it is alive, or with --ready, if all its remotes are
connected. With --wait it asks again until that is so or the time is over. Containers use it as their health check.`,
		Example: `  tcpiplink-bridge healthcheck
  tcpiplink-bridge healthcheck --admin 127.0.0.1:9599 --ready --wait 30s
  tcpiplink-bridge healthcheck --config hub.hcl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := "/livez"
			if ready {
				path = "/readyz"
			}
			client, err := server.reader()
			if err != nil {
				return err
			}
			answer, err := askUntil(cmd.Context(), client, path, wait)
			if err != nil {
				return err
			}
			client.at.tell(cmd.ErrOrStderr(), time.Time{})
			fmt.Fprintln(cmd.OutOrStdout(), printableLines(answer))
			return nil
		},
	}
	server.register(cmd.Flags())
	cmd.Flags().BoolVar(&ready, "ready", false, "ask for readiness: are all remotes connected?")
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to ask again")
	return cmd
}

const askPause = 100 * time.Millisecond

// askUntil asks until the answer is 200 or the time is over.
func askUntil(ctx context.Context, client adminClient, path string, wait time.Duration) (string, error) {
	deadline := time.Now().Add(wait)
	for {
		body, err := client.get(ctx, path)
		if err == nil || time.Now().Add(askPause).After(deadline) {
			return strings.TrimSpace(string(body)), err
		}
		select {
		case <-time.After(askPause):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
