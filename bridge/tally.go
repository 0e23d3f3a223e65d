package bridge

// tally counts the events that the policy held back, by reason. There are few reasons for one direction.
type tally []held

type held struct {
	reason Reason
	n      uint64
}

func (t *tally) add(reason Reason, n uint64) {
	for i := range *t {
		if h := &(*t)[i]; h.reason == reason {
			h.n += n
			return
		}
	}
	*t = append(*t, held{reason, n})
}

func (t tally) of(reason Reason) uint64 {
	for _, h := range t {
		if h.reason == reason {
			return h.n
		}
	}
	return 0
}

// by returns the counts of some reasons, also of those that are 0.
func (t tally) by(reasons []Reason) map[Reason]uint64 {
	out := make(map[Reason]uint64, len(reasons))
	for _, r := range reasons {
		out[r] = t.of(r)
	}
	return out
}
