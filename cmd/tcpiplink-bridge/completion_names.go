package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// completionPatience is how long a bridge may take to say its names to who waits after Tab.
const completionPatience = time.Second

// names are those of the remotes and the routes of a bridge, in the order of its configuration.
type names struct{ remotes, routes []string }

// names asks the bridge, and reads its configuration if it does not answer. Nobody is told of errors in the middle of a line.
func (f *placeFlags) names(ctx context.Context) names {
	at, err := f.find()
	if err != nil {
		return names{}
	}
	if client, err := at.reader(); err == nil {
		ctx, cancel := context.WithTimeout(ctx, completionPatience)
		defer cancel()
		var s api.Status
		if _, err := client.ask(ctx, api.StatusPath, "status", &s, &s.API); err == nil {
			return names{
				remotes: each(s.Remotes, func(r *api.Remote) string { return r.Name }),
				routes:  each(s.Routes, func(r *api.Route) string { return r.Name }),
			}
		}
	}
	return namesIn(at.config)
}

func namesIn(cfg *config.Config) names {
	if cfg == nil {
		return names{}
	}
	return names{
		remotes: each(cfg.Remotes, func(r **config.Remote) string { return (*r).Name }),
		routes:  each(cfg.Routes, func(r **config.Route) string { return (*r).Name }),
	}
}

func each[T any](all []T, word func(*T) string) []string {
	words := make([]string, len(all))
	for i := range all {
		words[i] = word(&all[i])
	}
	return words
}

func remotesOf(n names) []string { return n.remotes }
func routesOf(n names) []string  { return n.routes }

// complete offers names to a flag, or to an argument that is the only one.
func (f *placeFlags) complete(which func(names) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(which(f.names(cmd.Context())), begun)
	}
}

// completeQueue offers the queues of a bridge, be it running or stopped, where the usage has QUEUE, and files where it has FILE.
func (f *queueFlags) completeQueue(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch {
	case len(args) > 0 && takesFiles(cmd.Use):
		return nil, cobra.ShellCompDirectiveDefault
	case len(args) > 0 && !strings.Contains(cmd.Use, "QUEUE..."):
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	bridge, err := f.open(ctx, io.Discard)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	_, _ = bridge.Queues(ctx, func(all []store.Name) ([]store.Name, error) { // an error leaves nothing to offer
		found = each(all, func(n *store.Name) string { return n.String() })
		return nil, nil
	})
	return offer(found, begun)
}

// completeRemote offers the remotes of the configuration.
func (f *remoteFlags) completeRemote(begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	cfg, err := loadConfig(configPath(f.config), f.vars, io.Discard)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return offer(namesIn(cfg).remotes, begun)
}
