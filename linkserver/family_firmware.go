package linkserver

import (
	"io"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	firmwareClients = 2
	firmwareQueue   = 10
	firmwareMaxLine = 2048
	firmwareMaxRow  = 400 // with line end; its buffer for a row
)

// newFirmwareFamily returns the traits of the firmware library's link server: only CR LF ends a line, commands with arguments
// are found anywhere in it, and its buffers are small.
func newFirmwareFamily() *family {
	words := newOwnFamily().words
	words.passAccepted, words.bye = "+OK - Ready to work.", "+OK - Goodby. Connection closed."
	words.cleared, words.loopEntered, words.loopLeft, words.tooLong = replySuccess, replySuccess, replySuccess, replyUnknown
	return &family{
		words:           words,
		commands:        firmwareCommands(),
		parse:           parseFirmware(firmwareWords()),
		adjust:          adjustFirmware,
		greeting:        firmwareGreeting,
		maxLine:         firmwareMaxLine,
		source:          func(_ *session, src io.Reader) io.Reader { return &crlfOnly{src: src} },
		channel:         func(id uint16) uint32 { return uint32(id) - 1 },
		clientGUID:      func(server vscp.GUID, _ uint16) vscp.GUID { return server },
		take:            (*session).takeFirmware,
		own:             ownFirmware,
		row:             rowFirmware,
		maxRow:          firmwareMaxRow,
		countsData:      true,
		refusesWhenFull: true,
	}
}

func adjustFirmware(o *Options) {
	o.Version = [4]int{0, 0, 1, 0}
	o.Capabilities = vscp.CapDecisionMatrix | vscp.CapLinkServer | vscp.CapIPv4 | vscp.CapConnections // as it says: it has no decision matrix
	o.KeepAlive = time.Second
	o.MaxClients = firmwareClients
	o.QueueEvents = firmwareQueue
}

func firmwareGreeting(*session) []string {
	return []string{
		"Welcome to the VSCP Link Protocol Interface.",
		"Copyright (C) 2000-2026 Grodans Paradis AB",
		replySuccess,
	}
}

// firmwareWords are the commands with arguments, which it looks for anywhere in a line, in this order.
func firmwareWords() []word {
	return []word{
		{"USER ", linkwire.VerbUser},
		{"PASS ", linkwire.VerbPass},
		{"SEND ", linkwire.VerbSend},
		{"RETR", linkwire.VerbRetr},
		{"SGID", linkwire.VerbSgid},
		{"SETGUID", linkwire.VerbSgid},
		{"SFLT", linkwire.VerbSflt},
		{"SETFILTER", linkwire.VerbSflt},
		{"SMSK", linkwire.VerbSmsk},
		{"SETMASK", linkwire.VerbSmsk},
		{"INTERFACE", linkwire.VerbInterface},
		{"+", linkwire.VerbRepeat},
	}
}

// parseFirmware takes a command without arguments if it is the whole line, and else looks for the words within: `HELP RETR`
// fetches an event.
func parseFirmware(words []word) func(line []byte) (linkwire.Verb, string) {
	whole := map[string]linkwire.Verb{"": linkwire.VerbNoop}
	for _, verb := range []linkwire.Verb{
		linkwire.VerbNoop, linkwire.VerbHelp, linkwire.VerbQuit, linkwire.VerbChallenge, linkwire.VerbRcvLoop, linkwire.VerbQuitLoop,
		linkwire.VerbCdta, linkwire.VerbClra, linkwire.VerbStat, linkwire.VerbInfo, linkwire.VerbChid, linkwire.VerbGgid,
		linkwire.VerbVers, linkwire.VerbTest, linkwire.VerbWcyd, linkwire.VerbShutdown, linkwire.VerbRestart, linkwire.VerbBinary,
	} {
		whole[string(verb)] = verb
	}
	for _, alias := range []string{"CHKDATA", "CLRALL", "GETCHID", "GETGUID", "VERSION", "WHATCANYOUDO"} {
		whole[alias], _ = linkwire.ParseCommand([]byte(alias))
	}
	return func(line []byte) (linkwire.Verb, string) {
		text := strings.Trim(string(line), " \t")
		upper := upperASCII(text)
		if verb, known := whole[upper]; known {
			return verb, ""
		}
		for _, w := range words {
			if at := strings.Index(upper, w.text); at >= 0 {
				return w.verb, strings.Trim(text[at+len(w.text):], " \t")
			}
		}
		return verbUnknown, ""
	}
}

func firmwareCommands() map[linkwire.Verb]command {
	return map[linkwire.Verb]command{
		linkwire.VerbRepeat:    {level: levelNone, run: (*session).cmdNoop}, // it says so, and repeats nothing
		linkwire.VerbNoop:      {level: levelNone, run: (*session).cmdNoop},
		linkwire.VerbHelp:      {level: levelNone, run: (*session).firmwareHelp},
		linkwire.VerbQuit:      {level: levelNone, run: (*session).cmdQuit},
		linkwire.VerbUser:      {level: levelNone, run: (*session).firmwareUser},
		linkwire.VerbPass:      {level: levelNone, run: (*session).firmwarePass},
		linkwire.VerbChallenge: {level: levelNone, run: (*session).cmdChallenge},
		linkwire.VerbVers:      {level: levelNone, run: (*session).cmdVers},
		linkwire.VerbWcyd:      {level: levelNone, run: (*session).firmwareWcyd},
		linkwire.VerbBinary:    {level: levelNone, run: (*session).cmdBinary},
		linkwire.VerbCdta:      {level: levelInfo, run: (*session).cmdCdta},
		linkwire.VerbGgid:      {level: levelInfo, run: (*session).cmdGgid},
		linkwire.VerbClra:      {level: levelReceive, run: (*session).cmdClra},
		linkwire.VerbStat:      {level: levelReceive, run: (*session).statOfData},
		linkwire.VerbInfo:      {level: levelReceive, run: (*session).firmwareInfo},
		linkwire.VerbChid:      {level: levelReceive, run: (*session).cmdChid},
		linkwire.VerbInterface: {level: levelReceive, run: (*session).firmwareInterface},
		linkwire.VerbRetr:      {level: levelReceive, run: (*session).firmwareRetr},
		linkwire.VerbRcvLoop:   {level: levelReceive, run: (*session).cmdRcvLoop},
		linkwire.VerbQuitLoop:  {level: levelReceive, run: (*session).cmdQuitLoop},
		linkwire.VerbSend:      {level: levelSend, run: (*session).cmdSend},
		linkwire.VerbSgid:      {level: levelFilter, run: (*session).firmwareSgid},
		linkwire.VerbSflt:      {level: levelFilter, run: func(s *session, arg string) { s.firmwareFilter(arg, filterOf) }},
		linkwire.VerbSmsk:      {level: levelFilter, run: func(s *session, arg string) { s.firmwareFilter(arg, maskOf) }},
		linkwire.VerbTest:      {level: levelAdmin, run: (*session).firmwareTest},
		linkwire.VerbShutdown:  {level: levelAdmin, run: (*session).cmdShutdown},
		linkwire.VerbRestart:   {level: levelAdmin, run: (*session).cmdRestart},
	}
}
