package linkserver

import (
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// cmdSflt answers `SFLT priority,class,type,GUID`: the filter for events that come from now on. Those that wait already stay.
func (s *session) cmdSflt(arg string) {
	s.setFilter(arg, func(m *vscp.Matcher, f vscp.Filter) { m.Filter = f })
}

// cmdSmsk answers `SMSK priority,class,type,GUID`: the bits of the filter that count, none at first.
func (s *session) cmdSmsk(arg string) {
	s.setFilter(arg, func(m *vscp.Matcher, f vscp.Filter) { m.Mask = f })
}

func (s *session) setFilter(arg string, set func(*vscp.Matcher, vscp.Filter)) {
	f, err := vscp.ParseFilter(arg)
	if err != nil {
		s.refuse(ReasonFormat, replyParameter)
		return
	}
	s.queue.setFilter(func(m *vscp.Matcher) { set(m, f) })
	s.reply(replySuccess)
}
