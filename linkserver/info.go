package linkserver

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// errOverrun is the VSCP error number that INFO tells when events were lost for want of room.
const errOverrun = 21

// cmdNoop answers NOOP, and an empty line: everybody gets one answer per line.
func (s *session) cmdNoop(string) { s.reply(s.words().success) }

// cmdVers answers VERS with major, minor, release and build.
func (s *session) cmdVers(string) {
	v := s.srv.opts.Version
	s.reply(fmt.Sprintf("%d,%d,%d,%d", v[0], v[1], v[2], v[3]))
	s.reply(s.words().success)
}

// cmdWcyd answers WCYD with the eight capability bytes, the most significant first.
func (s *session) cmdWcyd(string) {
	s.reply(s.srv.opts.Capabilities.String())
	s.reply(s.words().success)
}

// cmdStat answers STAT with seven numbers of this connection: two that mean nothing here, events lost because its queue was
// full, then bytes and events that the server received from it and sent to it.
func (s *session) cmdStat(string) {
	c := s.counters()
	s.reply(fmt.Sprintf("0,0,%d,%d,%d,%d,%d", c.Overrun, c.ReceivedBytes, c.Received, c.SentBytes, c.Delivered))
	s.reply(s.words().success)
}

// statOfData answers STAT for families that count from the client's side, in data bytes: lost, received, sent.
func (s *session) statOfData(string) {
	c := s.counters()
	s.reply(fmt.Sprintf("0,0,%d,%d,%d,%d,%d", c.Overrun, s.counts.dataOut.Load(), c.Delivered, s.counts.dataIn.Load(), c.Received))
	s.reply(replyBare)
}

// cmdInfo answers INFO with channel status, last error, its detail (both numbers are unused here but the error) and a text. An
// overrun is told rather than a refused command: the client knows of the latter.
func (s *session) cmdInfo(string) {
	code, text := 0, ""
	switch {
	case s.queue.snapshot().overrun > 0:
		code, text = errOverrun, "Overrun"
	case s.hasErr:
		code, text = s.lastErr.errorCode(), s.lastErr.String()
	}
	s.reply(fmt.Sprintf("0,%d,0,%q", code, text))
	s.reply(s.words().success)
}

// cmdHelp answers `HELP [command]` with lines of text.
func (s *session) cmdHelp(arg string) {
	if arg != "" {
		verb, _ := linkwire.ParseCommand([]byte(arg))
		cmd, known := s.srv.family.commands[verb]
		if !known || cmd.help == "" {
			s.refuse(ReasonUnknown, replyUnknown)
			return
		}
		s.reply(cmd.help)
		s.reply(s.words().success)
		return
	}
	for _, verb := range slices.Sorted(maps.Keys(s.srv.family.commands)) {
		if help := s.srv.family.commands[verb].help; help != "" {
			s.reply(help)
		}
	}
	s.reply(s.words().success)
}
