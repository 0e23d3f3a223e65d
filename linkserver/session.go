package linkserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// session is one connection. The goroutine of ServeConn owns it; the fields that others use say so.
type session struct {
	srv    *Server
	conn   net.Conn
	id     uint16
	since  time.Time
	queue  *rowQueue
	counts sessionCounters

	reader   *linkwire.Reader
	out      []byte // replies and RETR rows not yet written
	outRows  int    // rows in out
	rowBytes int    // their text
	outErr   error  // of the first flush that failed
	closing  bool   // the last reply ends the session
	lastLine time.Time
	gotLine  bool // a line was completed since the last read
	level    int
	hasName  bool // USER was given
	lastErr  Reason
	hasErr   bool
	loop     *pushLoop       // nil outside the receive loop
	last     []byte          // line of the last command, for `+`
	past     []string        // those before, newest first, where the family keeps them
	sends    vscp.Matcher    // what may be sent, where filters are about that
	died     <-chan struct{} // the emulated process of this session died
	row      vscp.Row        // of the SEND in progress
	batch    batch           // of the SEND in progress

	// rowMu is held in the receive loop from taking rows out of the queue until they are written, so that a RETR there keeps
	// the order. It is locked before writeMu.
	rowMu sync.Mutex
	// writeMu guards writing to conn, by the owner for replies and by push for rows and keep-alives, and writeErr.
	writeMu  sync.Mutex
	writeErr error // of the first write that failed: part of a line may be out, so there is no other

	mu       sync.Mutex // guards the fields below, which the owner changes and reads without it
	user     string
	loggedIn bool
	inLoop   bool
	guid     vscp.GUID
}

func newSession(srv *Server, conn net.Conn, id uint16) *session {
	now := time.Now()
	s := &session{
		srv:      srv,
		conn:     conn,
		id:       id,
		since:    now,
		lastLine: now,
		queue:    newRowQueue(srv.opts.QueueEvents, srv.opts.QueueBytes),
		guid:     srv.family.clientGUID(srv.guid, id),
		died:     srv.life,
	}
	var src io.Reader = source{s}
	if srv.family.source != nil {
		src = srv.family.source(s, src)
	}
	s.reader = linkwire.NewReader(src, srv.family.maxLine)
	if srv.family.row != nil {
		s.queue.write = s.familyRow
	}
	s.queue.dies = srv.family.stopsWhenFull
	s.batch = batch{rows: []*vscp.Row{&s.row}, lines: make([][]byte, 1), form: srv.opts.Form}
	return s
}

// errDead ends the reading of a session that a full queue has killed.
var errDead = errors.New("dead since its queue was full")

// serve runs the session to its end. ctx ends one that is dead, and deaf to its connection.
func (s *session) serve(ctx context.Context) {
	s.srv.log.Debug("client connected", "channel-id", s.id, "remote-addr", s.conn.RemoteAddr())
	if s.srv.family.queueFromConnect {
		s.srv.enter(s)
	}
	err := s.run()
	if s.queue.isDead() {
		select {
		case <-ctx.Done():
		case <-s.died:
		}
	}
	if err == nil {
		linger(s.conn)
	}
	_ = s.conn.Close() // ends a write of push; the connection is done either way
	s.stopLoop()
	s.srv.leave(s)
	s.srv.spoiled.tell(s.conn, err)
	c := s.counters()
	s.srv.log.Debug("client gone", "channel-id", s.id, "cause", cause(err), "received", c.Received,
		"delivered", c.Delivered, "overrun", c.Overrun, "discarded", c.Discarded)
}

// run greets, then reads and answers lines. It returns nil if we had the last word, else why reading or writing failed.
func (s *session) run() error {
	if err := handshake(s.conn, s.since.Add(s.srv.opts.LoginTimeout)); err != nil {
		return err
	}
	for _, line := range s.srv.family.greeting(s) {
		s.reply(line)
	}
	for !s.closing {
		line, err := s.reader.ReadLine()
		if err != nil && !errors.Is(err, linkwire.ErrLineTooLong) {
			return err
		}
		if s.queue.isDead() {
			return errDead
		}
		s.gotLine = true
		if s.srv.family.loginOptional && !s.loggedIn {
			s.setLoggedIn()
		}
		s.counts.commands.Add(1)
		if err != nil {
			s.refuse(ReasonLineTooLong, s.words().tooLong)
		} else {
			s.execute(line)
		}
		if len(s.out) >= maxWrite {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	return s.flush()
}

// execute answers one line with exactly one final line; families have their exceptions.
func (s *session) execute(line []byte) {
	if bytes.IndexByte(line, 0) >= 0 {
		s.refuse(ReasonFormat, s.words().parameter)
		return
	}
	if arg, ok := linkwire.IsSend(line); ok {
		s.remember(linkwire.VerbSend, line)
		if s.allowed(s.srv.sendLevel) {
			s.send(arg)
		}
		return
	}
	verb, arg := s.srv.family.parse(line)
	s.remember(verb, line)
	cmd, known := s.srv.family.commands[verb]
	if !known {
		s.refuse(ReasonUnknown, s.words().unknown)
		return
	}
	if s.allowed(cmd.level) {
		cmd.run(s, arg)
	}
}

// allowed refuses a command that needs a login or a higher level.
func (s *session) allowed(level int) bool {
	switch {
	case level == levelNone:
		return true
	case !s.loggedIn:
		s.refuse(ReasonNotLoggedIn, s.words().needLogin)
		return false
	case s.level < level:
		s.refuse(ReasonPrivilege, s.words().privilege)
		return false
	default:
		return true
	}
}

// words are the family's.
func (s *session) words() *wording { return &s.srv.family.words }

// familyRow writes a row with CR LF for this session.
func (s *session) familyRow(row *vscp.Row) []byte {
	return append(s.srv.family.row(nil, row, s.currentGUID()), '\r', '\n')
}

// currentGUID is that of the connection, which the owner and, where all connections share one, others may change.
func (s *session) currentGUID() vscp.GUID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guid
}

func (s *session) setGUID(guid vscp.GUID) {
	s.mu.Lock()
	s.guid = guid
	s.mu.Unlock()
}

// reply adds a line of the answer.
func (s *session) reply(line string) {
	s.out = append(s.out, line...)
	s.out = append(s.out, '\r', '\n')
}

// refuse adds a final line and counts it.
func (s *session) refuse(reason Reason, line string) {
	s.counts.refused[reason].Add(1)
	if reason.errorCode() != 0 {
		s.lastErr, s.hasErr = reason, true
	}
	s.reply(line)
}

// cause names the end of a session for the log.
func cause(err error) string {
	switch {
	case err == nil:
		return "quit"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	default:
		return err.Error()
	}
}
