package linkserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// maxAcceptDelay bounds the pause after a failed accept, such as one for want of file descriptors.
const maxAcceptDelay = time.Second

// Server serves clients of the VSCP tcp/ip link protocol. Its methods may be called from several goroutines.
type Server struct {
	opts      Options
	accounts  accounts
	family    *family
	sendLevel int // that SEND needs
	start     time.Time
	log       hclog.Logger
	spoiled   *handshakeLog

	published atomic.Uint64
	// live holds the logged-in sessions. The slice is replaced, never changed, so that Publish takes no lock.
	live atomic.Pointer[[]*session]

	mu          sync.Mutex    // guards everything below, and the replacement of live
	guid        vscp.GUID     // of the server, as new sessions get it
	life        chan struct{} // closed when the emulated process dies; then there is a new one
	sessions    map[uint16]*session
	ended       Counters // of the sessions that are gone
	connections uint64
	turnedAway  uint64
}

// New returns a server that waits for connections from Serve and ServeConn.
func New(opts Options) (*Server, error) {
	fam, err := newFamily(opts.Like)
	if err != nil {
		return nil, fmt.Errorf("linkserver: options: %w", err)
	}
	opts = opts.withDefaults()
	fam.adjust(&opts)
	if err := opts.validate(); err != nil {
		return nil, err
	}
	s := &Server{
		opts:      opts,
		accounts:  newAccounts(opts.Accounts),
		family:    fam,
		sendLevel: fam.sendLevel(),
		start:     time.Now(),
		log:       opts.Logger,
		spoiled:   newHandshakeLog(opts.Logger),
		guid:      opts.GUID,
		life:      make(chan struct{}),
		sessions:  make(map[uint16]*session),
	}
	s.opts.Accounts = nil
	s.live.Store(&[]*session{})
	return s, nil
}

// Serve accepts connections from l until ctx ends, and closes l. It returns after its connections ended: nil because of ctx,
// else the error of the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	closed := make(chan struct{})
	context.AfterFunc(ctx, func() {
		defer close(closed)
		_ = l.Close() // nothing to do about it: Accept fails next
	})
	var conns sync.WaitGroup
	err := s.accept(ctx, l, &conns)
	if ctx.Err() != nil {
		err = nil // the listener was closed by us
	}
	cancel()
	<-closed
	conns.Wait()
	return err
}

// accept starts one goroutine per connection until the listener fails for good.
func (s *Server) accept(ctx context.Context, l net.Listener, conns *sync.WaitGroup) error {
	var delay time.Duration
	for {
		conn, err := l.Accept()
		var passing interface{ Temporary() bool }
		if err == nil {
			delay = 0
			conns.Go(func() { s.ServeConn(ctx, conn) })
			continue
		}
		if ctx.Err() != nil || !errors.As(err, &passing) || !passing.Temporary() {
			return fmt.Errorf("linkserver: accept: %w", err)
		}
		delay = min(max(5*time.Millisecond, 2*delay), maxAcceptDelay)
		s.log.Warn("accept failed, trying again", "error", err, "delay", delay)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay):
		}
	}
}

// ServeConn serves one client, and returns when the connection is closed: by the client, by a timeout, or because ctx ended.
func (s *Server) ServeConn(ctx context.Context, c net.Conn) {
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		_ = c.Close() // ends the session's reads and writes
	})
	if sess := s.admit(c); sess != nil {
		sess.serve(ctx)
	} else {
		s.turnAway(c)
	}
	_ = c.Close() // may be closed already
	if !stop() {
		<-closed
	}
}

// admit makes a session with the lowest free channel id, or returns nil if the server is full.
func (s *Server) admit(c net.Conn) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sessions) >= s.opts.MaxClients {
		s.turnedAway++
		return nil
	}
	id := uint16(1)
	for s.sessions[id] != nil {
		id++
	}
	s.connections++
	sess := newSession(s, c, id)
	s.sessions[id] = sess
	return sess
}

// turnAway tells a client that it is one too many.
func (s *Server) turnAway(c net.Conn) {
	s.log.Debug("client turned away", "remote-addr", c.RemoteAddr(), "max-clients", s.opts.MaxClients)
	if s.family.turnsAwaySilent {
		return
	}
	if err := handshake(c, time.Now().Add(s.opts.LoginTimeout)); err != nil {
		s.spoiled.tell(c, err)
		return
	}
	if c.SetWriteDeadline(time.Now().Add(s.opts.WriteTimeout)) != nil {
		return
	}
	if _, err := c.Write([]byte(replyTooManyClients + "\r\n")); err == nil {
		linger(c)
	}
}

// enter lets events come to a session, from its login on.
func (s *Server) enter(sess *session) {
	sess.queue.start()
	s.mu.Lock()
	defer s.mu.Unlock()
	live := append(slices.Clip(*s.live.Load()), sess) // a copy: readers keep the old one
	s.live.Store(&live)
}

// leave frees the channel id and keeps the counters of a session that ended.
func (s *Server) leave(sess *session) {
	sess.queue.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	live := make([]*session, 0, len(s.sessions))
	for _, other := range *s.live.Load() {
		if other != sess {
			live = append(live, other)
		}
	}
	s.live.Store(&live)
	delete(s.sessions, sess.id)
	s.ended.add(sess.counters())
}

// Publish offers events to every logged-in client, with obid 0. The rows may be used again when it returns. It never waits
// for a client.
func (s *Server) Publish(rows ...*vscp.Row) {
	s.published.Add(uint64(len(rows)))
	if s.family.own != nil {
		rows = s.asFamily(rows)
	}
	b := batch{rows: rows, lines: make([][]byte, len(rows)), form: s.opts.Form, clearObID: true}
	s.deliver(nil, &b)
}

// PublishEvent is Publish for an event that has no row yet.
func (s *Server) PublishEvent(e *vscp.Event) {
	row := vscp.NewRow(e, s.opts.Form)
	s.Publish(&row)
}

// deliver offers the events of b to every logged-in session but from.
func (s *Server) deliver(from *session, b *batch) {
	for _, sess := range *s.live.Load() {
		if sess != from {
			sess.queue.push(b)
		}
	}
}

// asFamily returns the events as the family has them. It works on copies: the rows are the caller's.
func (s *Server) asFamily(rows []*vscp.Row) []*vscp.Row {
	theirs := make([]*vscp.Row, 0, len(rows))
	for _, row := range rows {
		c := *row
		c.ObID = 0
		if s.family.own(s, &c) {
			theirs = append(theirs, &c)
		}
	}
	return theirs
}

// roomFor reports whether every session but from has room for an event, and counts the loss where it has not.
func (s *Server) roomFor(from *session) bool {
	room := true
	for _, sess := range *s.live.Load() {
		if sess != from && !sess.queue.room() {
			room = false
		}
	}
	return room
}

// die ends all sessions at once, as if the process had died and been started again.
func (s *Server) die() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sess := range s.sessions {
		_ = sess.conn.Close() // nothing can be done about it
	}
	close(s.life)
	s.life = make(chan struct{})
}

// setGUID gives one GUID to the server and to all its sessions.
func (s *Server) setGUID(guid vscp.GUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guid = guid
	for _, sess := range s.sessions {
		sess.setGUID(guid)
	}
}

// micros is the clock of servers that stamp events with microseconds since their start. It wraps after 71.6 minutes.
func (s *Server) micros() uint32 { return uint32(time.Since(s.start).Microseconds()) }
