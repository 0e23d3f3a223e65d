package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

const exampleCommands = `["STAT", "SFLT 0,10,6,-"]`

// commandVerbs holds the verbs of the protocol, and for those that commands must not have the reason.
var commandVerbs = map[linkwire.Verb]string{
	linkwire.VerbNoop: "", linkwire.VerbHelp: "", linkwire.VerbCdta: "", linkwire.VerbClra: "", linkwire.VerbStat: "",
	linkwire.VerbInfo: "", linkwire.VerbChid: "", linkwire.VerbSgid: "", linkwire.VerbGgid: "", linkwire.VerbVers: "",
	linkwire.VerbSflt: "", linkwire.VerbSmsk: "", linkwire.VerbTest: "", linkwire.VerbInterface: "", linkwire.VerbWcyd: "",

	linkwire.VerbUser:      "the bridge logs in by itself, with user and password",
	linkwire.VerbPass:      "the bridge logs in by itself, with user and password",
	linkwire.VerbChallenge: "it belongs to the login, which is over by then",
	linkwire.VerbQuit:      "it would end the visit; the bridge quits by itself when the visit is done",
	linkwire.VerbSend:      "an event that no route carries would be in no count and known to no loop guard",
	linkwire.VerbRetr:      "the bridge fetches by itself, and what a command fetches would be lost",
	linkwire.VerbRcvLoop:   "the peer would push events into the answers of what follows",
	linkwire.VerbQuitLoop:  "a visit is never in the receive loop",
	linkwire.VerbBinary:    "the bridge would not understand the answers any more",
	linkwire.VerbShutdown:  "it would stop the peer at each visit",
	linkwire.VerbRestart:   "it would restart the peer at each visit",
	linkwire.VerbRepeat:    "what it repeats differs from peer to peer; write the command itself",
}

// commands reads the command lines that are sent at each visit. What stands behind a verb is never quoted: it may be a secret.
func (d *decoder) commands(attr *hcl.Attribute) []string {
	var commands []string
	for _, it := range d.items(attr, d.scope.functions, exampleCommands) {
		if it.val.Type() != cty.String {
			d.errorf(it.rng, "Wrong type", "An element of %s must be a command in double quotes, as in %s.", attr.Name, exampleCommands)
			continue
		}
		if line := it.val.AsString(); d.checkArgument("A command", line, it.rng) && d.checkCommand(it, line) {
			commands = append(commands, line)
		}
	}
	return commands
}

// checkCommand refuses a command that is not known or that would break the visit.
func (d *decoder) checkCommand(it item, line string) bool {
	verb, arg := linkwire.ParseCommand([]byte(line))
	reason, known := commandVerbs[verb]
	switch {
	case verb == "":
		d.errorf(it.rng, "Empty command", "A command must not be empty. Write commands as in %s.", exampleCommands)
	case !known:
		word, hint := "The first word", ""
		if !it.sensitive {
			word, hint = wording.Quote(string(verb)), wording.DidYouMean(string(verb), verbNames())
		}
		d.errorf(it.rng, "Unknown command", "%s is not a command of the link protocol.%s", word, hint)
	case reason != "":
		d.errorf(it.rng, "Forbidden command", "%s cannot be sent here: %s.", verb, reason)
	case verb == linkwire.VerbInterface && arg == "":
		d.errorf(it.rng, "Forbidden command", "INTERFACE cannot be sent without an argument: uvscpd dies of it. Write INTERFACE LIST.")
	default:
		if verb == linkwire.VerbClra {
			d.warnf(it.rng, "Events are thrown away", "CLRA makes the peer forget the events that it has kept for the bridge, before they are fetched.")
		}
		return true
	}
	return false
}

// verbNames returns the verbs that may be sent.
func verbNames() []string {
	var names []string
	for _, verb := range slices.Sorted(maps.Keys(commandVerbs)) {
		if commandVerbs[verb] == "" {
			names = append(names, string(verb))
		}
	}
	return names
}
