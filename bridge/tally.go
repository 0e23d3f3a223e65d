package bridge

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// tally counts the events that the policy held back, by reason. There are few reasons for one direction.
type tally []held

type held struct {
	reason Reason
	amount
}

func (t *tally) addRow(reason Reason, row *vscp.Row) {
	t.add(held{reason, amount{1, uint64(len(row.Text))}})
}

func (t *tally) add(more held) {
	for i := range *t {
		if h := &(*t)[i]; h.reason == more.reason {
			h.events += more.events
			h.text += more.text
			return
		}
	}
	*t = append(*t, more)
}

// by returns the events of some reasons and the bytes of their text, also where they are 0.
func (t tally) by(reasons []Reason) (events, text map[Reason]uint64) {
	events, text = make(map[Reason]uint64, len(reasons)), make(map[Reason]uint64, len(reasons))
	for _, r := range reasons {
		events[r], text[r] = 0, 0
		for _, h := range t {
			if h.reason == r {
				events[r], text[r] = h.events, h.text
			}
		}
	}
	return events, text
}
