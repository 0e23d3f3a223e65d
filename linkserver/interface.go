package linkserver

import (
	"fmt"
	"strings"
	"time"
)

// interfaceTCP is the type number of a tcp/ip client.
const interfaceTCP = 4

// cmdInterface answers INTERFACE and INTERFACE LIST with a row `id,type,GUID,name | Started at time` for each connection, and no
// count line before: one known client needs the part after the bar and breaks on the count.
func (s *session) cmdInterface(arg string) {
	if arg != "" && !strings.EqualFold(arg, "LIST") {
		s.refuse(ReasonUnsupported, replyUnsupported)
		return
	}
	for _, c := range s.srv.Stats().Clients {
		s.reply(fmt.Sprintf("%d,%d,%s,tcp/ip client @ [%v] | Started at %s", c.Channel, interfaceTCP, c.GUID, c.Addr,
			c.Since.UTC().Format(time.RFC3339)))
	}
	s.reply(s.words().success)
}
