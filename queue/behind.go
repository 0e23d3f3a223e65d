package queue

import "time"

// blockEvents is how many events a block sums up. What leaves a block counts with the mean size of its events, so that sums are
// those of what was pushed, whatever form the text has on disk.
const blockEvents = 256

// behind sums up events that are on disk and have no slot in the ledger: what lies behind the window of a Disk whose rule takes
// events from the front or the end only. It needs a few bytes for each hundred events.
type behind struct {
	most   int     // events of a block; blockEvents but for tests
	blocks []block // oldest first; none is empty
	events int
}

// block are consecutive events.
type block struct {
	last   uint64 // ticket of the last one
	events int
	bytes  int64
	oldest time.Duration // when the one came that is oldest by the clock
	newest time.Duration // when the one came that is newest by the clock
}

// within brings the time when one of the events came into the block: whatever the wall clock said when it was written.
func (b *block) within(at time.Duration) time.Duration { return min(max(at, b.oldest), b.newest) }

// add takes in an event behind all others.
func (b *behind) add(a arrival) {
	if n := len(b.blocks); n == 0 || b.blocks[n-1].events >= b.most {
		b.blocks = append(b.blocks, block{oldest: a.at, newest: a.at})
	}
	last := &b.blocks[len(b.blocks)-1]
	last.last, last.oldest, last.newest = a.ticket, min(last.oldest, a.at), max(last.newest, a.at)
	last.events++
	last.bytes += a.size
	b.events++
}

// take takes the oldest event out, and returns its share of the bytes.
func (b *behind) take() int64 {
	first := &b.blocks[0]
	size := first.bytes / int64(first.events)
	first.events--
	first.bytes -= size
	b.events--
	if first.events == 0 {
		b.blocks = b.blocks[1:]
	}
	return size
}

// takeBlock takes the first block out.
func (b *behind) takeBlock() block {
	first := b.blocks[0]
	b.blocks = b.blocks[1:]
	b.events -= first.events
	return first
}

// admit takes an event that gets no slot, and returns its number.
func (l *ledger[H]) admit(e *entry) uint64 {
	l.outside++
	l.waiting++
	l.bytes += e.size
	l.pushed.add(1, e.size)
	l.next++
	return l.next - 1
}

// adopt gives a slot to the oldest event without one.
func (l *ledger[H]) adopt(a arrival, handle H) {
	l.outside--
	l.place(slot[H]{handle: handle, id: a.ticket, at: a.at, meta: uint32(a.size) << priorityBits})
}

// forgo drops events without slots.
func (l *ledger[H]) forgo(events int, bytes int64, c cause) {
	l.outside -= events
	l.waiting -= events
	l.bytes -= bytes
	l.dropped[c].add(events, bytes)
	if l.events() == 0 {
		l.rest()
	}
}
