package queue

// The bounds of what a Disk keeps in memory of the oldest events, the limit by bytes being that of their ledger sizes. A queue of
// the default length is never read from the disk.
const (
	windowEvents = 16 << 10
	windowBytes  = 4 << 20
)

// window are the oldest events of a Disk, all those with tickets below end. They are in memory, or being read.
type window struct {
	most   int // events; windowEvents but for tests
	end    uint64
	events int
	bytes  int64

	at    uint32 // where in the ledger to look for the event at the end; valid while moved is that of the ledger
	moved uint64
	known bool
}

func (w *window) full() bool  { return w.events >= w.most || w.bytes >= windowBytes }
func (w *window) short() bool { return w.events < w.most/2 && w.bytes < windowBytes/2 }

// came takes in a new event, if all before it are in the window and there is room.
func (w *window) came(ticket uint64, size int64) {
	if w.end == ticket && !w.full() {
		w.take(ticket, size)
	}
}

func (w *window) take(ticket uint64, size int64) {
	w.end = ticket + 1
	w.events++
	w.bytes += size
}

func (w *window) gone(ticket uint64, size int64) {
	if ticket < w.end {
		w.events--
		w.bytes -= size
	}
}

// shortLocked reports whether there are events to take into the window, and enough room that it is worth it.
func (q *Disk) shortLocked() bool {
	return q.ahead.short() && q.ledger.events() > q.ahead.events
}

// claim is an event that is to be read.
type claim struct{ ticket, seq uint64 }

// extendLocked takes events into the window until it is full or most claims are made: those that are still in memory at once,
// and claims for the others.
func (q *Disk) extendLocked(most int) (claims []claim) {
	w, l := &q.ahead, &q.ledger
	if l.events() == w.events {
		w.end, w.known = q.ledger.next, false // there is none behind it
		return claims
	}
	i := l.first
	if w.known && w.moved == l.moved && w.at-l.first <= l.end-l.first {
		i = w.at
	}
	for ; i != l.end && !w.full() && len(claims) < most; i++ {
		s := l.slot(i)
		if s.meta == 0 || s.id < w.end {
			continue
		}
		if _, here := q.rows[s.id]; !here {
			seq, ok := q.runs.find(s.id)
			q.rows[s.id] = nil
			if !ok { // it cannot be, and must not stop the queue
				q.rows[s.id] = q.lost
			} else {
				claims = append(claims, claim{ticket: s.id, seq: seq})
			}
		}
		w.take(s.id, s.size())
	}
	w.at, w.moved, w.known = i, l.moved, true
	return claims
}
