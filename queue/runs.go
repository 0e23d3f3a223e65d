package queue

import "sort"

// run is a row of events with consecutive tickets and consecutive places in the journal.
type run struct {
	ticket uint64 // of the first
	seq    uint64 // of the first
	n      uint64
}

// runs says where in the journal an event is. What was not written leaves a gap in the tickets, what failed to be read one in
// the sequences; mostly there is one run.
type runs struct {
	list  []run
	end   uint64 // the sequence of the next record
	acked uint64 // what forget returned last
}

// add notes that an event was written. Both numbers grow from call to call.
func (r *runs) add(ticket, seq uint64) {
	r.end = seq + 1
	if n := len(r.list); n > 0 {
		last := &r.list[n-1]
		if last.ticket+last.n == ticket && last.seq+last.n == seq {
			last.n++
			return
		}
	}
	r.list = append(r.list, run{ticket: ticket, seq: seq, n: 1})
}

// find returns the place of an event, and false if it was not written.
func (r *runs) find(ticket uint64) (seq uint64, ok bool) {
	i := sort.Search(len(r.list), func(i int) bool { return r.list[i].ticket > ticket }) - 1
	if i < 0 || ticket-r.list[i].ticket >= r.list[i].n {
		return 0, false
	}
	return r.list[i].seq + ticket - r.list[i].ticket, true
}

// next returns the first event from a ticket on that was written, and its place.
func (r *runs) next(ticket uint64) (found, seq uint64, ok bool) {
	i := sort.Search(len(r.list), func(i int) bool { return r.list[i].ticket+r.list[i].n > ticket })
	if i == len(r.list) {
		return 0, 0, false
	}
	ticket = max(ticket, r.list[i].ticket)
	return ticket, r.list[i].seq + ticket - r.list[i].ticket, true
}

// forget forgets the events before the oldest one that is left, and returns the first sequence that is still wanted.
func (r *runs) forget(oldest uint64) (seq uint64, moved bool) {
	done := 0
	for done < len(r.list) && r.list[done].ticket+r.list[done].n <= oldest {
		done++
	}
	if done > 0 {
		r.list = r.list[:copy(r.list, r.list[done:])]
	}
	seq = r.end
	if len(r.list) > 0 {
		first := &r.list[0]
		if oldest > first.ticket {
			gone := oldest - first.ticket
			first.ticket, first.seq, first.n = oldest, first.seq+gone, first.n-gone
		}
		seq = first.seq
	}
	moved = seq > r.acked
	r.acked = seq
	return seq, moved
}

// runsLeast is how many runs are never too many.
const runsLeast = 64

// thinRunsLocked forgets the runs of which no event is left, if there are many. A rule that takes events from the midst leaves gaps,
// which last as long as the oldest event waits: there would be ever more runs, however few events wait.
func (q *Disk) thinRunsLocked() {
	l, list := &q.ledger, q.runs.list
	if q.plain() || len(list) <= 2*l.events()+runsLeast {
		return
	}
	kept, i := list[:0], l.skip(l.first)
	for _, r := range list {
		for i != l.end && l.slot(i).id < r.ticket {
			i = l.skip(i + 1)
		}
		if i != l.end && l.slot(i).id-r.ticket < r.n {
			kept = append(kept, r)
		}
	}
	q.runs.list = kept
}
