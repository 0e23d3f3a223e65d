package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// remoteFlags are the flags of remote as typed. They may stand on both sides of NAME.
type remoteFlags struct {
	config                       string
	vars                         varFlags
	user, password, passwordFile string
	caFile                       string
	timeout                      time.Duration
	tls, json                    bool
}

func newRemote() *cobra.Command {
	var f remoteFlags
	cmd := &cobra.Command{
		Use:   "remote NAME COMMAND [ARGS]",
		Short: "Give commands to a link server, watch its events, read and write registers",
		Long: `remote connects to a link server, logs in, gives it one command, and says QUIT.

NAME is a remote of the configuration, whose address, login and timeouts are used, or host[:port] (port 9598 if none is given).
With --user and no password, the password is asked for on a terminal. Give a password in a file rather than with --password:
other users of this machine can read command lines.

A remote of the configuration is encrypted as its tls block says, an address with --tls.

What an endpoint holds for a client - channel id, GUID, filter, events that wait - belongs to the connection and ends with it;
'remote NAME shell' keeps one.

The exit code is 0 if the command was done, 1 if the server refused it or the connection failed, 2 if the usage was wrong.
What a server sends is shown with control characters escaped.

Commands:
` + remoteCommandList(),
		Example: `  tcpiplink-bridge remote north info                          a remote of $TCPIPLINK_CONFIG
  tcpiplink-bridge remote --config hub.hcl north stat
  tcpiplink-bridge remote 192.0.2.7 --user admin --password-file north.password wcyd
  tcpiplink-bridge remote 127.0.0.1:9601 send --class measurement --type temperature --data 0x89,0x82,0x09,0x29
  tcpiplink-bridge remote 127.0.0.1:9601 watch --class 10
  tcpiplink-bridge remote 127.0.0.1:9601 register read 5 0xd0:16
  tcpiplink-bridge remote 127.0.0.1:9601 shell`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{err: errors.New("no remote is named"), hint: "run 'tcpiplink-bridge remote --help' for usage"}
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			r := &remoteRun{flags: f, name: args[0], console: newConsole(cmd)}
			return r.execute(ctx, args[1:])
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return f.completeRemote(begun)
			}
			tree := (&remoteRun{flags: f, name: args[0], console: nowhere()}).commands()
			return completeWithin(tree, append(args[1:], begun))
		},
	}
	f.register(cmd)
	cmd.Flags().SetInterspersed(false) // what follows NAME belongs to its command
	return cmd
}

func (f *remoteFlags) register(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVarP(&f.config, "config", "c", f.config, "configuration `file` (HCL); $TCPIPLINK_CONFIG if not given")
	f.vars.register(flags)
	flags.StringVar(&f.user, "user", f.user, "`name` to log in with")
	flags.StringVar(&f.password, "password", f.password, "`password` of the user; shows in process lists")
	flags.StringVar(&f.passwordFile, "password-file", f.passwordFile, "`file` with the password of the user; a line end after it does not count")
	flags.BoolVar(&f.tls, "tls", f.tls, "encrypt the connection to a host:port, and verify its certificate")
	flags.StringVar(&f.caFile, "ca-file", f.caFile, "`file` with the authorities that are believed with --tls; the system's if not given")
	flags.DurationVar(&f.timeout, "timeout", f.timeout, "longest wait for the connection, and for each answer")
	flags.BoolVar(&f.json, "json", f.json, "print JSON, one value per line")
}

// remoteRun is one use of remote: the flags, and where they lead.
type remoteRun struct {
	flags   remoteFlags
	name    string
	console *console
}

// execute runs what stands behind NAME. The command tree of its own lets NAME come before the command.
func (r *remoteRun) execute(ctx context.Context, args []string) error {
	root := r.commands()
	root.SetArgs(args)
	root.SetIn(r.console.in)
	root.SetOut(r.console.out)
	root.SetErr(r.console.errOut)
	cmd, err := root.ExecuteContextC(ctx)
	var usage *usageError
	if err != nil && !began(cmd) && !errors.As(err, &usage) {
		// r.name is a host name or a name of the configuration here, or escaped as any error is.
		err = &usageError{err: err, hint: fmt.Sprintf("run '%s --help' for usage", cmd.CommandPath())}
	}
	return shown(err)
}

// commands returns the tree of commands for one NAME.
func (r *remoteRun) commands() *cobra.Command {
	root := &cobra.Command{
		Use:           "NAME",
		Short:         "Give a command to one remote",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("there is no command %q", args[0])
			}
			return errors.New("no command is given")
		},
		RunE: func(*cobra.Command, []string) error { return nil },
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			cmd.Annotations = map[string]string{annotationBegan: "yes"}
		},
	}
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "tcpiplink-bridge remote NAME"}
	root.CompletionOptions.DisableDefaultCmd = true
	r.flags.register(root)
	root.SetHelpCommand(r.helpCommand())
	root.AddCommand(r.queryCommands()...)
	root.AddCommand(r.settingCommands()...)
	root.AddCommand(r.controlCommands()...)
	root.AddCommand(r.retrCommand(), r.sendCommand(), r.rawCommand(), r.registerCommand(), r.watchCommand(), r.shellCommand())
	return root
}

// nowhere is the console of commands that are looked at and not run.
func nowhere() *console {
	return &console{in: strings.NewReader(""), out: io.Discard, errOut: io.Discard}
}

// remoteCommandList lists the commands for the help of remote itself.
func remoteCommandList() string {
	var b strings.Builder
	root := (&remoteRun{console: nowhere()}).commands()
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		fmt.Fprintf(&b, "  %-10s %s\n", cmd.Name(), cmd.Short)
	}
	return strings.TrimRight(b.String(), "\n")
}

// remoteSession is a connection that is logged in, and what a command says to the person.
type remoteSession struct {
	*remote.Client
	*console
	target target
	json   bool
	plain  net.Conn // below the Client; nil: it is encrypted
}

// action makes the work of a command that needs one connection: connect, log in, do, and say QUIT, which small devices need to
// free the place at once.
func (r *remoteRun) action(do func(ctx context.Context, s *remoteSession, args []string) error) func(*cobra.Command, []string) error {
	return r.actionAs(loginNeeded, do)
}

func (r *remoteRun) actionAs(
	login loginMode, do func(ctx context.Context, s *remoteSession, args []string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := r.connect(cmd.Context(), login)
		if err != nil {
			return err
		}
		defer func() { s.leave(cmd.Context()) }()
		return s.explainDenial(do(cmd.Context(), s, args))
	}
}

// connect dials the remote that NAME means, and logs in.
func (r *remoteRun) connect(ctx context.Context, login loginMode) (*remoteSession, error) {
	t, err := r.resolve()
	if err != nil {
		return nil, err
	}
	return t.session(ctx, r.console, r.flags.json, login)
}

// goodbye is how long a QUIT may take: nothing depends on its answer.
const goodbye = 2 * time.Second

// leave says QUIT, if the connection still is usable, and closes it.
func (s *remoteSession) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	_ = s.Quit(ctx) // the work is done, or its error says more
	_ = s.Close()   // as above
}
