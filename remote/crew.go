package remote

import (
	"context"
	"slices"
	"sync"
)

// crew are the connections that send beside the first one of a remote. Where that one receives and does nothing else, they may come
// and go while it stays.
type crew struct {
	links  []*link
	spread *spread            // divides the outbox among them; nil if there is one
	leave  context.Context    // ends when they are not wanted any more
	stop   context.CancelFunc // ends it
}

// populate makes the links.
func (m *Manager) populate(roles []string) {
	if len(roles) > 1 && roles[0] != roleReceive {
		m.spread = newSpread(m.outbox, len(roles))
	}
	if roles[0] == roleReceive && len(roles) > 1 {
		m.first, m.crew = newLink(context.Background(), m, roleReceive, 0), newCrew(m)
	} else {
		all := newLinks(context.Background(), m, roles, m.spread)
		m.first = all[0]
		if len(all) > 1 {
			m.crew = &crew{links: all[1:], stop: func() {}}
		}
	}
	m.relistLocked() // nobody else knows the manager yet
}

// newLinks returns a link for each role, which take part in a spread if there is one, and are wanted until leave ends.
func newLinks(leave context.Context, m *Manager, roles []string, s *spread) []*link {
	links := make([]*link, len(roles))
	for i, role := range roles {
		number := i + 1
		if s == nil {
			number = 0
		}
		links[i] = newLink(leave, m, role, number)
		if s != nil {
			links[i].lane = s.lane(i)
			links[i].outbox = links[i].lane
		}
	}
	return links
}

// newCrew returns links for the connections beside one that receives.
func newCrew(m *Manager) *crew {
	c := &crew{}
	c.leave, c.stop = context.WithCancel(context.Background())
	n := m.opts.SendConnections
	if n > 1 {
		c.spread = newSpread(m.outbox, n)
	}
	c.links = newLinks(c.leave, m, slices.Repeat([]string{roleSend}, n), c.spread)
	return c
}

// run returns after the links did: when ctx ends, when they are not wanted any more, or when the manager's stop reached them.
func (c *crew) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var spreading, sending sync.WaitGroup
	if c.spread != nil {
		spreading.Go(func() { c.spread.run(ctx) })
	}
	for _, l := range c.links[1:] {
		sending.Go(func() { _ = l.run(ctx) })
	}
	_ = c.links[0].run(ctx)
	sending.Wait()
	cancel()
	spreading.Wait()
}

// SetSending makes the connections that send come or go, while the one that receives stays as it is. It may be called at any time,
// and does not wait. It reports whether the remote is, or will be, as asked; if not, which is where the connections would be others than
// one that receives and those that send beside it, it has done nothing: then this takes another manager.
//
// Those that come are dialled when the connection that receives is up; until they are up, Status says that the remote is not. Those that
// go take nothing more from the outbox: what was sent is answered and settled, the rest is released, and the connection is ended with
// QUIT; Status does not show them any more. Connections that come after others begin when those have ended, so that one goroutine uses
// the outbox at a time. If the peer takes one connection only, the one that receives is given up for one that does both in turns.
func (m *Manager) SetSending(on bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	with, without := m.opts.roles(true), m.opts.roles(false)
	switch {
	case on == m.sends:
		return true
	case on && m.outbox == Outbox(nothing{}):
		return false
	case slices.Equal(with, without): // one connection does what there is to do
		m.sends = on
		return true
	case with[0] != roleReceive || m.first.role != roleReceive:
		return false
	}
	m.sends = on
	if on {
		m.crew = newCrew(m)
		m.startCrewLocked()
		m.first.poke() // it may have to give way
	} else {
		m.crew.stop()
		m.crew = nil
	}
	m.relistLocked()
	return true
}

// isSending reports whether anything is to be sent.
func (m *Manager) isSending() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sends
}

// relistLocked notes which links there are.
func (m *Manager) relistLocked() {
	m.links = []*link{m.first}
	if m.crew != nil {
		m.links = append(m.links, m.crew.links...)
	}
	m.senders.Store(&senders{slices.DeleteFunc(slices.Clone(m.links), func(l *link) bool { return l.role != roleSend })})
}

// senders are the links beside the first one, for who does not want to wait for a lock.
type senders struct{ links []*link }

// startCrewLocked starts the goroutine of the crew, if there is work for it and none is at it.
func (m *Manager) startCrewLocked() {
	if m.crew == nil || m.running == nil || m.sending != nil {
		return
	}
	done := make(chan struct{})
	m.sending = done
	go m.send(m.running, done)
}

// send runs one crew after the other, until there is none.
func (m *Manager) send(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	for c := m.crewAfter(nil); c != nil; c = m.crewAfter(c) {
		c.run(ctx)
	}
}

// crewAfter returns the crew to run when the last one has ended, or nil if there is none: it was sent away, or has done its work.
func (m *Manager) crewAfter(last *crew) *crew {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.crew == nil || m.crew == last {
		m.sending = nil
		return nil
	}
	return m.crew
}

// beginSending lets crews run, until awaitSending.
func (m *Manager) beginSending(ctx context.Context) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = ctx
	m.startCrewLocked()
}

// awaitSending returns when no crew is at work, and lets none begin then.
func (m *Manager) awaitSending() {
	for done := m.endSending(); done != nil; done = m.endSending() {
		<-done
	}
}

// endSending lets no crew begin any more, unless one is at work: then it returns what tells its end.
func (m *Manager) endSending() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sending == nil {
		m.running = nil
	}
	return m.sending
}
