package linkserver

import (
	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// legacyVerbs are the commands of daemons before version 14. Nothing here stands for what they manage.
func legacyVerbs() []linkwire.Verb {
	return []linkwire.Verb{"DRIVER", "FILE", "UDP", "REMOTE", "VARIABLE", "VAR", "DM", "TABLE", "MEASUREMENT"}
}

// cmdLegacy refuses the commands of old daemons.
func (s *session) cmdLegacy(string) { s.refuse(ReasonUnsupported, replyUnsupported) }
