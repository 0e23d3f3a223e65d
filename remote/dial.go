package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"
)

// The kernel's own look at an idle connection: after half of the user timeout, then so often that the rest of it is enough to
// find the peer gone.
const (
	keepAliveTries = 3
	keepAliveLeast = time.Second
)

// tcpDialer returns how TCP connections are made. With a user timeout the kernel breaks a connection when the peer has not
// acknowledged for so long, be it data or, in an idle connection, a keep-alive.
func tcpDialer(userTimeout time.Duration) DialFunc {
	d := net.Dialer{Control: controlUserTimeout(userTimeout)}
	if userTimeout > 0 {
		d.KeepAliveConfig = net.KeepAliveConfig{
			Enable: true, Count: keepAliveTries,
			Idle:     max(keepAliveLeast, userTimeout/2),
			Interval: max(keepAliveLeast, userTimeout/2/keepAliveTries),
		}
	}
	return d.DialContext
}

// open connects to address, and sets up TLS where the options ask for it. enter is told of each phase that begins. It also
// returns what was dialled in the end.
func (o *ClientOptions) open(ctx context.Context, address string, enter func(State)) (net.Conn, string, error) {
	enter(StateResolving)
	candidates, err := o.resolve(ctx, address)
	if err != nil {
		return nil, "", err
	}
	return o.openAt(ctx, address, candidates, enter)
}

// openAt is open where the IP addresses behind the address are known already.
func (o *ClientOptions) openAt(ctx context.Context, address string, candidates []string, enter func(State)) (net.Conn, string, error) {
	enter(StateDialing)
	var config *tls.Config
	if o.TLS != nil {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, "", err
		}
		if config, err = o.TLS.config(host, o.traffic); err != nil {
			return nil, "", err
		}
	}
	conn, at, err := o.dialAny(ctx, candidates)
	if err != nil || config == nil {
		return conn, at, err
	}
	enter(StateTLS)
	conn, err = o.secure(ctx, conn, address, config)
	return conn, at, err
}

// resolve returns what to dial for address, in order: it is looked up anew each time.
func (o *ClientOptions) resolve(ctx context.Context, address string) ([]string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err == nil || host == "" || o.Lookup == nil {
		return []string{address}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, o.ResolveTimeout)
	defer cancel()
	found, err := o.Lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	for i, ip := range found {
		found[i] = net.JoinHostPort(ip, port)
	}
	return found, nil
}

// dialAny dials one candidate after the other, each with its share of the time that is left, and returns the first that takes
// the connection, or the first error.
func (o *ClientOptions) dialAny(ctx context.Context, candidates []string) (net.Conn, string, error) {
	limit := time.Now().Add(o.DialTimeout)
	var first error
	for i, at := range candidates {
		share := time.Until(limit) / time.Duration(len(candidates)-i)
		dialCtx, cancel := context.WithTimeout(ctx, share)
		conn, err := o.Dial(dialCtx, "tcp", at)
		cancel()
		if err == nil {
			return conn, at, nil
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	if first == nil {
		first = errors.New("dial: nothing to dial")
	}
	return nil, "", first
}
