package linkserver

import (
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Control is a command that is about the program, not about events.
type Control struct {
	// Command is "TEST", "SHUTDOWN" or "RESTART".
	Command string
	// Argument is what came after it.
	Argument string
	// User is the name of the login.
	User string
	// Channel is the channel id of the connection.
	Channel int
}

// ControlReply is the answer to a Control that was carried out.
type ControlReply struct {
	// Lines come before the final line. None may hold CR, LF or NUL.
	Lines []string
	// Then is called after the answer was written; a server that is to stop stops here. Nil: no call.
	Then func()
}

// cmdTest answers `TEST [arguments]` with the lines of Options.OnControl. Without that it is refused.
func (s *session) cmdTest(arg string) { s.control(linkwire.VerbTest, arg) }

// cmdShutdown answers SHUTDOWN as Options.OnControl decides. Without that it is refused.
func (s *session) cmdShutdown(arg string) { s.control(linkwire.VerbShutdown, arg) }

// cmdRestart answers RESTART as Options.OnControl decides. Without that it is refused.
func (s *session) cmdRestart(arg string) { s.control(linkwire.VerbRestart, arg) }

// control asks the program. An error is the refusal's text, if it can stand in a line.
func (s *session) control(verb linkwire.Verb, arg string) {
	ask := s.srv.opts.OnControl
	if ask == nil {
		s.refuse(ReasonUnsupported, replyNotSupported)
		return
	}
	answer, err := ask(Control{Command: string(verb), Argument: arg, User: s.user, Channel: int(s.id)})
	if err != nil {
		text := err.Error()
		if linkwire.CheckArg(text) != nil {
			text = "Error"
		}
		s.refuse(ReasonUnsupported, "-OK - "+text)
		return
	}
	for _, line := range answer.Lines {
		if linkwire.CheckArg(line) == nil {
			s.reply(line)
		}
	}
	s.reply(s.words().success)
	if answer.Then != nil {
		_ = s.flush() // a failure shows at the next write
		answer.Then()
	}
}

// cmdBinary refuses BINARY: encrypted frames on a stream have no length, so the mode is not specified well enough.
func (s *session) cmdBinary(string) { s.refuse(ReasonUnsupported, replyNoBinary) }
