package linkserver

import (
	"bytes"
	"strconv"
)

// cmdRetr answers `RETR [count]` with the oldest events, each a line, and success. A count of 0 means one. If fewer wait, the
// rows that there are come before a final -OK. In the receive loop it takes events that the loop has not written yet.
func (s *session) cmdRetr(arg string) {
	want := uint64(1)
	if arg != "" {
		n, err := strconv.ParseUint(arg, 10, 32)
		if err != nil {
			s.refuse(ReasonFormat, replyParameter)
			return
		}
		want = max(1, n)
	}
	s.retrieve(want)
}

// retrieve answers with the oldest events.
func (s *session) retrieve(want uint64) {
	if s.loop != nil {
		s.rowMu.Lock()
		defer s.rowMu.Unlock()
		defer func() { _ = s.flush() }() // a failure shows at the next write
	}
	var lines [64][]byte
	most := uint64(len(lines))
	if s.srv.family.maxRow > 0 {
		most = 1 // those behind a row that is too long stay
	}
	for want > 0 {
		got := s.queue.take(lines[:0], int(min(want, most)), maxWrite)
		if len(got) == 0 {
			s.refuse(ReasonNoEvent, s.words().noEvent)
			return
		}
		want -= uint64(len(got))
		for _, line := range got {
			if s.isLost(line) {
				s.counts.discarded.Add(1)
				s.refuse(ReasonFormat, replyError)
				return
			}
			s.replyRow(line)
		}
	}
	s.reply(s.words().success)
}

// isLost reports whether a row is too long for the family to write.
func (s *session) isLost(line []byte) bool {
	most := s.srv.family.maxRow
	return most > 0 && len(line) > most
}

// countData counts the data bytes of a row for STAT, where the family does so.
func (s *session) countData(line []byte) {
	if s.srv.family.countsData {
		s.counts.dataOut.Add(uint64(max(0, bytes.Count(line, []byte{','})-6)))
	}
}

// replyRow adds a row, and writes early so that the buffer stays small; a failure shows at the next write.
func (s *session) replyRow(line []byte) {
	if len(s.out)+len(line) > maxWrite {
		_ = s.flush()
	}
	s.out = append(s.out, line...)
	s.countData(line)
	s.outRows++
	s.rowBytes += len(line)
}

// cmdCdta answers CDTA with the number of events that wait.
func (s *session) cmdCdta(string) {
	s.reply(strconv.Itoa(s.queue.len()))
	s.reply(s.words().success)
}

// cmdClra answers CLRA and drops the events that wait.
func (s *session) cmdClra(string) {
	s.queue.clear()
	s.reply(s.words().cleared)
}
