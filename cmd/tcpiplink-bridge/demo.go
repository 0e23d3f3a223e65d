package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// pipedLength is how long a demo runs that nobody can end with a key.
const pipedLength = 10 * time.Second

// errDemo is returned by a demo that found something wrong; the summary has said what.
var errDemo = errors.New("demo: events were lost or not counted rightly, see the summary")

// demoFlags are the flags as typed.
type demoFlags struct {
	length            time.Duration
	lengthGiven       bool
	lines, showConfig bool
}

func newDemo() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See a bridge work, on this machine alone",
		Long: `demo starts two sites, north and south, and a field device, a boiler, as link servers on free ports of this machine, and
a bridge between them: both ways between the sites, and from the boiler, which it asks once a second, to both. The sites emit
events that were captured from real servers, with their GUIDs moved into the range of the site.

On a terminal it shows the links, the counters of each direction and the last events, until q or Ctrl-C, or for the time given
with --for. Into a pipe it prints lines, for 10 s if --for does not say otherwise. At the end the sources fall silent, the bridge
sends what is under way, which takes about a second more, and stops.

The summary then shows that for each direction every event is accounted for, and what the sites themselves have counted. The exit
code is 0 only if all counters balance and agree with the sites', and no event was lost.`,
		Example: `  tcpiplink-bridge demo
  tcpiplink-bridge demo --for 10s
  tcpiplink-bridge demo --show-config > demo.hcl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.lengthGiven = cmd.Flags().Changed("for")
			if f.lengthGiven && f.length <= 0 {
				return &usageError{err: fmt.Errorf("--for: %v is no time to run", f.length), hint: "use a time such as --for 10s"}
			}
			if f.showConfig {
				_, err := io.WriteString(cmd.OutOrStdout(), demoExample+demoConfig)
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return demo(ctx, f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().DurationVar(&f.length, "for", 0, "how long the sources emit, as a `duration` such as 10s")
	cmd.Flags().BoolVar(&f.lines, "lines", false, "print lines on a terminal, too")
	cmd.Flags().BoolVar(&f.showConfig, "show-config", false, "print the configuration that the demo runs, and end")
	return cmd
}

// demo runs the sites and the bridge, shows them, and sums up.
func demo(ctx context.Context, f demoFlags, stdout, stderr io.Writer) error {
	watch := &demoWatch{}
	screen, isLive := liveScreen(stdout)
	isLive = isLive && !f.lines
	log := stderr
	if isLive {
		log = watch
	} else if !f.lengthGiven {
		f.length = pipedLength
	}
	world, err := newDemoWorld(ctx, log)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	world.start(ctx)
	m := &meter{world: world, watch: watch, length: f.length}
	if isLive {
		err = live(ctx, screen, m)
	} else {
		view := plainView{out: stdout, meter: m, states: map[string]linkState{}}
		view.show(ctx)
	}
	fmt.Fprintln(stdout, "the sources fall silent; what is under way arrives")
	summary, failure := world.stop()
	for _, warning := range watch.lastWarnings() {
		fmt.Fprintln(stderr, warning)
	}
	if err = errors.Join(err, failure); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	summary.print(stdout)
	if len(summary.problems) > 0 {
		return errDemo
	}
	return nil
}
