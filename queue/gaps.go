package queue

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// skip returns the position of the first event from i on, or else the end.
func (l *ledger[H]) skip(i uint32) uint32 {
	for ; i != l.end && l.slot(i).meta == 0; i++ {
	}
	return i
}

// makeSlot makes room for one more position: it closes the gaps if they are half of the ring, and doubles the ring otherwise.
func (l *ledger[H]) makeSlot() {
	old := *l
	l.moved++
	if l.events() > len(l.slots)/2 || len(l.slots) < slotsLeast {
		l.slots = make([]slot[H], max(slotsLeast, 2*len(l.slots)))
	}
	var subjects []vscp.Subject
	if l.latest != nil {
		subjects = l.latest.resize(len(l.slots))
	}
	if l.chains != nil {
		*l.chains = chains[H]{}
	}
	l.end = l.first
	for i := old.first; i != old.end; i++ {
		if i == old.front {
			l.front = l.end
		}
		if s := old.slot(i); s.meta != 0 {
			*l.slot(l.end) = *s // in the same ring or another
			if l.latest != nil {
				l.latest.append(l.end, &subjects[i&uint32(len(old.slots)-1)])
			}
			l.relink(l.end, i-old.first < old.front-old.first)
			l.end++
		}
	}
	if old.front == old.end {
		l.front = l.end
	}
	for i := l.end; len(l.slots) == len(old.slots) && i != old.end; i++ {
		*l.slot(i) = slot[H]{}
	}
}

// relink tells the rules of an event in a slot of its own.
func (l *ledger[H]) relink(i uint32, leased bool) {
	if l.chains != nil {
		l.chains.append(l, i)
		if leased {
			l.chains.lease(l, i)
		}
	}
	if l.latest != nil && leased {
		l.latest.forget(i)
	}
}

// rest is called when the ledger ran empty. It gives memory back if it is much.
func (l *ledger[H]) rest() {
	if len(l.slots) <= slotsKept {
		return
	}
	l.slots, l.front, l.end = nil, l.first, l.first
	l.moved++
	if l.latest != nil {
		l.latest = newLatest()
	}
}
