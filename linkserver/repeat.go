package linkserver

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// cmdRepeat answers `+` by doing the last command again. There is nothing to repeat after USER and PASS. `+n` and `++` are
// refused: no history is kept, because it would hold passwords.
func (s *session) cmdRepeat(arg string) {
	switch {
	case arg != "":
		s.refuse(ReasonUnsupported, replyUnsupported)
	case len(s.last) == 0:
		s.refuse(ReasonFormat, replyNothingToRepeat)
	default:
		s.execute(s.last)
	}
}

// remember keeps a line for the command `+`, unless it may hold a password.
func (s *session) remember(verb linkwire.Verb, line []byte) {
	switch verb {
	case linkwire.VerbRepeat:
	case linkwire.VerbUser, linkwire.VerbPass:
		s.last = s.last[:0]
	default:
		s.last = append(s.last[:0], line...)
		if most := s.srv.family.history; most > 0 {
			s.past = slices.Insert(s.past, 0, string(line))
			s.past = s.past[:min(len(s.past), most)]
		}
	}
}
