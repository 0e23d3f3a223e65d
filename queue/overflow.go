package queue

import (
	"fmt"
	"strings"
)

// Overflow says what a full queue does with one more event. Events that are being sent are never evicted, and none is evicted
// if the new one would not fit nevertheless: then the new one is dropped.
type Overflow uint8

// The overflow rules.
const (
	DropOldest Overflow = iota // evict the oldest event that is not being sent
	DropNewest                 // refuse the new event
	Block                      // take nothing until there is room: the source waits
	// DropLowestPriority evicts the oldest of the events with the lowest priority, that is the largest number; a new event whose
	// priority is lower than that of all that wait is refused.
	DropLowestPriority
	// LatestOnly keeps the newest event of each vscp.Subject: a new event replaces the one that waits, full or not, and is last
	// in the order. At a limit it evicts as DropOldest does.
	LatestOnly
)

var overflowNames = [...]string{
	DropOldest: "drop_oldest", DropNewest: "drop_newest", Block: "block",
	DropLowestPriority: "drop_lowest_priority", LatestOnly: "latest_only",
}

// String returns the name that ParseOverflow reads.
func (o Overflow) String() string {
	if int(o) < len(overflowNames) {
		return overflowNames[o]
	}
	return fmt.Sprintf("overflow(%d)", uint8(o))
}

// ParseOverflow reads drop_oldest, drop_newest, block, drop_lowest_priority or latest_only.
func ParseOverflow(s string) (Overflow, error) {
	for i, name := range overflowNames {
		if s == name {
			return Overflow(i), nil
		}
	}
	return 0, fmt.Errorf("queue: unknown overflow %q, want one of %s", s, strings.Join(overflowNames[:], ", "))
}

// Drops counts the events that a limit or a rule removed, or the bytes of their text, by cause.
type Drops struct {
	Oldest         uint64 // evicted as the oldest
	Newest         uint64 // refused by drop_newest, or by another rule when those being sent leave no room
	LowestPriority uint64 // evicted or refused by drop_lowest_priority
	Replaced       uint64 // outdated by a newer one, with latest_only
	Expired        uint64 // older than MaxAge
	TooLarge       uint64 // larger than MaxBytes alone
	Damaged        uint64 // on disk, and no longer to be read there
	Purged         uint64 // by Purge
}

// Total returns the sum over all causes.
func (d Drops) Total() uint64 {
	return d.Oldest + d.Newest + d.LowestPriority + d.Replaced + d.Expired + d.TooLarge + d.Damaged + d.Purged
}

// cause is an index of the counters behind Drops.
type cause uint8

const (
	causeOldest cause = iota
	causeNewest
	causeLowestPriority
	causeReplaced
	causeExpired
	causeTooLarge
	causeDamaged
	causePurged
	causes
)

// verdict is what is to be done next about a new event.
type verdict uint8

const (
	take   verdict = iota // append it
	evict                 // drop another first, and ask again
	refuse                // drop it
	wait                  // leave it with the source
)

// decide says what is to be done about a new event. To evict comes with the position, to evict and to refuse with the cause.
func (l *ledger[H]) decide(e *entry) (v verdict, victim uint32, c cause) {
	if e.size > l.limits.MaxBytes {
		return refuse, 0, causeTooLarge
	}
	possible := l.roomBeside(0, 0, e.size)
	if l.latest != nil && possible {
		if old, ok := l.latest.find(&e.subject); ok {
			return evict, old, causeReplaced
		}
	}
	switch {
	case l.fits(e.size):
		return take, 0, 0
	case l.limits.Overflow == Block:
		return wait, 0, 0
	case l.limits.Overflow == DropNewest || !possible:
		return refuse, 0, causeNewest
	case l.limits.Overflow == DropLowestPriority:
		lowest, ok := l.chains.lowest(e.priority)
		if events, bytes := l.chains.above(e.priority); !ok || !l.roomBeside(events, bytes, e.size) {
			return refuse, 0, causeLowestPriority
		}
		return evict, lowest, causeLowestPriority
	default:
		return evict, l.front, causeOldest
	}
}

// fits reports whether an event of the given size fits beside all others.
func (l *ledger[H]) fits(size int64) bool {
	return l.leased+l.waiting < l.limits.MaxEvents && l.bytes+size <= l.limits.MaxBytes
}

// roomBeside reports whether an event of the given size fits beside the leased events and so many that wait.
func (l *ledger[H]) roomBeside(waiting int, bytes, size int64) bool {
	return l.leased+waiting < l.limits.MaxEvents && l.leasedBytes+bytes+size <= l.limits.MaxBytes
}

// wakesSource reports, once, whether a source that waits is worth waking: with room for one event it would be woken for each.
func (l *ledger[H]) wakesSource() bool {
	if !l.short || l.events() > threeQuarters(l.limits.MaxEvents) || l.bytes > threeQuarters(l.limits.MaxBytes) {
		return false
	}
	l.short = false
	return true
}

// threeQuarters rounds down, and does not overflow: limits that nobody means to reach are large, and an int may have 32 bits.
func threeQuarters[T int | int64](n T) T { return n/4*3 + n%4*3/4 }
