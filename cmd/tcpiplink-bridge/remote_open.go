package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// stage is how far a connection came.
type stage string

// The stages.
const (
	stageConnect  stage = "connect"
	stageGreeting stage = "greeting"
	stageLogin    stage = "login"
	stageProbe    stage = "probe" // the questions after the login
)

// open connects, reads the greeting and logs in; stage is the one that failed.
func (t target) open(ctx context.Context) (*remote.Client, stage, error) {
	o, at := t.options, stageConnect
	dial := o.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			at = stageGreeting
		}
		return conn, err
	}
	c, err := remote.Dial(ctx, t.address, o)
	if err != nil {
		if remote.CauseOf(err) == remote.CauseTLS {
			at = stageConnect
		}
		return nil, at, err
	}
	if t.user == "" && t.password == "" {
		return c, stageLogin, nil
	}
	ctx, cancel := context.WithTimeout(ctx, t.loginTimeout)
	defer cancel()
	if err := c.Login(ctx, t.user, t.password); err != nil {
		_ = c.Close() // the login's error says more
		return nil, stageLogin, err
	}
	return c, stageLogin, nil
}

// leave says QUIT, which some servers need to free the place at once.
func leave(ctx context.Context, c *remote.Client) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = c.Quit(ctx) // nothing depends on the answer
	_ = c.Close()
}

// hintFor says what to do about a connection that could not be made.
func hintFor(failed stage, err error) string {
	switch cause := remote.CauseOf(err); {
	case remote.LoginRefused(err):
		return "wrong user or password; the bridge would try again only after its longest delay"
	case failed == stageGreeting && remote.Refused(err):
		return "the server turns connections away; are all its places taken, by a running bridge perhaps?"
	case failed == stageGreeting && cause == remote.CauseClosed:
		return "the server hangs up at once; are all its places taken, by a running bridge perhaps?"
	case failed == stageGreeting:
		return "something listens there, but it does not greet as a link server does"
	case cause == remote.CauseResolve:
		return "the name has no address"
	case failed == stageConnect && cause == remote.CauseTimeout:
		return "nothing answers there: is the address right, the server on, and no firewall between?"
	case cause == remote.CauseDial && (errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)):
		return "no way leads there: is the address right, and the network up?"
	case cause == remote.CauseDial:
		return "is the server running, and the port right? 9598 is usual, uvscpd has 8598"
	default:
		return ""
	}
}

// inShort says why a connection could not be made, without the address, which is named beside it.
func inShort(address string, err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var errno syscall.Errno
	switch {
	case errors.As(err, &dns):
		return dns.Err
	case remote.CauseOf(err) == remote.CauseTimeout && errors.As(err, &op) && op.Op == "dial":
		return "no answer in time"
	case remote.CauseOf(err) == remote.CauseDial && errors.As(err, &errno):
		return errno.Error()
	}
	text := strings.TrimPrefix(err.Error(), "remote: ")
	return strings.Replace(text, address+": ", "", 1)
}
