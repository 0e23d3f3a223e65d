package linkserver

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// cmdSend answers SEND where the fast path of execute did not see it, as with blanks before the verb.
func (s *session) cmdSend(arg string) { s.send([]byte(arg)) }

// send answers `SEND event`: the event goes to every other logged-in client.
func (s *session) send(arg []byte) {
	fam := s.srv.family
	refusal, deliver := fam.take(s, arg)
	if refusal == "" && deliver && fam.refusesWhenFull && !s.srv.roomFor(s) {
		refusal = replyBufferFull
	}
	if refusal != "" {
		s.refuse(ReasonFormat, refusal)
		return
	}
	s.counts.received.Add(1)
	s.counts.receivedBytes.Add(uint64(len(arg)))
	if fam.countsData {
		s.counts.dataIn.Add(uint64(s.row.DataLen()))
	}
	if fam.echoes {
		s.reply(fam.words.success)
		_ = s.flush() // the event that comes back in the loop comes after the answer; a failure shows at the next write
		s.passOn()
		return
	}
	if deliver {
		s.passOn()
	}
	s.reply(fam.words.success)
}

// passOn gives the event of s.row to the program and to the other clients.
func (s *session) passOn() {
	if s.srv.opts.OnEvent != nil {
		s.srv.opts.OnEvent(Received{Row: &s.row, User: s.user, Channel: int(s.id)})
	}
	from := s
	if s.srv.family.echoes {
		from = nil
	}
	s.srv.deliver(from, &s.batch)
	s.batch.lines[0] = nil // the queues hold it now
}

// takeEvent reads an event strictly. What the client left open is filled in: obid 0 with the channel id, an all-zero GUID with
// the interface GUID, a missing date with now. Microseconds without a date stay beside that. `SEND $variable`, which sends an
// event that the server keeps under a name, is refused: there are no variables.
func (s *session) takeEvent(arg []byte) (refusal string, deliver bool) {
	row := &s.row
	if err := row.Parse(arg); err != nil {
		if len(arg) > 0 && arg[0] == '$' {
			return replyNoVariable, false
		}
		return replyParameter, false
	}
	if row.ObID == 0 {
		row.ObID = uint32(s.id)
	}
	if row.GUID.IsZero() {
		row.GUID = s.currentGUID()
	}
	if row.Time.Nanos == 0 {
		row.Time.Nanos = vscp.TimeOf(time.Now()).Nanos
	}
	return "", true
}
