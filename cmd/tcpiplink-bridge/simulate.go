package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/simdevice"
	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// simulateFlags are the flags as typed.
type simulateFlags struct {
	listen, guid, name           string
	user, password, passwordFile string
	events, like                 string
	rate                         float64
	count                        uint64
	print                        bool
	play                         string
	speed                        float64
	loop                         bool
	tls                          simulateTLS
}

func newSimulate() *cobra.Command {
	var f simulateFlags
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Be a link endpoint that emits events, to try a configuration against",
		Long: `simulate is a VSCP tcp/ip link server on this machine. It emits events at a rate, from the first login on, and takes the
events that its clients send; those go to its other clients, as with a real server. It runs until SIGTERM or SIGINT.

The events are temperature readings around 21 degrees (CLASS1.MEASUREMENT, TEMPERATURE), or with --events counter, numbers that
count up from 0 (CLASS1.MEASUREMENT, COUNT), so that a receiver can tell whether all came, and in order. --rate 0 emits none.

--play sends the events of a file in place of its own: lines of 'tap --json', of 'remote NAME watch --json', of 'queue export', or events as
they are sent; - is standard input. They keep their GUIDs and the time between them, divided by --speed, and get the present time; of an
event that a bridge handed on in several ways one is sent. --loop begins anew a second after the end.

--like makes it behave like the servers of a family, quirks included, as far as a client can tell: vscpd (the link server of
vscpd 15: one command for each segment, SEND takes nearly everything), uvscpd (a daemon in front of one CAN bus: no access
control, events lose GUID and time, the 101st unread event ends a connection for good) or firmware (a microcontroller: two
clients, queues of ten). The family then decides about greeting, limits and form; --name does not count.

Without --user every login is accepted. The password is better given in a file: other users of this machine can read command
lines. Without --tls-cert nothing is encrypted, and an address to listen on other than 127.0.0.1 or [::1] is open to the network.`,
		Example: `  tcpiplink-bridge simulate
  tcpiplink-bridge simulate --listen 127.0.0.1:9602 --guid FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00 --rate 0.2
  tcpiplink-bridge simulate --like uvscpd --listen 127.0.0.1:8598 --user admin --password-file bus.password
  tcpiplink-bridge simulate --user admin --password-file north.password --print
  tcpiplink-bridge simulate --rate 5000 --count 100000 --events counter
  tcpiplink-bridge simulate --play events.jsonl --speed 10 --loop
  tcpiplink-bridge simulate --tls-cert north.crt --tls-key north.key --tls-client-ca ca.crt --tls-require-client-cert`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := f.options()
			if err != nil {
				return err
			}
			out := &simulateOutput{out: cmd.OutOrStdout(), warnings: cmd.ErrOrStderr()}
			player, err := f.player(cmd, out)
			if err != nil {
				return err
			}
			if player != nil {
				o.Feed = player
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			err = simulate(ctx, f, o, out)
			if player != nil {
				player.close()
			}
			return err
		},
	}
	f.register(cmd)
	completeWords(cmd, "like", "vscpd	the link server of vscpd 15", "uvscpd	a daemon in front of one CAN bus", "firmware	a microcontroller")
	completeWords(cmd, "events", "readings	temperatures around 21 degrees", "counter	numbers that count up from 0")
	return cmd
}

func (f *simulateFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:9601", "`host:port` to listen on; port 0 takes a free one")
	flags.StringVar(&f.guid, "guid", "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00", "`GUID` of the endpoint and of its events")
	flags.StringVar(&f.name, "name", "tcpiplink-bridge simulate", "`name` in the greeting")
	flags.StringVar(&f.user, "user", "", "the one `name` that may log in; without it every login is accepted")
	flags.StringVar(&f.password, "password", "", "`password` of the user")
	flags.StringVar(&f.passwordFile, "password-file", "", "`file` with the password of the user; a line end after it does not count")
	flags.StringVar(&f.events, "events", "readings", "`kind` of events: readings or counter")
	flags.StringVar(&f.like, "like", "", "`family` of servers to behave like: vscpd, uvscpd or firmware; without it our own")
	flags.Float64Var(&f.rate, "rate", 1, "`rate` in events per second; 0 emits none")
	flags.Uint64Var(&f.count, "count", 0, "stop emitting after `n` events, and go on serving; 0 has no end")
	flags.BoolVar(&f.print, "print", false, "print each event received from a client")
	flags.StringVar(&f.play, "play", "", "send the events of this `file`; - is standard input")
	flags.Float64Var(&f.speed, "speed", 1, "play so many `times` as fast as the events were seen")
	flags.BoolVar(&f.loop, "loop", false, "play the file again and again")
	f.tls.register(flags)
}

// options checks the flags.
func (f *simulateFlags) options() (simdevice.Options, error) {
	o := simdevice.DefaultOptions()
	guid, err := vscp.ParseGUID(f.guid)
	if err != nil {
		return o, &usageError{err: fmt.Errorf("--guid: %w", err), hint: "a GUID has 16 bytes, such as FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00"}
	}
	o.Server.Name, o.Server.GUID = f.name, guid
	if o.Server.Accounts, err = f.accounts(); err != nil {
		return o, err
	}
	switch f.events {
	case "readings":
		o.Source = simdevice.Readings{GUID: guid}
	case "counter":
		o.Source = simdevice.Counter{GUID: guid}
	default:
		return o, &usageError{err: fmt.Errorf("--events: there is no kind %q", f.events), hint: "use --events readings or --events counter"}
	}
	if !isFamily(f.like) {
		return o, &usageError{err: fmt.Errorf("--like: there is no family %q", f.like), hint: "use --like vscpd, --like uvscpd or --like firmware"}
	}
	o.Server.Like = linkserver.Family(f.like)
	o.Rate, o.Count = f.rate, f.count
	if f.tls.on() {
		o.Server.Capabilities |= vscp.CapTLS
	}
	return o, nil
}

// isFamily reports whether --like may have this value. Only leaving it out, or nothing in its place, means our own.
func isFamily(name string) bool {
	return name == "" || slices.Contains(linkserver.Families(), linkserver.Family(name))
}

// accounts makes the one account, or none. A password without a user, or a user without, would mean something else than it says.
func (f *simulateFlags) accounts() (map[string]linkserver.Account, error) {
	password := f.password
	switch {
	case f.password != "" && f.passwordFile != "":
		return nil, &usageError{err: errors.New("--password and --password-file are both given"), hint: "use one of them"}
	case f.user == "" && (f.password != "" || f.passwordFile != ""):
		return nil, &usageError{err: errors.New("a password is given, but no user"), hint: "add --user, or leave out the password to accept every login"}
	case f.user == "":
		return nil, nil
	case f.passwordFile != "":
		var err error
		if password, err = readPassword(f.passwordFile); err != nil {
			return nil, &usageError{err: fmt.Errorf("--password-file: %w", err)}
		}
	case password == "":
		return nil, &usageError{
			err:  fmt.Errorf("--user %s has no password", f.user),
			hint: "add --password-file or --password, or leave out --user to accept every login",
		}
	}
	return map[string]linkserver.Account{f.user: {Password: password, Level: 15}}, nil
}

// simulate runs the endpoint until ctx ends.
func simulate(ctx context.Context, f simulateFlags, o simdevice.Options, out *simulateOutput) error {
	if f.print {
		o.Server.OnEvent = out.event
	}
	o.Server.Logger = out.logger()
	security, err := f.tls.config()
	if err != nil {
		return err
	}
	device, err := simdevice.New(o)
	switch {
	case errors.Is(err, simdevice.ErrRate):
		return &usageError{err: fmt.Errorf("--rate: %w", err), hint: "use a rate such as 1, 0.5 or 5000"}
	case err != nil:
		return &usageError{err: err}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", f.listen)
	if err != nil {
		return &usageError{err: fmt.Errorf("--listen: %w", err), hint: "choose another address, as in --listen 127.0.0.1:9602, or stop what listens there"}
	}
	out.start(l.Addr(), len(o.Server.Accounts) == 0)
	if security != nil {
		l = tls.NewListener(l, security)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- device.Run(ctx, l)
	}()
	if !f.print {
		out.report(ctx, device)
	}
	err = <-ended
	out.end(device.Stats())
	return err
}
