package remote

import (
	"context"
	"sync"
	"time"
)

// lead makes the connections that follow this one go where it went, and looks for a better address while it is up. The returned
// function ends that.
func (l *link) lead(ctx context.Context) (end func()) {
	at := l.at
	if before := l.m.target.Swap(&at); before != nil && before.dialled != at.dialled {
		for _, follower := range l.m.senders.Load().links {
			follower.poke()
		}
	}
	l.homeward.Store(false)
	if at.index == 0 || l.visits() { // a visit begins with the first address anyway
		return func() {}
	}
	l.logger.Warn("connected to another address than the first, which is tried again", "address", at.address, "every", l.m.opts.ReturnEvery.String())
	ctx, cancel := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { l.watchBetter(ctx, at.index) })
	return func() {
		cancel()
		watch.Wait()
	}
}

// astray reports whether the connection is to be made anew, in order, because it leads elsewhere than it should by now.
func (l *link) astray() bool {
	if l.role != roleSend {
		return l.homeward.Load() || l.givesWay()
	}
	t := l.m.target.Load()
	return t != nil && t.dialled != l.at.dialled
}

// watchBetter tries the addresses before the present one until one greets.
func (l *link) watchBetter(ctx context.Context, present int) {
	every := time.NewTicker(l.m.opts.ReturnEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		for _, address := range l.m.opts.Addresses[:present] {
			c, err := Dial(ctx, address, l.m.opts.Client)
			if err != nil {
				continue
			}
			_ = c.Quit(ctx) // it has greeted, that is all that was asked
			l.logger.Info("an earlier address answers again, returning to it", "address", address)
			l.homeward.Store(true)
			l.poke()
			return
		}
	}
}
