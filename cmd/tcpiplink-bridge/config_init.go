package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

const initExample = "tcpiplink-bridge config init --remote north=192.0.2.7 --remote south=south.example:9600 --output bridge.hcl"

// initFlags are the flags as typed.
type initFlags struct {
	remotes, users, between  []string
	envs, files, credentials []string
	admin, stateDir, output  string
	force                    bool
}

func newConfigInit() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make a first configuration, by questions or from flags",
		Long: `init writes a commented configuration that joins some servers both ways. Without --remote it asks on the terminal; with it, it asks
nothing. The file is checked as validate does before it is written, whole or not at all, and one that exists is left alone without --force.

Passwords are not written: the file says in which environment variable, file or credential the bridge finds them.

The exit code is 0 if the file is written, 2 if the answers make no valid configuration or the file exists, and 1 if it cannot be written or
the questions were not all answered.`,
		Example: `  tcpiplink-bridge config init
  ` + initExample + `
  tcpiplink-bridge config init --remote house=192.0.2.7 --remote roof=192.0.2.8 --user house=admin --password-env house=HOUSE_PASSWORD \
    --admin --state-dir /var/lib/tcpiplink-bridge >bridge.hcl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(newConsole(cmd)) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.remotes, "remote", nil, "a server, as `NAME=HOST[:PORT]`; once for each")
	flags.StringArrayVar(&f.users, "user", nil, "the user to log in as at a server, as `NAME=USER`")
	flags.StringArrayVar(&f.envs, "password-env", nil, "the environment variable with the password for a server, as `NAME=VARIABLE`")
	flags.StringArrayVar(&f.files, "password-file", nil, "the file with the password for a server, as `NAME=PATH`; relative to the configuration")
	flags.StringArrayVar(&f.credentials, "password-credential", nil, "the credential of systemd, or the secret of a container, with the password for a server, as `NAME=CREDENTIAL`")
	flags.StringArrayVar(&f.between, "between", nil, "servers to join both ways, as `NAME,NAME`; several times for several routes (default: all of them)")
	flags.StringVar(&f.admin, "admin", "", "serve metrics and status at `HOST:PORT`, written as --admin=HOST:PORT")
	flags.Lookup("admin").NoOptDefVal = defaultAdmin
	flags.StringVar(&f.stateDir, "state-dir", "", "keep queues on disk in this `folder`")
	flags.StringVarP(&f.output, "output", "o", "", "write to this `file`; - is standard output (default: standard output, or bridge.hcl after questions)")
	flags.BoolVar(&f.force, "force", false, "replace the file if it exists")
	return cmd
}

func (f *initFlags) run(c *console) error {
	plan, err := f.plan()
	switch {
	case err != nil:
		return err
	case !plan.toStdout() && mayReplace(plan.output, f.force) != nil:
		return &usageError{err: mayReplace(plan.output, f.force), hint: "--force replaces it"}
	case len(f.remotes) == 0 && c.terminal():
		if plan, err = askInit(c.in, c.errOut, f); err != nil {
			return err
		}
	case len(f.remotes) < 2:
		return &usageError{err: errors.New("two servers at least are needed, and nobody can be asked"), hint: "name them, as in " + initExample}
	}
	return f.write(c, plan)
}

// plan reads the flags, and checks each.
func (f *initFlags) plan() (*initPlan, error) {
	plan := &initPlan{admin: f.admin, stateDir: f.stateDir, output: f.output}
	for _, text := range f.remotes {
		name, address, ok := strings.Cut(text, "=")
		err := plan.checkName(name)
		if err == nil {
			err = plan.checkAddress(address)
		}
		if !ok || err != nil {
			return nil, flagError("remote", text, "NAME=HOST[:PORT]", ok, err)
		}
		plan.remotes = append(plan.remotes, &initRemote{name: name, address: address})
	}
	for _, given := range []struct {
		flag, form string
		values     []string
		set        func(r *initRemote, value string) error
	}{
		{"user", "NAME=USER", f.users, (*initRemote).setUser},
		{"password-env", "NAME=VARIABLE", f.envs, (*initRemote).setEnv},
		{"password-file", "NAME=PATH", f.files, (*initRemote).setFile},
		{"password-credential", "NAME=CREDENTIAL", f.credentials, (*initRemote).setCredential},
	} {
		for _, text := range given.values {
			name, value, ok := strings.Cut(text, "=")
			r := plan.remote(name)
			err := fmt.Errorf("there is no --remote %s", name)
			if r != nil {
				err = given.set(r, value)
			}
			if !ok || err != nil {
				return nil, flagError(given.flag, text, given.form, ok, err)
			}
		}
	}
	if f.admin != "" {
		if err := checkAdmin(f.admin); err != nil {
			return nil, flagError("admin", f.admin, "", true, err)
		}
	}
	if f.stateDir != "" {
		if err := checkStateDir(f.stateDir); err != nil {
			return nil, flagError("state-dir", f.stateDir, "", true, err)
		}
	}
	return plan, f.planRoutes(plan)
}

// planRoutes joins all servers, if the flags do not say which.
func (f *initFlags) planRoutes(plan *initPlan) error {
	for _, text := range f.between {
		if err := plan.join(text); err != nil {
			return flagError("between", text, "", true, err)
		}
	}
	if len(f.between) == 0 && len(plan.remotes) > 1 {
		return plan.join(strings.Join(plan.names(), ","))
	}
	return nil
}

// flagError says what is wrong with a flag: the form, or the value.
func flagError(flag, text, form string, formed bool, err error) error {
	if !formed {
		return &usageError{err: fmt.Errorf("--%s %s is not %s", flag, text, form)}
	}
	return &usageError{err: fmt.Errorf("--%s %s: %w", flag, text, err)}
}

// write checks the file, writes it, and says what is left to do.
func (f *initFlags) write(c *console, plan *initPlan) error {
	name := plan.output
	if plan.toStdout() {
		name = "bridge.hcl"
	}
	text, cfg, err := plan.checked(name)
	if err != nil {
		return err
	}
	for i := range cfg.Warnings {
		fmt.Fprintln(c.errOut, cfg.Warnings[i].String())
	}
	if plan.toStdout() {
		_, err := c.out.Write(text)
		return err
	}
	if err := createFile(name, text, f.force); err != nil {
		return err
	}
	_, err = io.WriteString(c.errOut, fmt.Sprintf("%s is written: %s, %s\n%s", name, count(len(cfg.Remotes), "remote"), count(len(cfg.Routes), "route"), plan.next(name)))
	return err
}
