package linkserver

import (
	"fmt"
	"io"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	vscpdQueue     = 32001 // it drops an event when more than 32000 wait
	vscpdMaxLine   = 128 << 10
	vscpdHistory   = 200
	vscpdInterface = 5 // its number for a tcp/ip client
)

// newVscpdFamily returns the traits of the link server of vscpd 15: prefixes of words are commands, outside the receive loop it
// executes one command for each segment that comes in, and it takes nearly every event.
func newVscpdFamily() *family {
	words := newOwnFamily().words
	words.privilege = replyNoRight
	return &family{
		words:            words,
		commands:         vscpdCommands(),
		parse:            parsePrefix(vscpdWords()), // NOOPXYZ is NOOP
		adjust:           adjustVscpd,
		greeting:         vscpdGreeting,
		queueFromConnect: true,
		maxLine:          vscpdMaxLine,
		source:           func(s *session, src io.Reader) io.Reader { return &segments{s: s, src: src} },
		history:          vscpdHistory,
		channel:          func(id uint16) uint32 { return uint32(id) },
		clientGUID:       vscp.GUID.Interface,
		take:             (*session).takeVscpd,
		own:              ownVscpd,
		row:              rowVscpd,
		echoes:           true,
	}
}

func adjustVscpd(o *Options) {
	o.Version = [4]int{15, 2, 0, 0}
	o.Capabilities = vscp.CapLinkServer | vscp.CapIPv6 | vscp.CapIPv4 | vscp.CapTLS | vscp.CapConnections
	o.KeepAlive = 3 * time.Second
	o.QueueEvents, o.QueueBytes = vscpdQueue, vscpdQueue*vscp.MaxText
}

func vscpdGreeting(s *session) []string {
	v := s.srv.opts.Version
	return []string{
		"Welcome to the VSCP tcp/ip server [l2drv].",
		fmt.Sprintf("Version: %d.%d.%d-%d", v[0], v[1], v[2], v[3]),
		"Copyright © 2000-2025 Ake Hedman, the VSCP Project, https://www.vscp.org",
		replySuccess,
	}
}

// vscpdWords are the beginnings that it looks for. The longer of two comes first; the count of RETRIEVE is lost.
func vscpdWords() []word {
	return []word{
		{"+", linkwire.VerbRepeat},
		{"NOOP", linkwire.VerbNoop},
		{"HELP", linkwire.VerbHelp},
		{"QUITLOOP", linkwire.VerbQuitLoop},
		{"QUIT", linkwire.VerbQuit},
		{"EXIT", linkwire.VerbQuit},
		{"USER", linkwire.VerbUser},
		{"PASS", linkwire.VerbPass},
		{"CHALLENGE", linkwire.VerbChallenge},
		{"SEND", linkwire.VerbSend},
		{"RETRIEVE", verbRetrieve},
		{"RETR", linkwire.VerbRetr},
		{"RCVLOOP", linkwire.VerbRcvLoop},
		{"CDTA", linkwire.VerbCdta},
		{"CHKDATA", linkwire.VerbCdta},
		{"CHECKDATA", linkwire.VerbCdta},
		{"CLRALL", linkwire.VerbClra},
		{"CLEARALL", linkwire.VerbClra},
		{"CLRA", linkwire.VerbClra},
		{"STAT", linkwire.VerbStat},
		{"INFO", linkwire.VerbInfo},
		{"CHID", linkwire.VerbChid},
		{"GETCHID", linkwire.VerbChid},
		{"SGID", linkwire.VerbSgid},
		{"SETGUID", linkwire.VerbSgid},
		{"GGID", linkwire.VerbGgid},
		{"GETGUID", linkwire.VerbGgid},
		{"VERSION", linkwire.VerbVers},
		{"VERS", linkwire.VerbVers},
		{"SFLT", linkwire.VerbSflt},
		{"SETFILTER", linkwire.VerbSflt},
		{"SMSK", linkwire.VerbSmsk},
		{"SETMASK", linkwire.VerbSmsk},
		{"INTERFACE", linkwire.VerbInterface},
		{"CLIENT", linkwire.VerbInterface},
		{"TEST", linkwire.VerbTest},
		{"WCYD", linkwire.VerbWcyd},
		{"WHATCANYOUDO", linkwire.VerbWcyd},
		{"SHUTDOWN", linkwire.VerbShutdown},
		{"RESTART", linkwire.VerbRestart},
		{"MEASUREMENT", verbMeasurement},
	}
}

func vscpdCommands() map[linkwire.Verb]command {
	return map[linkwire.Verb]command{
		"":                     {level: levelNone, run: func(*session, string) {}}, // no answer to an empty line
		linkwire.VerbRepeat:    {level: levelNone, run: (*session).vscpdRepeat},
		linkwire.VerbNoop:      {level: levelNone, run: (*session).cmdNoop},
		linkwire.VerbHelp:      {level: levelNone, run: (*session).vscpdHelp},
		linkwire.VerbQuit:      {level: levelNone, run: (*session).cmdQuit},
		linkwire.VerbUser:      {level: levelNone, run: (*session).vscpdUser},
		linkwire.VerbPass:      {level: levelNone, run: (*session).vscpdPass},
		linkwire.VerbChallenge: {level: levelNone, run: (*session).cmdChallenge},
		linkwire.VerbVers:      {level: levelNone, run: (*session).cmdVers},
		linkwire.VerbWcyd:      {level: levelNone, run: (*session).cmdWcyd},
		linkwire.VerbQuitLoop:  {level: levelNone, run: (*session).cmdQuitLoop},
		verbMeasurement:        {level: levelNone, run: (*session).vscpdMeasurement},
		linkwire.VerbCdta:      {level: levelInfo, run: (*session).cmdCdta},
		linkwire.VerbClra:      {level: levelInfo, run: (*session).cmdClra},
		linkwire.VerbStat:      {level: levelInfo, run: (*session).vscpdStat},
		linkwire.VerbInfo:      {level: levelInfo, run: (*session).vscpdInfo},
		linkwire.VerbChid:      {level: levelInfo, run: (*session).cmdChid},
		linkwire.VerbGgid:      {level: levelInfo, run: (*session).cmdGgid},
		linkwire.VerbRetr:      {level: levelReceive, run: (*session).vscpdRetr},
		verbRetrieve:           {level: levelReceive, run: func(s *session, _ string) { s.retrieve(1) }},
		linkwire.VerbRcvLoop:   {level: levelReceive, run: (*session).cmdRcvLoop},
		linkwire.VerbSend:      {level: levelSend, run: (*session).cmdSend},
		linkwire.VerbSgid:      {level: levelFilter, run: (*session).vscpdSgid},
		linkwire.VerbSflt:      {level: levelFilter, run: (*session).vscpdSflt},
		linkwire.VerbSmsk:      {level: levelFilter, run: (*session).vscpdSmsk},
		linkwire.VerbInterface: {level: levelAdmin, run: (*session).vscpdInterface},
		linkwire.VerbTest:      {level: levelAdmin, run: (*session).cmdNoop},
		linkwire.VerbShutdown:  {level: levelAdmin, run: (*session).cmdLegacy},
		linkwire.VerbRestart:   {level: levelAdmin, run: (*session).cmdLegacy},
	}
}
