package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// changeFlags are the flags as typed.
type changeFlags struct {
	placeFlags
	json bool
}

func newPause() *cobra.Command {
	return newPausing(pausing{
		verb: "pause", remote: "Disconnect a remote", route: "Hold back what a route delivers",
		short: "Disconnect a remote, or hold back what a route delivers",
		long: `pause disconnects a remote of a running bridge, or has a route deliver nothing. What comes for it waits in its queues,
within their limits, until resume, or until the bridge is started anew.`,
	})
}

func newResume() *cobra.Command {
	return newPausing(pausing{
		verb: "resume", remote: "Connect a paused remote again", route: "Have a paused route deliver again",
		short: "End the pause of a remote or a route",
		long:  `resume connects a paused remote again, or has a paused route deliver again, what waited first.`,
	})
}

// pausing is a command with one below it for remotes and one for routes, and what they say of themselves.
type pausing struct{ verb, short, long, remote, route string }

func newPausing(p pausing) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use: p.verb, Short: p.short,
		Long: p.long + ` It asks the bridge through its unix socket, or with --token-file
at its host:port.

The exit code is 0 also if it was so already.`,
		Example: "  tcpiplink-bridge " + p.verb + " remote north --config hub.hcl\n" +
			"  tcpiplink-bridge " + p.verb + " route sites --admin 192.0.2.7:9599 --token-file token",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f.register(cmd.PersistentFlags())
	cmd.PersistentFlags().BoolVar(&f.json, "json", false, "print the answer of the admin API, a refusal too, as one line")
	for _, what := range []struct {
		name, short, path string
		which             func(names) []string
	}{{"remote", p.remote, api.RemotesPath, remotesOf}, {"route", p.route, api.RoutesPath, routesOf}} {
		cmd.AddCommand(&cobra.Command{
			Use: what.name + " NAME", Short: what.short, Args: cobra.ExactArgs(1), ValidArgsFunction: f.complete(what.which),
			RunE: func(cmd *cobra.Command, args []string) error {
				ctx, stop := untilSignal(cmd.Context())
				defer stop()
				return f.run(ctx, newConsole(cmd), what.name, what.path+"/"+url.PathEscape(args[0])+"/"+p.verb)
			},
		})
	}
	return cmd
}

func (f *changeFlags) run(ctx context.Context, c *console, what, path string) error {
	client, err := f.changer()
	if err != nil {
		return shown(err)
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	now, err := answered[api.Paused](client.do(ctx, http.MethodPost, path, http.NoBody))
	if err != nil {
		return cmp.Or(c.printRefusal(f.json, err), err)
	}
	client.at.tell(c.errOut, time.Time{})
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
