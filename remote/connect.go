package remote

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// onTheWay returns a context for connecting: a stop that reaches the link cuts that short too. After the stop was seen once,
// connecting again is only for events that still wait, and is not cut.
func (l *link) onTheWay(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	cut := l.m.flushing
	if l.role == roleReceive {
		cut = l.m.receiving
	} else if cut.Err() != nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(cut, cancel)
	return ctx, func() { stop(); cancel() }
}

// connect dials, logs in, probes and sets the filters.
func (l *link) connect(ctx context.Context) (*Client, Profile, error) {
	o := &l.m.opts
	conn, err := o.Client.open(ctx, o.Address, l.tracker.enter)
	if err != nil {
		return nil, Profile{}, err
	}
	l.tracker.enter(StateGreeting)
	c, err := NewClient(ctx, conn, o.Client)
	if err != nil {
		return nil, Profile{}, err
	}
	profile, err := l.introduce(ctx, c)
	if err != nil {
		_ = c.Close() // the first error says more
		return nil, Profile{}, err
	}
	return c, profile, nil
}

func (l *link) introduce(ctx context.Context, c *Client) (Profile, error) {
	o := &l.m.opts
	l.tracker.enter(StateLogin)
	var password string
	if o.Password != nil {
		var err error
		if password, err = o.Password(); err != nil {
			return Profile{}, fmt.Errorf("password: %w", err)
		}
	}
	if o.User != "" || password != "" {
		if err := c.Login(ctx, o.User, password); err != nil {
			return Profile{}, err
		}
	}
	l.tracker.enter(StateProbing)
	profile, err := c.Probe(ctx)
	if err != nil {
		return Profile{}, fmt.Errorf("probe: %w", err)
	}
	profile = profile.As(o.Profile)
	return profile, l.setFilters(ctx, c, profile)
}

// setFilters narrows at the peer what the routes take anyway; a peer that refuses costs bandwidth, not correctness. The
// connection that sends gets the same filters, so that its queue at the peer holds what the other one is seen to receive.
func (l *link) setFilters(ctx context.Context, c *Client, p Profile) error {
	if p.FiltersSends {
		return nil // they would drop what we send, and filter nothing of what comes
	}
	if f := l.m.opts.Mask; f != nil {
		if err := l.tolerate("mask", c.SetMask(ctx, *f)); err != nil {
			return err
		}
	}
	if f := l.m.opts.Filter; f != nil {
		return l.tolerate("filter", c.SetFilter(ctx, *f))
	}
	return nil
}

func (l *link) tolerate(what string, err error) error {
	var no *CommandError
	if !errors.As(err, &no) || (no.Verb != linkwire.VerbSflt && no.Verb != linkwire.VerbSmsk) {
		return err
	}
	level := hclog.Debug
	if l.role != roleSend && !l.unfiltered {
		level, l.unfiltered = hclog.Warn, true
	}
	l.logger.Log(level, "remote refused the "+what+", filtering here instead", "error", err)
	return nil
}
