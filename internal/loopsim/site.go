package loopsim

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Peer is a kind of link server.
type Peer struct {
	Name   string
	Erases bool // who sent an event and when: the GUID becomes that of the receiver's interface, the obid 0
	Echoes bool // shows a client its own events on its other connection
	Fills  bool // puts the GUID of the sender's interface where there is none
	// EchoDelay is how long an echo takes on top of an ordinary delivery.
	EchoDelay time.Duration
}

// Daemon returns a VSCP daemon: it keeps who sent an event, and shows a client what it sent itself.
func Daemon() Peer { return Peer{Name: "vscpd", Echoes: true, Fills: true} }

// Micro returns the CAN micro daemon: everything goes over a bus that knows no GUIDs.
func Micro() Peer { return Peer{Name: "uvscpd", Erases: true, Echoes: true} }

// Firmware returns a microcontroller: it keeps who sent an event, and shows a client nothing of its own.
func Firmware() Peer { return Peer{Name: "firmware"} }

// event is a copy of an event on its way.
type event struct {
	tag int      // what no bridge knows: which event it is
	by  *port    // that sent it to the site where it is; nil: a device there
	row vscp.Row // the text is shared
}

// site is a link server.
type site struct {
	w        *world
	index    int
	peer     Peer
	down     bool
	ports    []*port // the remotes of bridges that stand for it
	sessions []*session
}

// session is a connection to a site.
type session struct {
	site     *site
	port     *port
	id       uint32 // of the channel; free again when the session ends
	receives bool
	closed   bool          // nothing is delivered to it any more
	gone     bool          // nothing is taken from it any more
	up, back time.Duration // when the last line to the site, and the last one from it, arrive
}

// open gives the session the smallest channel id that is free.
func (s *site) open(p *port, receives bool) *session {
	x := &session{site: s, port: p, receives: receives}
	for x.id = 1; ; x.id++ {
		free := true
		for _, o := range s.sessions {
			free = free && o.id != x.id
		}
		if free {
			break
		}
	}
	s.sessions = append(s.sessions, x)
	return x
}

// remove ends a session at the site.
func (s *site) remove(x *session) {
	x.closed, x.gone = true, true
	for i, o := range s.sessions {
		if o == x {
			s.sessions = append(s.sessions[:i], s.sessions[i+1:]...)
			return
		}
	}
}

// face is the GUID of the interface of a channel.
func (s *site) face(id uint32) vscp.GUID {
	g := home(s.index)
	g[10], g[14] = 2, byte(id)
	return g
}

// take gets an event from a session, or from a device if from is nil, and shows it to the clients.
func (s *site) take(e event, from *session) {
	id := uint32(0)
	if from != nil {
		id, e.by = from.id, from.port
		s.w.tally.arrived(e.tag, s.index)
	}
	e.row.ObID = id
	if e.row.GUID.IsZero() && s.peer.Fills {
		e.row.GUID = s.face(id)
	}
	for _, p := range s.ports {
		s.show(p, e, from)
	}
}

// show delivers an event to the receiving connection of a remote.
func (s *site) show(p *port, e event, from *session) {
	own := from != nil && p == from.port
	x := p.receive
	switch {
	case own && (!s.peer.Echoes || s.peer.Erases && x == from): // a bus shows a connection nothing of its own
		return
	case x == nil && own:
		return
	case x == nil:
		s.w.tally.lose(e.tag, CauseAway)
		return
	}
	if s.peer.Erases {
		nickname := byte(0)
		if from == nil {
			nickname = e.row.GUID[15]
		}
		e.row.GUID, e.row.ObID, e.row.Time = s.face(x.id), 0, vscp.Time{}
		e.row.GUID[15] = nickname
	}
	x.back = max(x.back, s.w.clock.now+s.w.delay())
	at := x.back
	if own {
		at += s.peer.EchoDelay
	}
	s.w.clock.at(at, func() {
		if x.closed {
			if !own {
				s.w.tally.lose(e.tag, CauseCut)
			}
			return
		}
		p.arrive(e, x)
	})
}
