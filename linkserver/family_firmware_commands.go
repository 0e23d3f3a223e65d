package linkserver

import (
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// firmwareUser may come again after the login, and so may PASS.
func (s *session) firmwareUser(arg string) {
	s.setUser(arg)
	s.hasName = true
	s.reply(s.words().userAccepted)
}

func (s *session) firmwarePass(arg string) {
	if s.loggedIn && s.srv.accounts.right(s.user, arg) {
		s.reply(s.words().passAccepted)
		return
	}
	if s.loggedIn {
		s.refuse(ReasonCredentials, s.words().credentials)
		s.closing = true
		return
	}
	s.cmdPass(arg)
}

func (s *session) firmwareHelp(string) {
	for line := range strings.Lines(firmwareHelp) {
		s.reply(strings.TrimSuffix(line, "\n"))
	}
	s.reply(replyBare)
}

// firmwareWcyd puts the decimal number behind the bytes.
func (s *session) firmwareWcyd(string) {
	s.reply(fmt.Sprintf("%v %d", s.srv.opts.Capabilities, uint64(s.srv.opts.Capabilities)))
	s.reply(replySuccess)
}

// firmwareInfo ends without the plus.
func (s *session) firmwareInfo(string) {
	s.reply(`0,0,0,""`)
	s.reply("OK")
}

func (s *session) firmwareInterface(arg string) {
	if arg != "" && !strings.EqualFold(arg, "LIST") {
		s.refuse(ReasonFormat, replyParameter)
		return
	}
	s.reply("1 rows")
	s.reply("0,1," + s.currentGUID().String() + ",Interface for the device itself")
	s.reply(replySuccess)
}

// firmwareRetr takes what is no count for one.
func (s *session) firmwareRetr(arg string) {
	n, _, _ := cNumber(arg, 10)
	if strings.HasPrefix(arg, "-") {
		n = 1
	}
	s.retrieve(max(1, n))
}

// firmwareSgid sets the GUID of the device, for all connections, and says that it did not.
func (s *session) firmwareSgid(arg string) {
	guid, read := cGUID(arg)
	switch {
	case arg != "" && !read:
		s.refuse(ReasonFormat, replyError)
		return
	case read:
		s.srv.setGUID(guid)
	}
	s.refuse(ReasonFormat, replyParameter)
}

// firmwareFilter sets the filter or the mask for what this connection sends.
func (s *session) firmwareFilter(arg string, half func(*vscp.Matcher) *vscp.Filter) {
	f, err := vscp.ParseFilter(strings.Join(strings.SplitN(arg, ",", 5)[:min(4, strings.Count(arg, ",")+1)], ","))
	if err != nil {
		s.refuse(ReasonFormat, replyParameter)
		return
	}
	*half(&s.sends) = f
	s.reply(replySuccess)
}

// firmwareTest has nothing to do unless the program has.
func (s *session) firmwareTest(arg string) {
	if s.srv.opts.OnControl == nil {
		s.reply(replySuccess)
		return
	}
	s.cmdTest(arg)
}
