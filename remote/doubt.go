package remote

// release ends the leases of what is left when the connection ends. What became of an event that was sent and not answered nobody
// knows: the outbox decides whether it may be sent again.
func (s *sender) release() {
	var answers []Fate
	lost := 0
	for i := s.gone; i < s.sent; i++ {
		a := s.fate(i)
		switch a.Outcome {
		case Forwarded:
			s.l.m.counts.sent.Add(1)
			s.l.m.full.end(a.Row)
		case Ambiguous:
			lost++
		default:
		}
		answers = append(answers, a)
	}
	if lost > 0 {
		if ok, held := s.l.m.allow(&s.l.m.lost, lost); ok {
			s.l.logger.Warn("answer lost, event dropped as it must not be sent twice", "more", held)
		}
	}
	s.l.outbox.Release(answers)
}

// fate returns what became of event i, which is not settled.
func (s *sender) fate(i int) Fate {
	row, place := s.rows[i], i-s.gone
	switch {
	case place < len(s.late) && s.late[place].Outcome != retryLater:
		return s.late[place]
	case place < len(s.late) && (place > 0 || !s.again):
		return Fate{Row: row, Outcome: Returned}
	case place >= len(s.late) && s.skip[i] != Forwarded:
		return Fate{Row: row, Outcome: s.skip[i]}
	case s.unread, s.l.outbox.Again(place, row, 0):
		return Fate{Row: row, Outcome: Returned}
	default:
		return Fate{Row: row, Outcome: Ambiguous}
	}
}
