package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func newConfig() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the effective configuration, make a first one, or look a word up",
		Long: `config has what helps to read and write a configuration. validate checks one, test runs the tests in it, fmt lays it out, and lint looks at
those of several bridges together.`,
		Example: `  tcpiplink-bridge config init                     make one, by questions
  tcpiplink-bridge config show --config hub.hcl    see it with every default
  tcpiplink-bridge config docs remote.timeouts     look something up`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigShow(), newConfigInit(), newConfigDocs())
	return cmd
}

func newConfigShow() *cobra.Command {
	var path string
	var vars varFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show --config PATH",
		Short: "Print the effective configuration: every default, nothing computed, no secrets",
		Long: `show reads a configuration as run does and prints what it comes to, in the canonical form: with every default, with the values of
variables, locals and functions in their places, and with absolute paths. A block that is not there, such as tls or schedule, has
no defaults; neither has an attribute that needs none, such as user.

Passwords are printed as "***", and so is each attribute whose value comes from env, file, credential, TCPIPLINK_VAR_ or a sensitive
variable; nonsensitive(env("NAME")) is shown. But for these, what is printed is a configuration that says the same.

The exit code is 0, or 2 if the configuration is not valid.`,
		Example: `  tcpiplink-bridge config show --config hub.hcl
  tcpiplink-bridge config show --config hub.hcl --json | jq '.remote[].timeouts'
  diff <(tcpiplink-bridge config show -c old.hcl) <(tcpiplink-bridge config show -c new.hcl)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(path, vars, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := absolute(cfg); err != nil {
				return err
			}
			doc := config.Effective(cfg)
			text := doc.HCL()
			if asJSON {
				text = doc.JSON()
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	configFlag(cmd, &path)
	vars.register(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print HCL's JSON form, which can be loaded too")
	return cmd
}

// absolute completes the paths of a configuration, which are relative to the working directory, so that they hold in any file.
func absolute(cfg *config.Config) error {
	paths := []*string{&cfg.Bridge.StateDir, &cfg.Admin.Socket}
	for _, r := range cfg.Remotes {
		if r.TLS != nil {
			paths = append(paths, &r.TLS.CAFile, &r.TLS.CertFile, &r.TLS.KeyFile)
		}
	}
	for _, path := range paths {
		if *path == "" {
			continue
		}
		full, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		*path = full
	}
	return nil
}
