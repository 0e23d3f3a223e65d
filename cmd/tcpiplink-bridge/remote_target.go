package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/certfile"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// configVariable names the environment variable with the configuration file for commands that can do without one.
const configVariable = "TCPIPLINK_CONFIG"

// target is a remote to connect to.
type target struct {
	name, address string
	user          string
	password      string
	options       remote.ClientOptions
	loginTimeout  time.Duration // for USER and PASS together
	deadAfter     time.Duration
	form          *vscp.TimeForm // the time form that the configuration gives; nil: by the peer's family
	family        remote.Family  // the kind of server that the configuration gives; FamilyUnknown: found out
}

// resolve finds the remote that NAME means, and its login.
func (r *remoteRun) resolve() (target, error) {
	if err := r.flags.check(); err != nil {
		return target{}, err
	}
	t, err := r.locate()
	if err != nil {
		return target{}, err
	}
	t.limit(r.flags.timeout)
	return t, r.login(&t)
}

// limit lets --timeout overrule the time for each step of a connection; zero: as configured.
func (t *target) limit(d time.Duration) {
	if o := &t.options; d > 0 {
		o.DialTimeout, o.TLSTimeout, o.GreetingTimeout, o.ReplyTimeout, t.loginTimeout = d, d, d, d, 2*d
	}
}

func (f *remoteFlags) check() error {
	switch {
	case f.caFile != "" && !f.tls:
		return &usageError{err: errors.New("--ca-file is given without --tls"), hint: "add --tls"}
	case f.password != "" && f.passwordFile != "":
		return &usageError{err: errors.New("--password and --password-file are both given"), hint: "use one of them"}
	case f.timeout < 0:
		return &usageError{err: fmt.Errorf("--timeout: %v is negative", f.timeout), hint: "use a duration such as 5s"}
	default:
		return nil
	}
}

// locate looks NAME up in the configuration, if there is one, and else takes it as an address. A name with a dot or a colon
// cannot be of the configuration.
func (r *remoteRun) locate() (target, error) {
	path := configPath(r.flags.config)
	if path == "" || strings.ContainsAny(r.name, ".:[") {
		return r.addressTarget()
	}
	if r.flags.tls {
		return target{}, &usageError{err: errors.New("--tls is for an address, and " + path + " is to say it"), hint: "give host:port, or the remote a tls block"}
	}
	cfg, err := loadConfig(path, r.flags.vars, io.Discard) // validate is for its warnings
	if err != nil {
		return target{}, err
	}
	names := make([]string, 0, len(cfg.Remotes))
	for _, c := range cfg.Remotes {
		if c.Name == r.name {
			return configTarget(c)
		}
		names = append(names, c.Name)
	}
	return target{}, &usageError{
		err:  fmt.Errorf("%s has no remote %q", path, r.name),
		hint: fmt.Sprintf("it has %s; a host is given with its port, as in %s:%s", strings.Join(names, ", "), r.name, remote.DefaultPort),
	}
}

func configTarget(c *config.Remote) (target, error) {
	o := bridge.RemoteOptions(c)
	var login remote.Login
	if o.Login != nil {
		var err error
		if login, err = o.Login(); err != nil {
			return target{}, fmt.Errorf("remote %s: %w", c.Name, err)
		}
	}
	return target{
		name: c.Name, address: c.Addresses[0], user: login.User, password: login.Password,
		options: o.Client, loginTimeout: 2 * o.Client.ReplyTimeout, deadAfter: cmp.Or(o.DeadAfter, remote.DefaultDeadAfter), form: o.Time, family: o.Profile,
	}, nil
}

// addressTarget takes NAME as host[:port], with the settings that a remote of the configuration has by default.
func (r *remoteRun) addressTarget() (target, error) {
	address, err := hostPort(r.name)
	if err != nil {
		return target{}, &usageError{err: err, hint: "name a remote of the configuration, or give an address such as 192.0.2.7:9598 or [2001:db8::7]"}
	}
	c := config.DefaultRemote(r.name)
	c.Addresses = []string{address}
	if r.flags.tls {
		if err := readable(r.flags.caFile); err != nil {
			return target{}, err
		}
		c.TLS = &config.TLS{MinVersion: config.TLS12, CAFile: r.flags.caFile}
	}
	return configTarget(c)
}

// readable reports a file of authorities that cannot be used: that is no trouble with the remote.
func readable(caFile string) error {
	if caFile == "" {
		return nil
	}
	if _, err := certfile.LoadCA(caFile); err != nil {
		return &usageError{err: fmt.Errorf("--ca-file: %w", err)}
	}
	return nil
}

// hostPort completes an address with the port of the protocol.
func hostPort(name string) (string, error) {
	if ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")); err == nil {
		return net.JoinHostPort(ip.String(), remote.DefaultPort), nil
	}
	host, port := name, remote.DefaultPort
	if strings.Contains(name, ":") {
		var err error
		if host, port, err = net.SplitHostPort(name); err != nil {
			return "", fmt.Errorf("%q is no address", name)
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("%q has no port from 1 to 65535", name)
	}
	if host == "" || strings.ContainsAny(host, " /@") {
		return "", fmt.Errorf("%q is no address", name)
	}
	return net.JoinHostPort(host, port), nil
}

// login lets the flags overrule the configuration's user and password, and asks for a password that is nowhere.
func (r *remoteRun) login(t *target) error {
	f := &r.flags
	if f.user != "" && f.user != t.user {
		t.user, t.password = f.user, ""
	}
	switch {
	case f.passwordFile != "":
		var err error
		if t.password, err = readPassword(f.passwordFile); err != nil {
			return &usageError{err: fmt.Errorf("--password-file: %w", err)}
		}
	case f.password != "":
		t.password = f.password
	case f.user != "" && t.password == "" && r.console.terminal():
		var err error
		if t.password, err = r.console.askPassword(fmt.Sprintf("password of %s: ", printable(t.user))); err != nil {
			return err
		}
	}
	if t.user == "" && (f.password != "" || f.passwordFile != "") {
		return &usageError{err: errors.New("a password is given, but no user"), hint: "add --user"}
	}
	return nil
}

// loginMode says what to do where no user is given. A server without accounts takes every login, but may want one.
type loginMode uint8

const (
	loginNeeded  loginMode = iota // log in without a name
	loginOffered                  // the same, but go on without if that is refused
	loginSpared                   // every server does this without a login
)

// session dials and logs in.
func (t target) session(ctx context.Context, c *console, asJSON bool, login loginMode) (*remoteSession, error) {
	s, err := t.dial(ctx, c, asJSON)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, t.loginTimeout)
	defer cancel()
	switch {
	case t.user != "" || t.password != "":
		err = s.Login(within, t.user, t.password)
	case login != loginSpared:
		err = s.anonymous(within)
	}
	if err == nil {
		return s, nil
	}
	_ = s.Close() // the login's error says more
	if t.user == "" && login == loginOffered && remote.LoginRefused(err) {
		return t.dial(ctx, c, asJSON) // many servers close after a wrong login
	}
	return nil, s.explainDenial(fmt.Errorf("remote: %s: %w", t.address, err))
}

func (t target) dial(ctx context.Context, c *console, asJSON bool) (*remoteSession, error) {
	s := &remoteSession{console: c, target: t, json: asJSON}
	o, at := t.options, stageConnect
	o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			at = stageGreeting
		}
		if t.options.TLS == nil {
			s.plain = conn
		}
		return conn, err
	}
	var err error
	s.Client, err = remote.Dial(ctx, t.address, o)
	if err == nil {
		return s, nil
	}
	if remote.CauseOf(err) == remote.CauseTLS {
		at = stageConnect
	}
	if hint := hintFor(at, err); hint != "" {
		err = &worldError{err: err, hint: hint}
	}
	return s, err
}

// profile finds out what the server is, as far as the configuration does not say it.
func (s *remoteSession) profile(ctx context.Context) (remote.Profile, error) {
	p, err := s.Probe(ctx)
	return p.As(s.target.family), err
}

// anonymous logs in without a name. A server that does not take such a name is tried without a login: some enforce none.
func (s *remoteSession) anonymous(ctx context.Context) error {
	err := s.User(ctx, "")
	if err == nil {
		return s.Pass(ctx, "")
	}
	if remote.Refused(err) {
		return nil
	}
	return err
}

// explainDenial adds to a refusal for want of a login how to log in.
func (s *remoteSession) explainDenial(err error) error {
	if s.target.user == "" && (remote.Denied(err) || remote.LoginRefused(err)) {
		return fmt.Errorf("%w; no user was given, log in with --user", err)
	}
	return err
}
