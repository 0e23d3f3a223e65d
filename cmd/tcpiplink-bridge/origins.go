package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// originsFlags are the flags as typed.
type originsFlags struct {
	server placeFlags
	json   bool
}

func newOrigins() *cobra.Command {
	var f originsFlags
	cmd := &cobra.Command{
		Use:   "origins",
		Short: "Propose the origins of each remote, from what a running bridge has seen",
		Long: `origins asks a running bridge which GUIDs came from which remote since its start, and prints the origins that this suggests, as
lines for the configuration: those that are declared, and for the other GUIDs the shortest prefixes that cover no GUID of another
remote. Below are the GUIDs that came from several remotes, for which nothing can be proposed.

Of a strict remote there are only GUIDs that are declared: the others are not let in. A proposal is as good as what was seen: let the
bridge run until every device has sent something, and look at what you take over.
It changes nothing.`,
		Example: `  tcpiplink-bridge origins
  tcpiplink-bridge origins --config hub.hcl
  tcpiplink-bridge origins --admin 192.0.2.7:9599 --json | jq .apart`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return f.run(ctx, cmd)
		},
	}
	f.server.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.json, "json", false, "print the document of the admin API, as one line")
	return cmd
}

func (f *originsFlags) run(ctx context.Context, cmd *cobra.Command) error {
	client, err := f.server.reader()
	if err != nil {
		return err
	}
	var o api.Origins
	body, err := client.ask(ctx, api.OriginsPath, "origins", &o, &o.API)
	if err != nil {
		return err
	}
	client.at.tell(cmd.ErrOrStderr(), time.Time{})
	if f.json {
		return printDocument(cmd.OutOrStdout(), body)
	}
	_, err = io.WriteString(cmd.OutOrStdout(), originsText(&o))
	return err
}

// originsText is a proposal as a part of a configuration, with comments.
func originsText(o *api.Origins) string {
	var out strings.Builder
	line := func(format string, args ...any) { out.WriteString(printable(fmt.Sprintf(format, args...)) + "\n") }
	for i := range o.Remotes {
		remoteText(&o.Remotes[i], line)
	}
	if len(o.Apart) == 0 {
		return out.String()
	}
	line("")
	line("# These GUIDs came from several remotes, so that no origins are proposed for them. Is it")
	line("# - a device that moves: add its GUID to roaming in the loop block;")
	line("# - an event that comes back by another way: declare the origin where the device is. 'lint' finds such ways;")
	line("# - two devices with the same GUID: give one of them another.")
	for _, a := range o.Apart {
		var seen []string
		for _, s := range a.Seen {
			seen = append(seen, fmt.Sprintf("%s (%d)", s.Remote, s.Times))
		}
		how := "moved " + count(int(a.Moves), "time")
		if a.Flapping {
			how = "flapping, " + how
		}
		line("#   %s: %s; %s", a.GUID, strings.Join(seen, ", "), how)
	}
	return out.String()
}

func remoteText(r *api.RemoteOrigins, line func(format string, args ...any)) {
	switch {
	case r.GUIDs == 0:
		line("# remote %q: nothing came that lives only there", r.Name)
		return
	case len(r.Proposed) == 0:
		line("# remote %q: %s seen, all within its origins", r.Name, count(r.GUIDs, "GUID"))
		return
	}
	line("# remote %q: %s seen, %d within its origins", r.Name, count(r.GUIDs, "GUID"), r.Within)
	line("origins = [")
	for _, d := range r.Declared {
		line("  %q, # declared", d)
	}
	for _, p := range r.Proposed {
		line("  %q, # new, %s", p.Prefix, count(p.GUIDs, "GUID"))
	}
	line("]")
}
