package loop

import (
	"math"
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
	limit  uint32
	window time.Duration
	hasher hasher
	sets   [][stormWays]repeated // their number is a power of two
	held   uint64
}

// repeated is an event that came, and how often.
type repeated struct {
	key         uint64
	first, last time.Duration
	count       uint32 // 0: this place is free
	tripped     bool
}

// The table grows while what is in it came within the window, so that a quiet remote costs little. When it is full, what came
// most seldom goes first: what circles stays.
const (
	stormWays    = 4
	stormMinSets = 8
	stormMaxSets = 1024
)

// NewStorm returns a breaker; without a limit it holds nothing back.
func NewStorm(limit int, window time.Duration) *Storm {
	if limit <= 0 || window <= 0 {
		return &Storm{}
	}
	return &Storm{limit: uint32(min(limit, math.MaxInt32)), window: window}
}

// Check counts an event. It reports whether to hold it back, and whether it is the first of its kind to be.
func (s *Storm) Check(row *vscp.Row, now time.Duration) (held, began bool) {
	if s.limit == 0 {
		return false, false
	}
	if s.sets == nil { // most remotes of a large bridge may be silent
		s.hasher, s.sets = newHasher(), make([][stormWays]repeated, stormMinSets)
	}
	r := s.place(s.hasher.event(row), now)
	if r == nil {
		return false, false
	}
	if s.over(r, now) {
		*r = repeated{key: r.key, first: now}
	}
	r.last = now
	if r.count <= s.limit {
		r.count++
	}
	held = r.count > s.limit
	began = held && !r.tripped
	r.tripped = held
	if held {
		s.held++
	}
	return held, began
}

// Held returns how many events were held back so far.
func (s *Storm) Held() uint64 { return s.held }

// over reports whether the window of an event is over.
func (s *Storm) over(r *repeated, now time.Duration) bool {
	if r.tripped {
		return now-r.last >= s.window
	}
	return now-r.first >= s.window
}

// place finds the place of a key, or makes one. It returns nil if all that are possible hold what is held back.
func (s *Storm) place(key uint64, now time.Duration) *repeated {
	set := &s.sets[key&uint64(len(s.sets)-1)]
	for i := range set {
		if r := &set[i]; r.key == key && r.count > 0 {
			return r
		}
	}
	victim := s.victim(set, now)
	for len(s.sets) < stormMaxSets && s.worth(victim, now) > 0 {
		s.grow()
		victim = s.victim(&s.sets[key&uint64(len(s.sets)-1)], now)
	}
	if victim.tripped && s.worth(victim, now) > 0 {
		return nil
	}
	*victim = repeated{key: key, first: now}
	return victim
}

// victim returns the place that is given up first: what may be forgotten, what came most seldom, what came longest ago.
func (s *Storm) victim(set *[stormWays]repeated, now time.Duration) *repeated {
	victim, least := &set[0], s.value(&set[0], now)
	for i := range set[1:] {
		r := &set[i+1]
		if v := s.value(r, now); v < least || v == least && r.first < victim.first {
			victim, least = r, v
		}
	}
	return victim
}

// value is worth, but for what came once: that it may be forgotten follows from when that was. Nearly all came once.
func (s *Storm) value(r *repeated, now time.Duration) uint32 {
	if r.count <= 1 {
		return r.count
	}
	return s.worth(r, now)
}

// worth is 0 for what may be forgotten.
func (s *Storm) worth(r *repeated, now time.Duration) uint32 {
	if r.count == 0 || s.over(r, now) {
		return 0
	}
	return r.count
}

// grow doubles the table. What was in a set is divided between two, so that there is room for all.
func (s *Storm) grow() {
	old := s.sets
	s.sets = make([][stormWays]repeated, 2*len(old))
	for i := range old {
		for _, r := range old[i] {
			if r.count == 0 {
				continue
			}
			set := &s.sets[r.key&uint64(len(s.sets)-1)]
			for j := range set {
				if set[j].count == 0 {
					set[j] = r
					break
				}
			}
		}
	}
}

// Follow makes s go on where before ended: with what that counted, if they have the same limits, and with the number of events that
// it held back in any case. before is not used any more.
func (s *Storm) Follow(before *Storm) {
	if s.limit == before.limit && s.window == before.window {
		s.hasher, s.sets = before.hasher, before.sets
	}
	s.held = before.held
}
