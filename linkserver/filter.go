package linkserver

import (
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// cmdSflt answers `SFLT priority,class,type,GUID[,number]`: the filter for events that come from now on. Those that wait already
// stay. The number is for devices with several filters: here there is one, number 0.
func (s *session) cmdSflt(arg string) {
	s.setFilter(arg, func(m *vscp.Matcher, f vscp.Filter) { m.Filter = f })
}

// cmdSmsk answers `SMSK priority,class,type,GUID[,number]`: the bits of the filter that count, none at first.
func (s *session) cmdSmsk(arg string) {
	s.setFilter(arg, func(m *vscp.Matcher, f vscp.Filter) { m.Mask = f })
}

func (s *session) setFilter(arg string, set func(*vscp.Matcher, vscp.Filter)) {
	if text, number, numbered := cutNumber(arg); numbered {
		if number != 0 {
			s.refuse(ReasonUnsupported, replyUnsupported)
			return
		}
		arg = text
	}
	f, err := vscp.ParseFilter(arg)
	if err != nil {
		s.refuse(ReasonFormat, replyParameter)
		return
	}
	s.queue.setFilter(func(m *vscp.Matcher) { set(m, f) })
	s.reply(s.words().success)
}

// cutNumber splits off the number of a filter, the fifth field.
func cutNumber(arg string) (text string, number uint64, numbered bool) {
	at := strings.LastIndexByte(arg, ',')
	if strings.Count(arg, ",") != 4 {
		return arg, 0, false
	}
	number, err := strconv.ParseUint(strings.TrimSpace(arg[at+1:]), 10, 8)
	return arg[:at], number, err == nil
}
