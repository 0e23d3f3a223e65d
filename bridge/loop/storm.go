package loop

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Storm is a breaker for events that come from a remote again and again. More than Limit of the same GUID, class, type and data
// within a window, counted from the first of them, are held back from then on, until none came for a window. The GUID is part of
// it so that the equal heartbeats of a thousand nodes are no storm; a copy that circles has the same GUID each time that it comes
// by, whatever peers made of it.
//
// It belongs to the goroutine that receives from the remote. The zero value holds nothing back.
type Storm struct {
	limit  uint64
	window time.Duration
	hasher hasher
	table  stormTable
	held   uint64
}

// NewStorm returns a breaker; without a limit it holds nothing back.
func NewStorm(limit int, window time.Duration) *Storm {
	if limit <= 0 || window <= 0 {
		return &Storm{}
	}
	return &Storm{limit: uint64(min(limit, mostCount)), window: window}
}

// Check counts an event. It reports whether to hold it back, and whether it is the first of its kind to be.
func (s *Storm) Check(row *vscp.Row, now time.Duration) (held, began bool) {
	if s.limit == 0 {
		return false, false
	}
	if s.table == nil { // most remotes of a large bridge may be silent
		s.hasher, s.table = newHasher(), make(stormTable, stormMinSets)
	}
	key := keyOf(s.hasher.event(row))
	set := s.table.of(key)
	i := set.find(key)
	if i < 0 {
		s.enter(key, now)
		return false, false
	}
	return s.again(set, i, now)
}

// again counts an event that has a place.
func (s *Storm) again(set *stormSet, i int, now time.Duration) (held, began bool) {
	before := set.count(i)
	if s.over(set, i, now) {
		set.enter(i, keyOf(set.word[i]), now)
		return false, false
	}
	if before <= s.limit {
		set.word[i]++
	}
	if held = set.count(i) > s.limit; held {
		set.at[i] = now
		s.held++
	}
	return held, held && before <= s.limit
}

// enter makes a place for a key that has none. It gets none if all that are possible hold what is held back.
func (s *Storm) enter(key uint64, now time.Duration) {
	set := s.table.of(key)
	const last = stormWays - 1
	if set.count(last) <= 1 && (len(s.table) == stormMaxSets || s.worth(set, last, now) == 0) {
		set.enter(last, key, now) // what victim may say too, sooner
		return
	}
	victim := s.victim(set, now)
	for len(s.table) < stormMaxSets && s.worth(set, victim, now) > 0 {
		s.table = s.table.grown()
		set = s.table.of(key)
		victim = s.victim(set, now)
	}
	if s.worth(set, victim, now) <= s.limit {
		set.enter(victim, key, now)
	}
}

// victim returns the place that is given up first: what may be forgotten, what came most seldom, what came longest ago.
func (s *Storm) victim(set *stormSet, now time.Duration) int {
	const last = stormWays - 1
	victim, least := last, s.value(set, last, now)
	for i := last - 1; i >= 0; i-- {
		if v := s.value(set, i, now); v < least {
			victim, least = i, v
		}
	}
	return victim
}

// value is worth, but for what came once: that it may be forgotten follows from when that was. Nearly all came once.
func (s *Storm) value(set *stormSet, i int, now time.Duration) uint64 {
	if n := set.count(i); n <= 1 {
		return n
	}
	return s.worth(set, i, now)
}

// worth is 0 for what may be forgotten.
func (s *Storm) worth(set *stormSet, i int, now time.Duration) uint64 {
	if s.over(set, i, now) {
		return 0
	}
	return set.count(i)
}

// over reports whether the window of an event is over.
func (s *Storm) over(set *stormSet, i int, now time.Duration) bool { return now-set.at[i] >= s.window }

// Held returns how many events were held back so far.
func (s *Storm) Held() uint64 { return s.held }

// Follow makes s go on where before ended: with what that counted, if they have the same limits, and with the number of events that
// it held back in any case. before is not used any more.
func (s *Storm) Follow(before *Storm) {
	if s.limit == before.limit && s.window == before.window {
		s.hasher, s.table = before.hasher, before.table
	}
	s.held = before.held
}
