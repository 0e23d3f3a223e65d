package linkserver

import (
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Reason says why the server refused a command. The numbers may change; the names do not.
type Reason uint8

// The reasons, each with the reply it stands for.
const (
	ReasonFormat      Reason = iota // the argument could not be read, or the line holds a NUL
	ReasonLineTooLong               // the line exceeds linkwire.MaxLine
	ReasonUnknown                   // no such command
	ReasonUnsupported               // a command that this server does not carry out
	ReasonNotLoggedIn               // the command needs a login
	ReasonPrivilege                 // the account's level is too low
	ReasonCredentials               // wrong name or password, or a password without a name
	ReasonNoEvent                   // RETR asked for more than there was
	reasonCount
)

// String returns the name, such as "line_too_long".
func (r Reason) String() string {
	switch r {
	case ReasonFormat:
		return "format"
	case ReasonLineTooLong:
		return "line_too_long"
	case ReasonUnknown:
		return "unknown_command"
	case ReasonUnsupported:
		return "unsupported"
	case ReasonNotLoggedIn:
		return "not_logged_in"
	case ReasonPrivilege:
		return "privilege"
	case ReasonCredentials:
		return "credentials"
	case ReasonNoEvent:
		return "no_event"
	default:
		return "unknown_reason"
	}
}

// errorCode is the VSCP error number that INFO tells for a refusal, 0 for one that is no error.
func (r Reason) errorCode() int {
	switch r {
	case ReasonFormat, ReasonLineTooLong:
		return 34
	case ReasonUnknown:
		return 72
	case ReasonUnsupported:
		return 17
	case ReasonNotLoggedIn, ReasonPrivilege:
		return 74
	case ReasonCredentials:
		return 73
	default:
		return 0
	}
}

// Counters counts what happened on one session, or on all of them. At every moment
// Offered = Filtered + Overrun + Delivered + Cleared + Discarded + Waiting + rows being written.
type Counters struct {
	Commands      uint64            // lines answered
	Refused       map[Reason]uint64 // lines answered with -OK
	Received      uint64            // events taken from SEND
	ReceivedBytes uint64            // their text, without the verb and the line end
	Offered       uint64            // events that came up for the client
	Filtered      uint64            // not wanted by its filter
	Overrun       uint64            // dropped because its queue was full
	Delivered     uint64            // rows written to it
	SentBytes     uint64            // their text, line ends included
	Cleared       uint64            // dropped by CLRA
	Discarded     uint64            // still waiting, or being written, when the connection ended
	Waiting       int               // in the queue now
}

// add sums up; the map of c must not be shared.
func (c *Counters) add(other Counters) {
	c.Commands += other.Commands
	for reason, n := range other.Refused {
		if c.Refused == nil {
			c.Refused = make(map[Reason]uint64, reasonCount)
		}
		c.Refused[reason] += n
	}
	c.Received += other.Received
	c.ReceivedBytes += other.ReceivedBytes
	c.Offered += other.Offered
	c.Filtered += other.Filtered
	c.Overrun += other.Overrun
	c.Delivered += other.Delivered
	c.SentBytes += other.SentBytes
	c.Cleared += other.Cleared
	c.Discarded += other.Discarded
	c.Waiting += other.Waiting
}

// Stats is a snapshot of the server. The counters sum up over all sessions since the start; Clients has the present ones.
type Stats struct {
	Counters
	Connections uint64 // accepted since the start
	TurnedAway  uint64 // connections refused because MaxClients were there
	Published   uint64 // events given to Publish
	LoggedIn    int
	Clients     []ClientStats // by channel id
}

// ClientStats is a snapshot of one session.
type ClientStats struct {
	Counters
	Channel     int
	Addr        net.Addr
	User        string // empty before the login
	LoggedIn    bool
	ReceiveLoop bool
	GUID        vscp.GUID
	Since       time.Time
}

// sessionCounters are written by the goroutines of one session and read by anybody.
type sessionCounters struct {
	commands, received, receivedBytes, delivered, sentBytes, discarded atomic.Uint64
	dataIn, dataOut                                                    atomic.Uint64 // data bytes, where STAT tells them
	refused                                                            [reasonCount]atomic.Uint64
}

// counters combines those of the session and of its queue. The queue comes last: a row on its way from one to the other is
// then missing, not counted twice.
func (s *session) counters() Counters {
	delivered, discarded := s.counts.delivered.Load(), s.counts.discarded.Load()
	q := s.queue.snapshot()
	c := Counters{
		Commands:      s.counts.commands.Load(),
		Received:      s.counts.received.Load(),
		ReceivedBytes: s.counts.receivedBytes.Load(),
		Offered:       q.offered,
		Filtered:      q.filtered,
		Overrun:       q.overrun,
		Delivered:     delivered,
		SentBytes:     s.counts.sentBytes.Load(),
		Cleared:       q.cleared,
		Discarded:     q.discarded + discarded,
		Waiting:       q.waiting,
	}
	for i := range s.counts.refused {
		if n := s.counts.refused[i].Load(); n > 0 {
			if c.Refused == nil {
				c.Refused = make(map[Reason]uint64, reasonCount)
			}
			c.Refused[Reason(i)] = n
		}
	}
	return c
}

// snapshot returns what others may know of the session.
func (s *session) snapshot() ClientStats {
	c := ClientStats{Counters: s.counters(), Channel: int(s.id), Addr: s.conn.RemoteAddr(), Since: s.since}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.User, c.LoggedIn, c.ReceiveLoop, c.GUID = s.user, s.loggedIn, s.inLoop, s.guid
	return c
}

// Stats returns a snapshot.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := Stats{Connections: s.connections, TurnedAway: s.turnedAway, Published: s.published.Load()}
	stats.add(s.ended)
	for _, sess := range s.sessions {
		client := sess.snapshot()
		stats.add(client.Counters)
		if client.LoggedIn {
			stats.LoggedIn++
		}
		stats.Clients = append(stats.Clients, client)
	}
	slices.SortFunc(stats.Clients, func(a, b ClientStats) int { return a.Channel - b.Channel })
	return stats
}
