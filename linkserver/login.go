package linkserver

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
)

// maxToken bounds the argument of CHALLENGE, as other servers do.
const maxToken = 256

// cmdUser answers `USER name`. Whether the name exists is not told; the last USER counts. After the login it does nothing.
func (s *session) cmdUser(arg string) {
	if s.loggedIn {
		s.reply(s.words().success)
		return
	}
	if len(arg) > maxLogin || (arg == "" && !s.srv.accounts.open) {
		s.refuse(ReasonFormat, s.words().parameter)
		return
	}
	s.setUser(arg)
	s.hasName = true
	s.reply(s.words().userAccepted)
}

// cmdPass answers `PASS password`. A wrong one ends the connection after the answer. After the login it does nothing.
func (s *session) cmdPass(arg string) {
	if s.loggedIn {
		s.reply(s.words().success)
		return
	}
	if !s.hasName {
		s.refuse(ReasonCredentials, replyNeedUser)
		return
	}
	level, ok := s.srv.accounts.check(s.user, arg)
	if !ok {
		s.srv.log.Debug("login refused", "channel-id", s.id, "user", strconv.Quote(s.user))
		s.refuse(ReasonCredentials, s.words().credentials)
		s.closing = true
		return
	}
	s.level = level
	// Its queue takes events before anybody can see that it is logged in, and count on that.
	if !s.srv.family.queueFromConnect {
		s.srv.enter(s)
	}
	s.setLoggedIn()
	s.srv.log.Debug("client logged in", "channel-id", s.id, "user", strconv.Quote(s.user), "level", level)
	s.reply(s.words().passAccepted)
}

// cmdChallenge answers `CHALLENGE [token]` with a session id in the final line. Nothing in the protocol uses it.
func (s *session) cmdChallenge(arg string) {
	if len(arg) > maxToken {
		s.refuse(ReasonFormat, replyNoSID)
		return
	}
	var sid [16]byte
	_, _ = rand.Read(sid[:]) // never fails: it ends the program if there is no randomness
	s.reply("+OK - " + hex.EncodeToString(sid[:]))
}

// cmdQuit answers QUIT, then the connection is closed.
func (s *session) cmdQuit(string) {
	s.reply(s.words().bye)
	s.closing = true
}

func (s *session) setUser(name string) {
	s.mu.Lock()
	s.user = name
	s.mu.Unlock()
}

func (s *session) setLoggedIn() {
	s.mu.Lock()
	s.loggedIn = true
	s.mu.Unlock()
}
