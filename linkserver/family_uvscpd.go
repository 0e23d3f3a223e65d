package linkserver

import (
	"strconv"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	uvscpdClients = 5
	uvscpdQueue   = 100
	uvscpdMaxLine = 319
	// uvscpdQuiet is how long no row may have come before a keep-alive.
	uvscpdQuiet = 200 * time.Millisecond
)

// The final lines that only uvscpd has.
const (
	replyBare           = "+OK"
	replyWrongArguments = "-OK - wrong number of arguments"
	replyBadFrame       = "-OK - format error in CAN frame"
	replyNotCapable     = "-OK - uvscpd is not capable of restart/shutdown"
)

// newUvscpdFamily returns the traits of uvscpd 1.0: whole words, nobody has to log in, and events are CAN frames, which carry no
// GUID, no time, and a head of 4 bits.
func newUvscpdFamily() *family {
	return &family{
		words: wording{
			success: replyBare, bye: "+OK - bye", cleared: replyCleared, loopEntered: replyBare, loopLeft: replyBare,
			unknown: "-OK - invalid command", parameter: "-OK", tooLong: "-OK - line length exceeded", noEvent: replyNoEvent,
		},
		commands:         uvscpdCommands(),
		parse:            parseUvscpd,
		adjust:           adjustUvscpd,
		greeting:         uvscpdGreeting,
		turnsAwaySilent:  true,
		queueFromConnect: true,
		loginOptional:    true,
		maxLine:          uvscpdMaxLine,
		idleKeepAlive:    uvscpdQuiet,
		channel:          func(uint16) uint32 { return 0 },
		clientGUID:       func(server vscp.GUID, _ uint16) vscp.GUID { return server },
		take:             (*session).takeUvscpd,
		own:              ownUvscpd,
		row:              rowUvscpd,
		countsData:       true,
		stopsWhenFull:    true,
	}
}

func adjustUvscpd(o *Options) {
	o.Version = [4]int{1, 0, 0, 0}
	o.Capabilities = vscp.CapLinkServer | vscp.CapIPv4 | vscp.CapConnections
	o.KeepAlive = 2 * time.Second
	o.LoginTimeout = o.IdleTimeout // nobody has to log in
	o.MaxClients = uvscpdClients
	o.QueueEvents = uvscpdQueue
}

func uvscpdGreeting(*session) []string {
	return []string{"uvscpd 1.0.0", "maintainer@example.org", "+OK - Success, connected to vcan0"}
}

// parseUvscpd takes whole words. The whole line becomes lower case, passwords too.
func parseUvscpd(line []byte) (linkwire.Verb, string) {
	text := strings.ToLower(strings.TrimSpace(string(line)))
	if strings.HasPrefix(text, "+") && len(text) > 1 && text[1] != ' ' {
		return verbUnknown, ""
	}
	word, arg, _ := strings.Cut(text, " ")
	switch word {
	case "exit", "retrieve", "chkdata", "clrall", "clearall", "getchid", "client":
		return verbUnknown, ""
	}
	verb, _ := linkwire.ParseCommand([]byte(word))
	return verb, strings.Join(strings.Fields(arg), " ")
}

// arguments refuses other numbers of arguments.
func arguments(least, most int, run func(*session, string)) command {
	return command{run: func(s *session, arg string) {
		if n := len(strings.Fields(arg)); n < least || n > most {
			s.refuse(ReasonFormat, replyWrongArguments)
			return
		}
		run(s, arg)
	}}
}

func uvscpdCommands() map[linkwire.Verb]command {
	notCapable := func(s *session, _ string) { s.refuse(ReasonUnsupported, replyNotCapable) }
	return map[linkwire.Verb]command{
		"":                     {run: func(s *session, _ string) { s.refuse(ReasonFormat, "-OK - no input") }},
		linkwire.VerbRepeat:    arguments(0, 0, (*session).cmdRepeat),
		linkwire.VerbNoop:      arguments(0, 0, (*session).cmdNoop),
		linkwire.VerbQuit:      arguments(0, 0, (*session).cmdQuit),
		linkwire.VerbUser:      arguments(0, 1, (*session).uvscpdUser),
		linkwire.VerbPass:      arguments(0, 1, (*session).uvscpdPass),
		linkwire.VerbVers:      arguments(0, 0, (*session).uvscpdVers),
		linkwire.VerbWcyd:      arguments(0, 0, (*session).cmdWcyd),
		linkwire.VerbCdta:      arguments(0, 0, (*session).uvscpdCdta),
		linkwire.VerbClra:      arguments(0, 0, (*session).cmdClra),
		linkwire.VerbStat:      arguments(0, 0, (*session).statOfData),
		linkwire.VerbChid:      arguments(0, 0, (*session).cmdChid),
		linkwire.VerbGgid:      arguments(0, 0, (*session).uvscpdGgid),
		linkwire.VerbSgid:      arguments(1, 1, (*session).uvscpdSgid),
		linkwire.VerbRetr:      arguments(0, 1, (*session).uvscpdRetr),
		linkwire.VerbRcvLoop:   arguments(0, 0, (*session).cmdRcvLoop),
		linkwire.VerbQuitLoop:  arguments(0, 0, (*session).cmdQuitLoop),
		linkwire.VerbSend:      arguments(1, 1, (*session).cmdSend),
		linkwire.VerbSflt:      arguments(1, 1, func(s *session, arg string) { s.uvscpdFilter(arg, "filter", filterOf) }),
		linkwire.VerbSmsk:      arguments(1, 1, func(s *session, arg string) { s.uvscpdFilter(arg, "mask", maskOf) }),
		linkwire.VerbInterface: {run: (*session).uvscpdInterface},
		linkwire.VerbShutdown:  {run: notCapable},
		linkwire.VerbRestart:   {run: notCapable},
	}
}

// uvscpdUser compares at once.
func (s *session) uvscpdUser(arg string) {
	switch {
	case arg == "":
		s.refuse(ReasonCredentials, "-OK - please supply username")
	case s.srv.accounts.open:
		s.setUser(arg)
		s.reply("+OK - no user configured")
	case !s.srv.accounts.has(arg):
		s.refuse(ReasonCredentials, "-OK - invalid user")
	default:
		s.setUser(arg)
		s.reply(replyBare)
	}
}

// uvscpdPass stays open after a wrong password, and opens nothing after a right one.
func (s *session) uvscpdPass(arg string) {
	switch {
	case arg == "":
		s.refuse(ReasonCredentials, "-OK - please supply password")
	case !s.srv.accounts.hasPassword(arg):
		s.refuse(ReasonCredentials, "-OK - invalid password")
	default:
		s.reply(replyBare)
	}
}

func (s *session) uvscpdVers(string) {
	v := s.srv.opts.Version
	s.reply(strconv.Itoa(v[0]) + "," + strconv.Itoa(v[1]) + "," + strconv.Itoa(v[2]) + ",N/A")
	s.reply(replyBare)
}

// uvscpdCdta puts a blank behind the number.
func (s *session) uvscpdCdta(string) {
	s.reply(strconv.Itoa(s.queue.len()) + " ")
	s.reply(replyBare)
}

// uvscpdGgid prints bytes without leading zeros.
func (s *session) uvscpdGgid(string) {
	s.reply(string(shortGUID(nil, s.currentGUID())))
	s.reply(replyBare)
}

// uvscpdSgid wants 16 bytes.
func (s *session) uvscpdSgid(arg string) {
	guid, ok := fullGUID(arg)
	if !ok {
		s.refuse(ReasonFormat, "-OK - Invalid GUID")
		return
	}
	s.setGUID(guid)
	s.reply(replyBare)
}

// fullGUID reads 16 bytes with colons between them.
func fullGUID(text string) (vscp.GUID, bool) {
	guid, err := vscp.ParseGUID(text)
	return guid, err == nil && strings.Count(text, ":") == len(guid)-1
}

// uvscpdRetr takes 0 for none.
func (s *session) uvscpdRetr(arg string) {
	n, rest, read := cNumber(arg, 10)
	switch {
	case arg == "":
		s.retrieve(1)
	case !read || rest != "":
		s.refuse(ReasonFormat, "-OK")
	case n == 0:
		s.reply(replyBare)
	default:
		s.retrieve(n)
	}
}

// uvscpdInterface answers LIST. The bare command ends the process there, and another word has no answer.
func (s *session) uvscpdInterface(arg string) {
	switch arg {
	case "":
		s.srv.die()
		s.closing = true
	case "list":
		s.reply("0,1," + string(shortGUID(nil, s.currentGUID())) + ",vcan0|Started " + s.srv.start.UTC().Format(eventDate))
		s.reply(replyBare)
	}
}
