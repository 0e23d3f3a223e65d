package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newHealthcheck() *cobra.Command {
	var (
		address string
		ready   bool
		wait    time.Duration
	)
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running bridge whether it is alive, or ready",
		Long: `healthcheck asks the admin address of a bridge and exits with 0 if it is alive, or with --ready, if all its remotes are
connected. With --wait it asks again until that is so or the time is over. Containers use it as their health check.`,
		Example: `  tcpiplink-bridge healthcheck
  tcpiplink-bridge healthcheck --address 127.0.0.1:9599 --ready --wait 30s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := "/livez"
			if ready {
				path = "/readyz"
			}
			answer, err := askUntil(cmd.Context(), "http://"+address+path, wait)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), answer)
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "address", "127.0.0.1:9599", "admin `host:port` of the bridge")
	cmd.Flags().BoolVar(&ready, "ready", false, "ask for readiness: are all remotes connected?")
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to ask again")
	return cmd
}

const (
	askTimeout = 3 * time.Second
	askPause   = 100 * time.Millisecond
)

// askUntil asks url until the answer is 200 or the time is over.
func askUntil(ctx context.Context, url string, wait time.Duration) (string, error) {
	deadline := time.Now().Add(wait)
	for {
		answer, err := ask(ctx, url)
		if err == nil || time.Now().Add(askPause).After(deadline) {
			return answer, err
		}
		select {
		case <-time.After(askPause):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func ask(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", &usageError{err: err, hint: "give --address as host:port"}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return "", err
	}
	answer := strings.TrimSpace(string(body))
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, nil
}
