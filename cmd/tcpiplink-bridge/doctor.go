package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// doctorFlags are the flags of doctor as typed; those for finding the remote are those of remote.
type doctorFlags struct {
	remoteFlags
	send, thorough bool
}

func newDoctor() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor NAME|ADDRESS",
		Short: "Examine a link server: what it is, and what that means for bridging",
		Long: `doctor connects to a link server as the bridge would and finds out what it is and does: greeting, login, version,
capabilities, channel, GUID, whether filters may be set, the time of a round trip, how many connections it takes, its receive loop and
sign of life, its clock, whether it answers pipelined commands, and which profile and limits follow from that.

NAME is a remote of the configuration, whose address, login, timeouts and profile are used, or host[:port] (port 9598 if none is given).

Nothing that doctor does by itself is known to harm a server: it sets no filter on firmware, opens no more connections than
the server is known to take, and tries no limits. Two things need to be asked for:

  --send      send one event, to see whether it comes back on another connection of ours. It is CLASS1.INFORMATION, GENERAL (20, 0):
              an information without a meaning, of the lowest priority, so that no node acts on it. On uvscpd it goes onto the bus.
  --thorough  open more connections than the kind of server is known to take. Some microcontrollers reset.

The exit code is 0 if the server can be bridged, 1 if something prevents it, 2 if the usage was wrong.`,
		Example: `  tcpiplink-bridge doctor --config hub.hcl north
  tcpiplink-bridge doctor 192.0.2.7 --user admin --password-file north.password
  tcpiplink-bridge doctor 127.0.0.1:9601 --send --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			t, err := (&remoteRun{flags: f.remoteFlags, name: args[0], console: newConsole(cmd)}).resolve()
			if err != nil {
				return err
			}
			if f.thorough {
				fmt.Fprintln(cmd.ErrOrStderr(), "warning: --thorough opens more connections than this server may take; some microcontrollers reset")
			}
			d := examine(ctx, examOptions{target: t, send: f.send, thorough: f.thorough})
			if err := d.print(cmd.OutOrStdout(), f.json); err != nil {
				return err
			}
			return d.verdict()
		},
	}
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f.completeRemote(begun)
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&f.send, "send", false, "send one harmless event and look where it comes back")
	cmd.Flags().BoolVar(&f.thorough, "thorough", false, "open more connections than the server is known to take; may reset a microcontroller")
	return cmd
}

func (d *diagnosis) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return d.printJSON(w)
	}
	return d.printTable(w)
}

// verdict returns an error that names the first thing that prevents bridging.
func (d *diagnosis) verdict() error {
	for _, f := range d.Findings {
		if f.Status == statusProblem {
			return fmt.Errorf("%s cannot be bridged: %s: %s", d.Name, f.Name, f.Value)
		}
	}
	return nil
}
