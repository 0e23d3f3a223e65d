package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

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
	bursts := l.patient && len(l.slots) <= slotsBusy && l.chains == nil && l.latest == nil
	if len(l.slots) > slotsKept && !bursts {
		l.giveBack()
	}
}

// idles reports whether an empty ledger kept more slots than it may keep for long, so that the clock is worth a look.
func (l *ledger[H]) idles() bool { return len(l.slots) > slotsKept && l.events() == 0 }

// calm gives the slots of a ledger that idles back when it is called again a while later, and no event came meanwhile.
func (l *ledger[H]) calm(now time.Duration) {
	if l.calmAfter != l.pushed.events {
		l.calmAfter, l.calmSince = l.pushed.events, now
	} else if now-l.calmSince >= restAfter {
		l.giveBack()
	}
}

func (l *ledger[H]) giveBack() {
	l.slots, l.front, l.end = nil, l.first, l.first
	l.moved++
	if l.latest != nil {
		l.latest = newLatest()
	}
}
