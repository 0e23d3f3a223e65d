package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func newValidate() *cobra.Command {
	var path string
	var vars varFlags
	cmd := &cobra.Command{
		Use:   "validate --config PATH",
		Short: "Check a configuration and say what it does",
		Long: `validate reads a configuration - a file, or the *.hcl and *.hcl.json of a folder - reports every mistake with its place and what would be right, and prints what each
route promises. It also follows events through the routes: what goes round for good is a mistake, and what can never carry anything is
told. It connects to nothing. The exit code is 0 if the file is valid, 2 if it is not. For the files of several bridges see lint.`,
		Example: `  tcpiplink-bridge validate --config /etc/tcpiplink-bridge/bridge.hcl`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(path, vars, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			report := topology.Check(cfg)
			if report.Errors() > 0 {
				return &usageError{err: fmt.Errorf("configuration %s is not valid\n\n%s", path, findingTexts(&report))}
			}
			for i := range report.Findings {
				fmt.Fprintln(cmd.ErrOrStderr(), report.Findings[i].String())
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "%s is valid: %s, %s\n", path, count(len(cfg.Remotes), "remote"), count(len(cfg.Routes), "route"))
			for _, r := range cfg.Routes {
				fmt.Fprintf(out, "route %s: %s\n", r.Name, r.Guarantee())
			}
			if note := unknownNote(report.Unknown); note != "" {
				fmt.Fprintln(out, note)
			}
			return nil
		},
	}
	configFlag(cmd, &path)
	vars.register(cmd.Flags())
	return cmd
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "config", "c", "", "configuration: a `file` (HCL), or a folder with several")
}

// loadConfig reads a configuration and prints its warnings.
func loadConfig(path string, vars varFlags, stderr io.Writer) (*config.Config, error) {
	if path == "" {
		return nil, &usageError{err: errors.New("no configuration file"), hint: "name it with --config PATH"}
	}
	options, err := vars.options()
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(path, options)
	var wrong *config.Error
	switch {
	case errors.As(err, &wrong):
		return nil, &usageError{err: fmt.Errorf("configuration %s is not valid\n\n%w", path, err)}
	case err != nil:
		return nil, &usageError{err: err}
	}
	for i := range cfg.Warnings {
		fmt.Fprintln(stderr, cfg.Warnings[i].String())
	}
	return cfg, nil
}
