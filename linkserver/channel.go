package linkserver

import (
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// cmdChid answers CHID with the channel id: the obid of what this client sends.
func (s *session) cmdChid(string) {
	s.reply(strconv.FormatUint(uint64(s.srv.family.channel(s.id)), 10))
	s.reply(s.words().success)
}

// cmdGgid answers GGID with the interface GUID of the connection.
func (s *session) cmdGgid(string) {
	s.reply(s.currentGUID().String())
	s.reply(s.words().success)
}

// cmdSgid answers `SGID guid`, which sets the interface GUID of this connection. The all-zero GUID stands for "the interface
// GUID" and so cannot be one.
func (s *session) cmdSgid(arg string) {
	guid, err := vscp.ParseGUID(arg)
	if err != nil || guid.IsZero() {
		s.refuse(ReasonFormat, replyParameter)
		return
	}
	s.setGUID(guid)
	s.reply(s.words().success)
}
