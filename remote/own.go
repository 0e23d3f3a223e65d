package remote

import (
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// channel is an id that the peer gave one of our connections.
type channel struct {
	link  *link
	id    uint32
	until time.Time // zero while the connection is up
}

// channelGrace is how long events of a closed connection may still come back.
const channelGrace = 2 * time.Second

// opened notes what a new connection learned, before it sends anything.
func (m *Manager) opened(l *link, p *Profile) {
	if m.opts.Echoes != nil {
		m.opts.Echoes(p.Erases && p.Echoes && l.role != roleSingle && m.opts.Receive != ReceiveNone)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.Version != m.profile.Version {
		m.form = vscp.TimeNone // another server may write another form
	}
	m.profile = *p
	if l.role == roleReceive {
		return
	}
	l.backlog.Store(0)
	m.forget(time.Now())
	if p.ChannelID != 0 {
		m.channels = append(m.channels, channel{link: l, id: p.ChannelID})
	}
}

// closed starts the grace of the channel ids of a connection.
func (m *Manager) closed(l *link) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.channels {
		if c := &m.channels[i]; c.link == l && c.until.IsZero() {
			c.until = time.Now().Add(channelGrace)
		}
	}
}

// Follow makes m know the connections of the manager of the same remote that served before and has ended: what that sent may still
// come back. It is called before Run.
func (m *Manager) Follow(before *Manager) {
	before.mu.Lock()
	defer before.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range before.channels {
		m.channels = append(m.channels, channel{id: c.id, until: c.until}) // without its link, which is done with
	}
}

// forget drops the channel ids whose grace is over, with m.mu held.
func (m *Manager) forget(now time.Time) {
	m.channels = slices.DeleteFunc(m.channels, func(c channel) bool { return !c.until.IsZero() && !now.Before(c.until) })
}

// own appends the channel ids that mark an event as sent by us.
func (m *Manager) own(dst []uint32, now time.Time) []uint32 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	for _, c := range m.channels {
		dst = append(dst, c.id)
	}
	return dst
}
