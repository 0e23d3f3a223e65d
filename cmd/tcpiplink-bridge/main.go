// Command tcpiplink-bridge joins VSCP tcp/ip link endpoints: it keeps a connection to each, takes events from one, and hands
// them to the others.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	_ "time/tzdata" // a time_zone of the configuration must be found in an image without /usr/share/zoneinfo too

	"github.com/spf13/cobra"
	_ "golang.org/x/crypto/x509roots/fallback" // likewise the authorities, where the system has none
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // wrong usage or configuration
	exitDown   = 3 // of status: something is down
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	return report(cmd, stderr, err)
}

// usageError is an error of the person who typed, as opposed to one of the world.
type usageError struct {
	err  error
	hint string // what to do instead; may be empty
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// worldError is an error of the world that the person may know how to mend.
type worldError struct {
	err  error
	hint string
}

func (e *worldError) Error() string { return e.err.Error() }
func (e *worldError) Unwrap() error { return e.err }

// errDown is returned by status when the bridge is not ready: what it printed says why.
var errDown = errors.New("something is down")

// report prints err for a person and returns the exit code.
func report(cmd *cobra.Command, stderr io.Writer, err error) int {
	switch {
	case errors.Is(err, errDown):
		return exitDown
	case errors.Is(err, errTestsFailed):
		return exitFailed
	}
	if named := misplaced(cmd); named != nil {
		err = named
	}
	fmt.Fprintf(stderr, "tcpiplink-bridge: error: %v\n", err)
	var usage *usageError
	var world *worldError
	switch {
	case errors.As(err, &usage):
		if usage.hint != "" {
			fmt.Fprintf(stderr, "hint: %s\n", usage.hint)
		}
		return exitUsage
	case !began(cmd):
		fmt.Fprintf(stderr, "hint: %srun '%s --help' for usage\n", didYouMean(cmd), cmd.CommandPath())
		return exitUsage
	case errors.As(err, &world):
		fmt.Fprintf(stderr, "hint: %s\n", world.hint)
		return exitFailed
	default:
		return exitFailed
	}
}

// misplaced is the error of a configuration that was given as an argument, to a command that takes it with a flag; else nil.
func misplaced(cmd *cobra.Command) error {
	args := cmd.Flags().Args()
	if began(cmd) || len(args) != 1 || cmd.Flags().Lookup("config") == nil || cmd.Args == nil || cmd.Args(cmd, args) == nil {
		return nil
	}
	if ext := filepath.Ext(args[0]); ext != ".hcl" && ext != ".json" {
		return nil
	}
	return &usageError{err: fmt.Errorf("%s takes no argument", cmd.CommandPath()), hint: "name the configuration with --config " + args[0]}
}

// didYouMean names the commands that are close to one that does not exist.
func didYouMean(cmd *cobra.Command) string {
	args := cmd.Flags().Args()
	if !cmd.HasSubCommands() || len(args) == 0 {
		return ""
	}
	cmd.SuggestionsMinimumDistance = 2 // letters that differ
	near := cmd.SuggestionsFor(args[0])
	if len(near) == 0 {
		return ""
	}
	return fmt.Sprintf("did you mean %s? Or ", strings.Join(near, " or "))
}

// began reports whether a command's work was started: errors before that are wrong usage.
func began(cmd *cobra.Command) bool { return cmd.Annotations[annotationBegan] != "" }

const annotationBegan = "began"

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tcpiplink-bridge",
		Short: "Join VSCP tcp/ip link endpoints",
		Long: `tcpiplink-bridge keeps connections to VSCP tcp/ip link endpoints - daemons, micro daemons, field devices - takes events
from each, and hands them to the others through bounded queues, without loops and without silent loss.`,
		Example: `  tcpiplink-bridge demo                         see it work, on this machine alone
  tcpiplink-bridge validate --config hub.hcl    check a configuration
  tcpiplink-bridge test --config hub.hcl        run the tests in it
  tcpiplink-bridge run --config hub.hcl         bridge
  tcpiplink-bridge status                       see what it is doing`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			cmd.Annotations = map[string]string{annotationBegan: "yes"}
		},
	}
	root.Version = buildVersion()
	root.SetVersionTemplate(versionLine())
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newRun(), newValidate(), newLint(), newFmt(), newTest(), newConfig(), newReload(), newPause(), newResume(), newDemo(), newSimulate(), newRemote(), newDoctor(),
		newStatus(), newTop(), newTap(), newOrigins(), newQueue(), newHealthcheck(), newVersion(), newMan())
	completeNoFiles(root)
	return root
}
