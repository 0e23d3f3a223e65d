package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// reloadFlags are the flags as typed.
type reloadFlags struct {
	placeFlags
	dryRun, json bool
}

func newReload() *cobra.Command {
	var f reloadFlags
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Have a running bridge take up its changed configuration",
		Long: `reload has a running bridge read its configuration again and go over to it, and prints what changed:
added (+), removed (-) and changed (~) remotes and routes, and settings of the daemon. What did not change
goes on undisturbed. With mistakes in the configuration, or a change that takes a restart, nothing changes.
It asks the bridge through its unix socket, and waits until it is done. SIGHUP does the same without an answer.

The bridge reads the files that it was started with, with its own environment and --var; those given here only
say where its socket is.

The exit code is 0 if it was done, 2 if the configuration is not valid, 1 otherwise.`,
		Example: `  tcpiplink-bridge reload --config hub.hcl --dry-run
  tcpiplink-bridge reload --config hub.hcl
  tcpiplink-bridge reload --socket /run/bridge.sock --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return f.run(ctx, newConsole(cmd))
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print what would change, and change nothing")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the answer of the admin API, a refusal too, as one line")
	return cmd
}

func (f *reloadFlags) run(ctx context.Context, c *console) error {
	client, err := f.changer()
	if err != nil {
		return shown(err)
	}
	path := api.ReloadPath
	if f.dryRun {
		path += "?dry_run=true"
	}
	answer, err := answered[api.Reload](client.do(ctx, http.MethodPost, path, http.NoBody))
	if err != nil {
		return f.refused(c, err)
	}
	if answer.API != api.Version {
		return &worldError{
			err:  fmt.Errorf("the bridge does not answer in version %d of the API", api.Version),
			hint: "is the bridge of the same release as this command?",
		}
	}
	return f.print(c, answer)
}

func (f *reloadFlags) print(c *console, answer *api.Reload) error {
	if f.json {
		return c.printJSON(answer)
	}
	for _, warning := range answer.Warnings {
		fmt.Fprintln(c.errOut, printableLines(warning))
	}
	printChanges(c, answer.Changes)
	switch {
	case f.dryRun && len(answer.Changes) > 0:
		fmt.Fprintln(c.out, "dry run, nothing was changed")
	case len(answer.Changes) > 0:
		fmt.Fprintln(c.out, "reloaded")
	default:
		fmt.Fprintln(c.out, "no changes")
	}
	return nil
}

// refused says what to do when the bridge did not take the configuration.
func (f *reloadFlags) refused(c *console, err error) error {
	no, ok := errors.AsType[*refusedError](err)
	if !ok {
		return err
	}
	if err := c.printRefusal(f.json, err); err != nil {
		return err
	}
	switch {
	case no.told.Code == api.CodeInvalid:
		return shown(&usageError{err: errors.New(no.told.Error)})
	case no.told.Code == api.CodeRestart:
		if !f.json {
			printChanges(c, no.told.Changes)
		}
		return &worldError{err: err, hint: "restart the bridge, or undo these changes to take up the others"}
	case no.status == http.StatusNotFound:
		return &worldError{err: err, hint: "is the bridge of the same release as this command?"}
	}
	return err
}

func printChanges(c *console, changes []api.Change) {
	for _, change := range changes {
		text := config.Change{Kind: config.ChangeKind(change.Kind), Block: change.Block, Name: change.Name, Attributes: change.Attributes}
		fmt.Fprintln(c.out, printable(text.String()))
	}
}
