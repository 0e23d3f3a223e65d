package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// onTheWay returns a context for connecting: a stop that reaches the link cuts that short too. After the stop was seen once,
// connecting is only for events that still wait, and is not cut but by the end of all use for the connection.
func (l *link) onTheWay(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unused := context.AfterFunc(l.leave, cancel)
	cut := l.m.flushing
	if l.role == roleReceive {
		cut = l.m.receiving
	} else if cut.Err() != nil {
		if l.nothingWaits() { // the stop came since the link looked last
			cancel()
		}
		return ctx, func() { unused(); cancel() }
	}
	stop := context.AfterFunc(cut, cancel)
	return ctx, func() { stop(); unused(); cancel() }
}

// connect takes the addresses in order and returns the first connection that is logged in and probed. Only the connection that
// others follow chooses: those that send beside one that receives go to the same server.
func (l *link) connect(ctx context.Context) (*Client, *Profile, error) {
	if err := l.readLogin(); err != nil {
		return nil, nil, err
	}
	if l.role == roleSend {
		if t := l.m.target.Load(); t != nil {
			return l.connectTo(ctx, *t)
		}
	}
	addresses := l.m.opts.Addresses
	if len(addresses) == 1 {
		return l.connectTo(ctx, target{address: addresses[0]})
	}
	var failed error
	for i, address := range addresses {
		c, p, err := l.connectTo(ctx, target{index: i, address: address})
		if err == nil {
			return c, p, nil
		}
		err = fmt.Errorf("%s: %w", address, err)
		if failed != nil {
			err = fmt.Errorf("%w; %w", failed, err)
		}
		failed = err
		if ctx.Err() != nil || LoginRefused(err) { // the next server has the same accounts
			break
		}
	}
	return nil, nil, failed
}

// target is where a remote was reached.
type target struct {
	index   int    // in Options.Addresses
	address string // host:port, as configured
	dialled string // what the host stood for; empty until the connection is made
}

// connectTo dials, logs in, probes and sets the filters.
func (l *link) connectTo(ctx context.Context, t target) (*Client, *Profile, error) {
	o := &l.m.opts
	var conn net.Conn
	var err error
	if t.dialled == "" {
		conn, t.dialled, err = o.Client.open(ctx, t.address, l.enter)
	} else {
		conn, _, err = o.Client.openAt(ctx, t.address, []string{t.dialled}, l.enter)
	}
	if err != nil {
		return nil, nil, l.blame(err)
	}
	l.enter(StateGreeting)
	c, err := NewClient(ctx, conn, o.Client)
	if err != nil {
		return nil, nil, err
	}
	profile, err := l.introduce(ctx, c)
	if err != nil {
		_ = c.Close() // the first error says more
		return nil, nil, err
	}
	l.at = t
	l.tracker.reached(t.dialled)
	return c, profile, nil
}

// blame tells a device that is full from one that is down: one that takes few connections stops listening while it has them.
func (l *link) blame(err error) error {
	if l.role == roleSend && l.m.primary.isUp() && errors.Is(err, syscall.ECONNREFUSED) {
		return &wordedError{words: fmt.Sprintf("%v, beside the one that is up; the peer may have no room for another", err), err: errors.Join(ErrNoRoom, err)}
	}
	return err
}

func (l *link) introduce(ctx context.Context, c *Client) (*Profile, error) {
	o := &l.m.opts
	l.enter(StateLogin)
	if l.logsIn() {
		if err := c.Login(ctx, l.login.User, l.login.Password); err != nil {
			return nil, err
		}
	}
	l.enter(StateProbing)
	profile, err := c.Probe(ctx)
	if err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	profile = profile.As(o.Profile)
	return &profile, l.setFilters(ctx, c, &profile)
}

// setFilters narrows at the peer what the routes take anyway; a peer that refuses costs bandwidth, not correctness. The
// connection that sends gets the same filters, so that its queue at the peer holds what the other one is seen to receive.
func (l *link) setFilters(ctx context.Context, c *Client, p *Profile) error {
	if p.FiltersSends {
		return nil // they would drop what we send, and filter nothing of what comes
	}
	if f := l.m.opts.Mask; f != nil {
		if err := l.tolerate(c.SetMask(ctx, *f)); err != nil {
			return err
		}
	}
	if f := l.m.opts.Filter; f != nil {
		return l.tolerate(c.SetFilter(ctx, *f))
	}
	return nil
}

func (l *link) tolerate(err error) error {
	var no *CommandError
	if !errors.As(err, &no) || (no.Verb != linkwire.VerbSflt && no.Verb != linkwire.VerbSmsk) {
		return err
	}
	level := hclog.Debug
	if l.role != roleSend && !l.unfiltered {
		level, l.unfiltered = hclog.Warn, true
	}
	l.logger.Log(level, "remote refused a filter, filtering here instead", "error", err)
	return nil
}
