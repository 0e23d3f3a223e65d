package linkserver

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// vscpdRepeat answers `+`, `+n` and `++`. A repeated line is echoed before its answer; the list has no final line. Lines with
// passwords are not kept, as they are there.
func (s *session) vscpdRepeat(arg string) {
	if arg == "+" {
		for _, line := range s.past {
			s.reply(line)
		}
		return
	}
	n, _, _ := cNumber(arg, 10)
	if n >= uint64(len(s.past)) {
		s.refuse(ReasonFormat, s.words().parameter)
		return
	}
	line := s.past[n]
	s.reply(line)
	s.execute([]byte(line))
}

// vscpdUser refuses an empty name.
func (s *session) vscpdUser(arg string) {
	if arg == "" && !s.loggedIn {
		s.refuse(ReasonFormat, s.words().parameter)
		return
	}
	s.cmdUser(arg)
}

// vscpdPass closes also after an empty password.
func (s *session) vscpdPass(arg string) {
	if arg == "" && !s.loggedIn && s.hasName {
		s.refuse(ReasonFormat, s.words().parameter)
		s.closing = true
		return
	}
	s.cmdPass(arg)
}

// vscpdRetr takes no count for one, and 16 bits of the others.
func (s *session) vscpdRetr(arg string) {
	n, _, _ := cNumber(arg, 10)
	s.retrieve(uint64(max(1, uint16(n))))
}

// vscpdStat counts lost events only.
func (s *session) vscpdStat(string) {
	s.reply("0,0," + strconv.FormatUint(s.queue.snapshot().overrun, 10) + ",0,0,0,0")
	s.reply(replySuccess)
}

// vscpdInfo tells a status that it does not keep.
func (s *session) vscpdInfo(string) {
	s.reply(`0,0,0,""`)
	s.reply(replySuccess)
}

// vscpdSgid takes everything for a GUID.
func (s *session) vscpdSgid(arg string) {
	guid, _ := cGUID(arg)
	s.setGUID(guid)
	s.reply(replySuccess)
}

// vscpdInterface lists after every word it does not know, and leaves two that it knows without an answer.
func (s *session) vscpdInterface(arg string) {
	sub, _, _ := strings.Cut(strings.ToUpper(arg), " ")
	switch sub {
	case "UNIQUE":
		s.refuse(ReasonFormat, "-OK - Interface not found.")
		return
	case "NORMAL", "CLOSE":
		return
	}
	for _, c := range s.srv.Stats().Clients {
		s.reply(fmt.Sprintf("%d,%d,%s,Remote tcp/ip server connection @ [%v] | Started at %s", c.Channel, vscpdInterface, c.GUID,
			s.conn.LocalAddr(), c.Since.UTC().Format(time.RFC3339)))
	}
	s.reply(replySuccess)
}

// vscpdMeasurement answers success, without a login too, and the event goes nowhere.
func (s *session) vscpdMeasurement(arg string) {
	fields := strings.Split(strings.ToLower(arg), ",")
	if len(fields) < 5 || fields[0] != "float" && fields[0] != "string" {
		s.refuse(ReasonFormat, s.words().parameter)
		return
	}
	switch fields[1] {
	case "level1", "level2", "0", "1":
		s.reply(replySuccess)
	default:
		s.refuse(ReasonFormat, s.words().parameter)
	}
}

// vscpdHelp answers each HELP with success.
func (s *session) vscpdHelp(arg string) {
	if arg == "" {
		for line := range strings.Lines(vscpdHelp) {
			s.reply(strings.TrimSuffix(line, "\n"))
		}
	} else {
		s.reply("There is no help for '" + arg + "'.")
	}
	s.reply(replySuccess)
}

// vscpdSflt and vscpdSmsk keep what there is of a filter that they refuse as too short, and do not answer one with a field that
// is no number.
func (s *session) vscpdSflt(arg string) { s.vscpdFilter(arg, filterOf) }

func (s *session) vscpdSmsk(arg string) { s.vscpdFilter(arg, maskOf) }

func filterOf(m *vscp.Matcher) *vscp.Filter { return &m.Filter }

func maskOf(m *vscp.Matcher) *vscp.Filter { return &m.Mask }

func (s *session) vscpdFilter(arg string, half func(*vscp.Matcher) *vscp.Filter) {
	fields := strings.Split(arg, ",")
	var f vscp.Filter
	known := 0
	for i, set := range []func(uint64){
		func(n uint64) { f.Priority = uint8(n) }, func(n uint64) { f.Class = vscp.Class(n) }, func(n uint64) { f.Type = uint16(n) },
	} {
		if i < len(fields) {
			if n, _, read := cNumber(fields[i], 10); read {
				set(n)
				known++
			}
		}
	}
	if len(fields) < 4 {
		s.queue.setFilter(func(m *vscp.Matcher) { *half(m) = f })
		s.refuse(ReasonFormat, s.words().parameter)
		return
	}
	guid, err := vscp.ParseGUID(fields[3])
	if known < 3 || err != nil {
		return // no answer
	}
	f.GUID = guid
	s.queue.setFilter(func(m *vscp.Matcher) { *half(m) = f })
	s.reply(replySuccess)
}
