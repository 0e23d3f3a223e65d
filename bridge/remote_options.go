package bridge

import (
	"crypto/tls"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// RemoteOptions says in the words of package remote what the configuration says of a remote.
func RemoteOptions(r *config.Remote) remote.Options {
	o := remote.DefaultOptions()
	o.Name, o.Addresses = r.Name, r.Addresses
	if !r.User.IsZero() {
		o.Login = func() (remote.Login, error) { return login(r) }
	}
	o.Client.DialTimeout, o.Client.GreetingTimeout, o.Client.ReplyTimeout = r.Timeouts.Dial, r.Timeouts.Greeting, r.Timeouts.Reply
	o.Client.ResolveTimeout = r.Timeouts.Resolve
	o.Client.TLS, o.Client.TLSTimeout = tlsOptions(r.TLS), r.Timeouts.TLS
	o.Connections, o.Receive, o.Window = r.Connections, receiveMode(r.Receive), r.Window
	o.Filter, o.Mask, o.Time = r.Filter, r.Mask, timeForm(r.Time)
	o.Profile = family(r.Profile)
	o.DeadAfter, o.StallAfter, o.StatEvery = r.Timeouts.DeadAfter, r.Timeouts.StallAfter, r.StatEvery
	o.SendConnections = r.SendConnections
	o.Backoff = remote.Backoff(r.Backoff)
	o.Schedule = schedule(r.Schedule)
	return o
}

// login reads what is in files as it is now.
func login(r *config.Remote) (remote.Login, error) {
	user, err := r.User.Read()
	if err != nil {
		return remote.Login{}, fmt.Errorf("user: %w", err)
	}
	password, err := r.Password.Read()
	if err != nil {
		return remote.Login{}, fmt.Errorf("password: %w", err)
	}
	return remote.Login{User: user, Password: password}, nil
}

// schedule returns nil for a remote that is connected all the time.
func schedule(s *config.Schedule) *remote.Schedule {
	if s == nil {
		return nil
	}
	out := &remote.Schedule{
		Every: s.Every, Jitter: s.Jitter, Commands: s.Commands, MaxFetch: s.MaxFetch, Linger: s.Linger,
		Threshold: s.Threshold, MaxWait: s.MaxWait,
	}
	if ticks := s.Cron.Ticks(); ticks != nil {
		out.Cron = ticks
	}
	switch s.Mode {
	case config.ModeVisit:
		out.Mode = remote.Visit
	case config.ModeLazy:
		out.Mode = remote.Lazy
	case config.ModeHold:
		out.Mode = remote.Hold
	}
	return out
}

func family(p config.Profile) remote.Family {
	if p == config.ProfileAuto {
		return remote.FamilyUnknown
	}
	return remote.Family(p)
}

// tlsOptions returns nil for clear text.
func tlsOptions(t *config.TLS) *remote.TLSOptions {
	if t == nil {
		return nil
	}
	o := &remote.TLSOptions{
		CAFile: t.CAFile, CertFile: t.CertFile, KeyFile: t.KeyFile, ServerName: t.ServerName, MinVersion: tls.VersionTLS12, Pins: t.Pins,
	}
	if t.MinVersion == config.TLS13 {
		o.MinVersion = tls.VersionTLS13
	}
	return o
}

func receiveMode(r config.Receive) remote.ReceiveMode {
	switch r {
	case config.ReceiveRcvloop:
		return remote.ReceivePush
	case config.ReceiveRetr:
		return remote.ReceivePoll
	case config.ReceiveNone:
		return remote.ReceiveNone
	default:
		return remote.ReceiveAuto
	}
}

// timeForm returns nil where the form is to be found out.
func timeForm(t config.TimeForm) *vscp.TimeForm {
	switch t {
	case config.TimeNanos:
		return new(vscp.TimeNanos)
	case config.TimeDate:
		return new(vscp.TimeDate)
	case config.TimeNone:
		return new(vscp.TimeNone)
	default:
		return nil
	}
}
