package remote

import (
	"context"
	"time"

	"github.com/hashicorp/go-hclog"
)

// workFunc is what a link does on a connection that is up.
type workFunc func(context.Context, *Client, *Profile) error

// session is one connection from dial to end. It returns how long the connection was up.
func (l *link) session(ctx context.Context) (up time.Duration, err error) {
	way, arrived := l.onTheWay(ctx)
	var c *Client
	var profile *Profile
	var work workFunc
	aside(func() { c, profile, work, err = l.open(way) })
	stopped := way.Err() != nil && ctx.Err() == nil
	arrived()
	if err != nil {
		if stopped {
			err = nil // run looks what is left to do
		}
		return 0, err
	}
	l.socket.Store(c)
	defer l.socket.Store(nil)
	defer func() {
		if err != nil {
			c.abort()
			return
		}
		_ = c.Close() // it has said QUIT
	}()
	start := time.Now()
	l.cleared = start
	l.announce(profile, l.meet(start, profile))
	if l.role != roleSend {
		defer l.lead(ctx)()
	}
	if l.role == roleReceive {
		l.m.grow(profile.MaxBacklog, profile) // events may have come while nobody counted
	}
	if l.role != roleSend {
		l.m.primary.set(l.role != roleReceive || !l.m.alone.Load())
		defer l.m.lose()
	}
	err = work(ctx, c, profile)
	return time.Since(start), err
}

// open connects, and enters the receive loop where that is the link's work.
func (l *link) open(ctx context.Context) (*Client, *Profile, workFunc, error) {
	c, profile, err := l.connect(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	l.m.opened(l, profile)
	switch {
	case l.visits():
		return c, profile, l.visit, nil
	case l.role != roleReceive:
		return c, profile, l.work, nil
	}
	work, err := l.startReceiving(ctx, c, profile)
	if err != nil {
		_ = c.Close() // the first error says more
		return nil, nil, nil, err
	}
	return c, profile, work, nil
}

// startReceiving enters the receive loop, or falls back to polling, and returns what to do from then on.
func (l *link) startReceiving(ctx context.Context, c *Client, p *Profile) (workFunc, error) {
	mode := l.m.opts.Receive
	oneOnly := l.m.opts.Connections == 0 && p.OneConnection()
	l.m.alone.Store(oneOnly && mode == ReceiveAuto)
	if l.givesWay() {
		_ = c.Quit(ctx) // the next connection finds out what is wrong with it
		return nil, l.giveWay()
	}
	if oneOnly && l.m.isSending() {
		l.logger.Warn("remote takes one connection only, so that none is left to send on; set connections to 1")
	}
	if mode == ReceivePoll {
		return l.pollLoop, nil
	}
	err := c.ReceiveLoop(ctx)
	if mode == ReceiveAuto && Refused(err) && !Denied(err) {
		l.logger.Warn("remote refused the receive loop, polling instead", "error", err, "every", l.m.opts.PollEvery.String())
		return l.pollLoop, nil
	}
	return l.receiveLoop, err
}

// givesWay reports whether the connection takes the only place at the peer, and events are to be sent.
func (l *link) givesWay() bool { return l.role == roleReceive && l.m.alone.Load() && l.m.isSending() }

func (l *link) giveWay() error {
	l.logger.Info("remote takes one connection only: polling and sending on it in turns", "every", l.m.opts.PollEvery.String())
	return errOneConnection
}

// parted is what the work of a connection that receives ends with, after the goodbye.
func (l *link) parted() error {
	if l.m.receiving.Err() == nil && l.givesWay() {
		return l.giveWay()
	}
	return nil
}

func (l *link) announce(p *Profile, gap time.Duration) {
	state := StateReady
	if l.role == roleReceive {
		state = StateReceiving
	}
	l.enter(state)
	level := hclog.Info
	if l.visits() {
		level = hclog.Debug
	}
	args := []any{"address", l.at.address, "peer", p.Family, "version", p.Version.String(), "channel", p.ChannelID}
	if gap > 0 {
		args = append(args, "gap", gap.Round(time.Millisecond).String())
	}
	l.logger.Log(level, "link up", args...)
}
