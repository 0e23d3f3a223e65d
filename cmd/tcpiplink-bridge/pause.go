package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// changeFlags say which bridge is to change something: one at a socket, or over the network with its token.
type changeFlags struct {
	placeFlags
	address, tokenFile string
	json               bool
}

func (f *changeFlags) register(flags *pflag.FlagSet) {
	f.registerPlace(flags)
	flags.StringVar(&f.address, "admin", "", "admin `host:port` of the bridge, in place of its socket; takes --token-file")
	flags.StringVar(&f.tokenFile, "token-file", "", "`file` with the token of the bridge, as its admin.token_file")
	flags.BoolVar(&f.json, "json", false, "print the answer of the admin API, as one line")
}

// client finds the bridge.
func (f *changeFlags) client() (adminClient, error) {
	if f.address == "" {
		if f.tokenFile != "" {
			return adminClient{}, &usageError{err: errors.New("--token-file is given without --admin"), hint: "at its socket a bridge asks for no token"}
		}
		at, err := f.place()
		if err == nil && at.socket == "" {
			err = &usageError{err: errors.New("the configuration gives its bridge no unix socket"), hint: exampleState + ", or use --admin with --token-file"}
		}
		return adminClient{socket: at.socket}, err
	}
	switch {
	case f.socket != "" || f.stateDir != "" || f.config != "":
		return adminClient{}, &usageError{err: errors.New("--admin is given with another place of the bridge"), hint: "use one of them"}
	case f.tokenFile == "":
		return adminClient{}, &usageError{err: errors.New("--admin is given without --token-file"), hint: "over the network a bridge changes nothing without its token"}
	}
	text, err := os.ReadFile(f.tokenFile)
	if err != nil {
		return adminClient{}, &usageError{err: fmt.Errorf("--token-file: %w", err)}
	}
	token, err := config.ParseToken(text)
	if err != nil {
		return adminClient{}, &usageError{err: fmt.Errorf("--token-file: %s %w", f.tokenFile, err)}
	}
	return adminClient{address: f.address, token: token}, nil
}

func newPause() *cobra.Command {
	return newPausing("pause", "Disconnect a remote, or hold back what a route delivers", `pause disconnects a remote of a running bridge, or has a route deliver nothing. What comes for it waits in its queues,
within their limits, until resume, or until the bridge is started anew.`)
}

func newResume() *cobra.Command {
	return newPausing("resume", "End the pause of a remote or a route", `resume connects a paused remote again, or has a paused route deliver again, what waited first.`)
}

func newPausing(verb, short, long string) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use: verb, Short: short,
		Long: long + ` It asks the bridge through its unix socket, or with --admin and
--token-file over the network.

The exit code is 0 also if it was so already.`,
		Example: "  tcpiplink-bridge " + verb + " remote north --config hub.hcl\n" +
			"  tcpiplink-bridge " + verb + " route sites --admin 192.0.2.7:9599 --token-file token",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f.register(cmd.PersistentFlags())
	for _, what := range []struct{ name, path string }{{"remote", api.RemotesPath}, {"route", api.RoutesPath}} {
		cmd.AddCommand(&cobra.Command{
			Use: what.name + " NAME", Short: short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
				defer stop()
				return f.run(ctx, newConsole(cmd), what.name, what.path+"/"+url.PathEscape(args[0])+"/"+verb)
			},
		})
	}
	return cmd
}

func (f *changeFlags) run(ctx context.Context, c *console, what, path string) error {
	client, err := f.client()
	if err != nil {
		return shown(err)
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	now, err := answered[api.Paused](client.do(ctx, http.MethodPost, path, http.NoBody))
	if err != nil {
		return err
	}
	if f.json {
		return c.printJSON(now)
	}
	word, already := "resumed", "is not paused"
	if now.Paused {
		word, already = "paused", "is paused already"
	}
	if !now.Changed {
		word = already
	}
	fmt.Fprintf(c.out, "%s %s %s\n", what, printable(now.Name), word)
	return nil
}
