package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// ledger keeps the order of the events and what the limits and the overflow rules need to know of each, beside a handle H by
// which a storage finds the event. Events have consecutive positions, oldest first, in a ring; the leased ones are its front
// part. An event that is dropped from the midst leaves a gap, and gaps are closed when the ring is full of them.
type ledger[H any] struct {
	limits Options
	slots  []slot[H] // a power of two of them
	next   uint64    // the number of the next event, 1 being the first
	first  uint32    // position of the oldest event; positions wrap around
	front  uint32    // position of the oldest event that waits
	end    uint32    // position of the next event

	leased      int
	waiting     int
	outside     int   // of those that wait, the ones without a slot; they are newer than all that have one
	bytes       int64 // of leased and waiting events
	leasedBytes int64
	pushed      amount
	removed     amount
	restored    amount // of those that were pushed, the ones that came from storage or by hand
	dropped     [causes]amount
	short       bool // a source waits for room, and was not told of any yet
	freed       bool // sources may wait, but no longer have to: the rule was Block

	patient   bool          // calm is called, so that slots may be kept for the next burst
	calmSince time.Duration // when calm was called first after the newest event
	calmAfter uint64        // the number of events that had come then

	chains *chains[H] // nil unless the rule needs them
	latest *latest    // likewise

	gone  func(id uint64, size int64) // called for each event that was taken and leaves; may be nil
	moved uint64                      // how often events got other positions

	lost     func(s *slot[H], c cause) // called for each event that was taken and is dropped; may be nil
	observer Observer                  // of lost, and of those that are not taken; may be nil
}

type slot[H any] struct {
	handle H
	id     uint64        // numbers grow with the positions
	at     time.Duration // when the event came
	below  uint32        // position of the next newer event of the same priority, with chains
	meta   uint32        // size and priority; 0: a gap
}

const (
	priorityBits = 3
	maxCost      = 1<<(32-priorityBits) - 1
	slotsLeast   = 16
	slotsKept    = 1024 // an empty ledger of up to so many slots keeps them
	slotsBusy    = 8192 // between two bursts, one of up to so many does: 256 KiB
	restAfter    = 500 * time.Millisecond
)

func (s *slot[H]) size() int64     { return int64(s.meta >> priorityBits) }
func (s *slot[H]) priority() uint8 { return uint8(s.meta & (1<<priorityBits - 1)) }

// entry is what is to be known of an event before it is taken.
type entry struct {
	size     int64 // 1 to maxCost
	at       time.Duration
	priority uint8
	subject  vscp.Subject // for LatestOnly only
}

func newLedger[H any](o Options) ledger[H] {
	l := ledger[H]{limits: o, next: 1}
	if o.Overflow == DropLowestPriority {
		l.chains = new(chains[H])
	}
	if o.Overflow == LatestOnly {
		l.latest = newLatest()
	}
	return l
}

func (l *ledger[H]) slot(position uint32) *slot[H] {
	return &l.slots[position&uint32(len(l.slots)-1)]
}

func (l *ledger[H]) events() int { return l.leased + l.waiting }

// append adds an event that fits.
func (l *ledger[H]) append(e *entry, handle H) {
	l.place(slot[H]{handle: handle, id: l.next, at: e.at, meta: uint32(e.size)<<priorityBits | uint32(e.priority)})
	l.next++
	l.waiting++
	l.bytes += e.size
	l.pushed.add(1, e.size)
	if l.chains != nil {
		l.chains.append(l, l.end-1)
	}
	if l.latest != nil {
		l.latest.append(l.end-1, &e.subject)
	}
}

// place puts an event behind all others that have a slot.
func (l *ledger[H]) place(s slot[H]) {
	if int(l.end-l.first) == len(l.slots) {
		l.makeSlot()
	}
	*l.slot(l.end) = s
	l.end++
}

// refuse counts an event that is dropped before it was taken.
func (l *ledger[H]) refuse(size int64, c cause) {
	l.pushed.add(1, size)
	l.dropped[c].add(1, size)
}

// lease leases the n oldest events that wait, and appends their handles to dst. So many must wait.
func (l *ledger[H]) lease(dst []H, n int) []H {
	i, bytes := l.front, int64(0)
	for left := n; left > 0; i++ {
		s := l.slot(i)
		if s.meta == 0 {
			continue
		}
		if l.chains != nil {
			l.chains.lease(l, i)
		}
		if l.latest != nil {
			l.latest.forget(i)
		}
		dst = append(dst, s.handle)
		bytes += s.size()
		left--
	}
	l.waiting -= n
	l.leased += n
	l.leasedBytes += bytes
	l.front = l.skip(i)
	return dst
}

// remove takes the n oldest leased events out, and returns the bytes of their text. So many must be leased. It tells at, which may be nil,
// for how long they were here.
func (l *ledger[H]) remove(n int, at *stays) (text int64) {
	i, bytes := l.first, int64(0)
	for left := n; left > 0; i++ {
		s := l.slot(i)
		if s.meta == 0 {
			continue
		}
		if l.chains != nil {
			l.chains.remove(l, i)
		}
		bytes += s.size()
		at.since(s.at)
		if l.gone != nil {
			l.gone(s.id, s.size())
		}
		*s = slot[H]{}
		left--
	}
	at.end()
	l.leased -= n
	l.leasedBytes -= bytes
	l.bytes -= bytes
	l.removed.add(n, bytes)
	l.first = l.skip(i)
	if l.events() == 0 {
		l.rest()
	}
	return textOf(n, bytes)
}

// drop takes a waiting event out and counts it.
func (l *ledger[H]) drop(i uint32, c cause) {
	if l.lost != nil {
		l.lost(l.slot(i), c)
	}
	if l.chains != nil {
		l.chains.drop(l, i)
	}
	if l.latest != nil {
		l.latest.forget(i)
	}
	s := l.slot(i)
	l.dropped[c].add(1, s.size())
	l.waiting--
	l.bytes -= s.size()
	if l.gone != nil {
		l.gone(s.id, s.size())
	}
	*s = slot[H]{}
	if i == l.front {
		l.front = l.skip(i + 1)
		if i == l.first {
			l.first = l.front
		}
	}
	if l.events() == 0 {
		l.rest()
	}
}

// release ends all leases. With LatestOnly it drops those events that a newer one replaced while they were leased.
func (l *ledger[H]) release() {
	first, border := l.first, l.front
	l.front = first
	l.waiting, l.leased, l.leasedBytes = l.events(), 0, 0
	if l.chains != nil {
		l.chains.release()
	}
	if l.latest == nil {
		return
	}
	for i := border; i != first; {
		i--
		if l.slot(i).meta != 0 && !l.latest.restore(i) {
			l.drop(i, causeReplaced)
		}
	}
}

// releaseBut ends all leases like release, and takes out the events of a queue that began then for which gone says so.
func (l *ledger[H]) releaseBut(gone func(Lease) bool, began time.Time) {
	var before [1 << priorityBits]uint32 // the position of the event before, of each priority
	for i, n := l.first, 0; i != l.front; i++ {
		s := l.slot(i)
		if s.meta == 0 {
			continue
		}
		n++
		if !gone(Lease{N: n - 1, Came: began.Add(s.at), Text: textOf(1, s.size())}) {
			before[s.priority()] = i
			continue
		}
		if l.chains != nil {
			l.chains.unlink(l, i, before[s.priority()])
		}
		l.leased--
		l.leasedBytes -= s.size()
		l.bytes -= s.size()
		l.removed.add(1, s.size())
		if l.gone != nil {
			l.gone(s.id, s.size())
		}
		*s = slot[H]{}
	}
	l.first = l.skip(l.first)
	l.release()
	if l.events() == 0 {
		l.rest()
	}
}

// expire drops the oldest waiting events that are too old, and reports whether there were any.
func (l *ledger[H]) expire(now time.Duration) bool {
	some := false
	for l.ages() && l.front != l.end && now-l.slot(l.front).at >= l.limits.MaxAge {
		l.drop(l.front, causeExpired)
		some = true
	}
	return some
}

// ages reports whether an event may have expired, so that the clock is worth a look.
func (l *ledger[H]) ages() bool { return l.limits.MaxAge > 0 && l.waiting > 0 }

// waitingSince returns how many events wait, and when the oldest of them came to a queue that began then; zero if none has a slot.
func (l *ledger[H]) waitingSince(began time.Time) (events int, oldest time.Time) {
	if l.front != l.end {
		oldest = began.Add(l.slot(l.front).at)
	}
	return l.waiting, oldest
}

// reading returns the counters and gauges of a queue that began then.
func (l *ledger[H]) reading(began time.Time) Stats {
	var oldest time.Time
	if l.first != l.end {
		oldest = began.Add(l.slot(l.first).at)
	}
	return Stats{
		Oldest: oldest, Recovered: l.restored.events,
		Events: l.events(), Leased: l.leased, Bytes: l.bytes, Pushed: l.pushed.events, Removed: l.removed.events,
		Dropped: l.drops(func(a amount) uint64 { return a.events }),
		Text: Volume{
			Held: uint64(textOf(l.events(), l.bytes)), Pushed: l.pushed.text, Removed: l.removed.text, Recovered: l.restored.text,
			Dropped: l.drops(func(a amount) uint64 { return a.text }),
		},
	}
}

// drops returns the events that were dropped, or the bytes of their text, as of says.
func (l *ledger[H]) drops(of func(amount) uint64) Drops {
	d := &l.dropped
	return Drops{
		Oldest: of(d[causeOldest]), Newest: of(d[causeNewest]), LowestPriority: of(d[causeLowestPriority]), Replaced: of(d[causeReplaced]),
		Expired: of(d[causeExpired]), TooLarge: of(d[causeTooLarge]), Damaged: of(d[causeDamaged]), Purged: of(d[causePurged]),
	}
}
