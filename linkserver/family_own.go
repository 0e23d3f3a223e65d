package linkserver

import (
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// newOwnFamily returns our own traits: whole words, one final line for each line, and every limit from the options.
func newOwnFamily() *family {
	return &family{
		words: wording{
			success: replySuccess, userAccepted: replyUserAccepted, passAccepted: replySuccess, bye: replyBye, cleared: replyCleared,
			loopEntered: replyLoopEntered, loopLeft: replyLoopLeft, unknown: replyUnknown, parameter: replyParameter,
			tooLong: replyParameter, noEvent: replyNoEvent, credentials: replyCredentials, needLogin: replyNeedLogin,
			privilege: replyPrivilege,
		},
		commands:   newCommands(),
		parse:      linkwire.ParseCommand,
		adjust:     func(*Options) {},
		greeting:   (*session).ownGreeting,
		maxLine:    linkwire.MaxLine,
		channel:    func(id uint16) uint32 { return uint32(id) },
		clientGUID: vscp.GUID.Interface,
		take:       (*session).takeEvent,
	}
}

func (s *session) ownGreeting() []string {
	v := s.srv.opts.Version
	return []string{
		fmt.Sprintf("Welcome to the VSCP tcp/ip server [%s].", s.srv.opts.Name),
		fmt.Sprintf("Version: %d.%d.%d-%d", v[0], v[1], v[2], v[3]),
		replySuccess,
	}
}
