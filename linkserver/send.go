package linkserver

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// cmdSend answers SEND where the fast path of execute did not see it, as with blanks before the verb.
func (s *session) cmdSend(arg string) { s.send([]byte(arg)) }

// send answers `SEND event`: the event goes to every other logged-in client. What the client left open is filled in: obid 0
// with the channel id, an all-zero GUID with the interface GUID, a missing date with now. Microseconds without a date stay
// beside that.
func (s *session) send(arg []byte) {
	row := &s.row
	if err := row.Parse(arg); err != nil {
		s.refuse(ReasonFormat, replyParameter)
		return
	}
	if row.ObID == 0 {
		row.ObID = uint32(s.id)
	}
	if row.GUID.IsZero() {
		row.GUID = s.guid
	}
	if row.Time.Nanos == 0 {
		row.Time.Nanos = vscp.TimeOf(time.Now()).Nanos
	}
	s.counts.received.Add(1)
	s.counts.receivedBytes.Add(uint64(len(arg)))
	if s.srv.opts.OnEvent != nil {
		s.srv.opts.OnEvent(Received{Row: row, User: s.user, Channel: int(s.id)})
	}
	s.srv.deliver(s, &s.batch)
	s.batch.lines[0] = nil // the queues hold it now
	s.reply(replySuccess)
}
