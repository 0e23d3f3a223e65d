package linkserver

import (
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// Reply lines. Clients test the first three bytes only; the wording is what people know from other servers.
const (
	replySuccess        = "+OK - Success."
	replyUserAccepted   = "+OK - User name accepted, password please"
	replyBye            = "+OK - Connection closed by client."
	replyCleared        = "+OK - All events cleared."
	replyLoopEntered    = "+OK - Receive loop entered. QUITLOOP to terminate."
	replyLoopLeft       = "+OK - Quit receive loop."
	replyUnknown        = "-OK - Unknown command"
	replyParameter      = "-OK - Invalid parameter or format"
	replyUnsupported    = "-OK - Command is not supported here."
	replyNoBinary       = "-OK - Binary mode not supported"
	replyNoEvent        = "-OK - No event(s) available"
	replyCredentials    = "-OK - Invalid username or password."
	replyNeedLogin      = "-OK - Need to log in to perform this command."
	replyNeedUser       = "-OK - Need a Username before a password can be entered."
	replyNoSID          = "-OK - Failed to generate sid."
	replyPrivilege      = "-OK - User need higher privilege level to perform this operation."
	replyTooManyClients = "-OK - Max number of clients connected."

	replyNotSupported    = "-OK - Not supported"
	replyNothingToRepeat = "-OK - Nothing to repeat."
	replyNoVariable      = "-OK - Variable is not defined."
	replyError           = "-OK - Error"
	replyBufferFull      = "-OK - Buffer Full"
)

// keepAliveLine is compared as a whole by clients.
const keepAliveLine = "+OK\r\n"

// command is what the server does for a verb. run leaves exactly one final line in the answer.
type command struct {
	level int
	run   func(s *session, arg string)
	help  string
}

// newCommands returns the command table of our own family. Private commands, which begin with an X, are unknown: there are none.
func newCommands() map[linkwire.Verb]command {
	commands := map[linkwire.Verb]command{
		"":                     {levelNone, (*session).cmdNoop, ""},
		linkwire.VerbRepeat:    {levelNone, (*session).cmdRepeat, "+                    Repeat the last command."},
		linkwire.VerbNoop:      {levelNone, (*session).cmdNoop, "NOOP                 No operation."},
		linkwire.VerbHelp:      {levelNone, (*session).cmdHelp, "HELP [command]       This list, or one line of it."},
		linkwire.VerbQuit:      {levelNone, (*session).cmdQuit, "QUIT                 Close the connection."},
		linkwire.VerbUser:      {levelNone, (*session).cmdUser, "USER name            User name for the login."},
		linkwire.VerbPass:      {levelNone, (*session).cmdPass, "PASS password        Password, completes the login."},
		linkwire.VerbChallenge: {levelNone, (*session).cmdChallenge, "CHALLENGE [token]    Get a session id."},
		linkwire.VerbVers:      {levelNone, (*session).cmdVers, "VERS                 Get the version of the server."},
		linkwire.VerbWcyd:      {levelNone, (*session).cmdWcyd, "WCYD                 Get the capabilities of the server."},
		linkwire.VerbCdta:      {levelInfo, (*session).cmdCdta, "CDTA                 Get the number of events that wait."},
		linkwire.VerbClra:      {levelInfo, (*session).cmdClra, "CLRA                 Drop the events that wait."},
		linkwire.VerbStat:      {levelInfo, (*session).cmdStat, "STAT                 Get the counters of this connection."},
		linkwire.VerbInfo:      {levelInfo, (*session).cmdInfo, "INFO                 Get the last error of this connection."},
		linkwire.VerbChid:      {levelInfo, (*session).cmdChid, "CHID                 Get the channel id."},
		linkwire.VerbGgid:      {levelInfo, (*session).cmdGgid, "GGID                 Get the GUID of this connection."},
		linkwire.VerbRetr:      {levelReceive, (*session).cmdRetr, "RETR [count]         Get events that wait, one without a count."},
		linkwire.VerbRcvLoop:   {levelReceive, (*session).cmdRcvLoop, "RCVLOOP              Get events as they come, until QUITLOOP."},
		linkwire.VerbQuitLoop:  {levelReceive, (*session).cmdQuitLoop, "QUITLOOP             End RCVLOOP."},
		linkwire.VerbSend:      {levelSend, (*session).cmdSend, "SEND event           Send an event to the other clients."},
		linkwire.VerbSgid:      {levelFilter, (*session).cmdSgid, "SGID guid            Set the GUID of this connection."},
		linkwire.VerbSflt:      {levelFilter, (*session).cmdSflt, "SFLT p,c,t,guid[,0]  Set the filter: priority, class, type, GUID."},
		linkwire.VerbSmsk:      {levelFilter, (*session).cmdSmsk, "SMSK p,c,t,guid[,0]  Set the mask: bits of the filter that count."},
		linkwire.VerbInterface: {levelAdmin, (*session).cmdInterface, "INTERFACE [LIST]     List the connections."},
		linkwire.VerbTest:      {levelAdmin, (*session).cmdTest, "TEST [arguments]     Do a test, where the program has one."},
		linkwire.VerbShutdown:  {levelAdmin, (*session).cmdShutdown, "SHUTDOWN             End the program, where it lets clients do so."},
		linkwire.VerbRestart:   {levelAdmin, (*session).cmdRestart, "RESTART              Restart the program, where it lets clients do so."},
		linkwire.VerbBinary:    {levelNone, (*session).cmdBinary, "BINARY               Not supported here."},
	}
	for _, verb := range legacyVerbs() {
		commands[verb] = command{level: levelAdmin, run: (*session).cmdLegacy}
	}
	return commands
}
