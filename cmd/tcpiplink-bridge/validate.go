package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// validateFlags are the flags of validate as typed.
type validateFlags struct {
	path    string
	vars    varFlags
	online  bool
	timeout time.Duration // for each step of a connection; zero: as configured
}

func newValidate() *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate --config PATH",
		Short: "Check a configuration and say what it does",
		Long: `validate reads a configuration - a file, or the *.hcl and *.hcl.json of a folder - reports every mistake with its
place and what would be right, and prints what each route promises. It also follows events through the routes: what goes round for
good is a mistake, and what can never carry anything is told. It looks whether the admin port and the folders that the bridge needs
are free for it on this machine, and warns if not. It connects to no remote. For the files of several bridges see lint.

With --online it then connects to every remote as the bridge would, at most 16 at once, logs in, asks what kind of server it is, and
quits; it prints a line for each. No event is fetched, sent or cleared. Each remote has one connection more for that moment: small
devices have room for one or two, so that a bridge that runs there may lose its place, or this may find none.

The exit code is 0 if the file is valid, 2 if it is not; with --online 1 if a remote did not let it in.`,
		Example: `  tcpiplink-bridge validate --config /etc/tcpiplink-bridge/bridge.hcl
  tcpiplink-bridge validate --config bridge.hcl --online --timeout 2s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			cfg, err := f.validate(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			if err != nil || !f.online {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return online(ctx, cfg.Remotes, f.timeout, cmd.OutOrStdout())
		},
	}
	configFlag(cmd, &f.path)
	f.vars.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.online, "online", false, "also connect to every remote and log in")
	cmd.Flags().DurationVar(&f.timeout, "timeout", 0, "with --online: time for each step, in place of what the configuration says")
	return cmd
}

func (f *validateFlags) check() error {
	switch {
	case f.timeout < 0:
		return &usageError{err: fmt.Errorf("--timeout: %v is negative", f.timeout), hint: "use a duration such as 5s"}
	case f.timeout > 0 && !f.online:
		return &usageError{err: errors.New("--timeout is given without --online"), hint: "add --online"}
	default:
		return nil
	}
}

// guaranteeWidth is where the sentence of a route is wrapped, as the details of diagnostics are.
const guaranteeWidth = 78

// validate checks everything that needs no connection, and says what the routes promise.
func (f *validateFlags) validate(ctx context.Context, out, warnings io.Writer) (*config.Config, error) {
	cfg, err := loadConfig(f.path, f.vars, warnings)
	if err != nil {
		return nil, err
	}
	report := topology.Check(cfg)
	if report.Errors() > 0 {
		return nil, &usageError{err: fmt.Errorf("configuration %s is not valid\n\n%s", f.path, findingTexts(&report))}
	}
	if len(report.Findings) > 0 {
		fmt.Fprintln(warnings, findingTexts(&report))
	}
	found, err := checkMachine(ctx, f.path, cfg)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		fmt.Fprintln(warnings, d)
	}
	fmt.Fprintf(out, "%s is valid: %s, %s\n", f.path, count(len(cfg.Remotes), "remote"), count(len(cfg.Routes), "route"))
	for _, r := range cfg.Routes {
		fmt.Fprintln(out, strings.Join(wrap("route "+r.Name+": "+r.Guarantee(), guaranteeWidth), "\n  "))
	}
	if note := unknownNote(report.Unknown); note != "" {
		fmt.Fprintln(out, note)
	}
	return cfg, nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "config", "c", "", "configuration: a `file` (HCL), or a folder with several; or $"+configVariable)
	cmd.PreRun = func(*cobra.Command, []string) { *path = configPath(*path) }
}

// loadConfig reads a configuration and prints its warnings.
func loadConfig(path string, vars varFlags, stderr io.Writer) (*config.Config, error) {
	if path == "" {
		return nil, &usageError{err: errors.New("no configuration file"), hint: "name it with --config PATH, or $" + configVariable}
	}
	options, err := vars.options()
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(path, options)
	if err != nil {
		return nil, unloaded(path, err)
	}
	for i := range cfg.Warnings {
		fmt.Fprintln(stderr, cfg.Warnings[i].String())
	}
	return cfg, nil
}

// unloaded says that a configuration cannot be used.
func unloaded(path string, err error) error {
	var wrong *config.Error
	switch {
	case errors.As(err, &wrong):
		return &usageError{err: fmt.Errorf("configuration %s is not valid\n\n%w", path, err)}
	case errors.Is(err, fs.ErrNotExist):
		return &usageError{err: fmt.Errorf("there is no configuration %s", path), hint: "is the path right? 'tcpiplink-bridge config init' writes a first one"}
	case errors.Is(err, fs.ErrPermission):
		return &usageError{err: err, hint: "this user may not read it"}
	}
	return &usageError{err: err}
}
