package loop

import "time"

// stormTable holds what came, in sets; their number is a power of two. Nearly all events come once, so it is made for those: they are
// compared with one set, which is a cache line, and put into it without any search for a place.
type stormTable []stormSet

// stormSet has what it got last in front, and what is free at the end.
type stormSet struct {
	word [stormWays]uint64        // the key, and the count in its lowest bits; 0: this place is free
	at   [stormWays]time.Duration // when it first came, or for what is held back, when it last came
}

// The table grows while what is in it came within the window, so that a quiet remote costs little. When it is full, what came
// most seldom goes first: what circles stays.
const (
	stormWays    = 4
	stormMinSets = 8
	stormMaxSets = 1024
)

// A count has room for one more than the highest limit of a configuration.
const (
	countBits = 20
	countMask = 1<<countBits - 1
	mostCount = countMask - 1
)

// keyOf makes the key in a word of a hash, or of another word. It is not 0. With 43 bits left, an event is taken for another that is
// being held back once in 10^13 times.
func keyOf(word uint64) uint64 { return word&^countMask | 1<<63 }

// of returns the set of a key.
func (t stormTable) of(key uint64) *stormSet { return &t[key>>countBits&uint64(len(t)-1)] }

// grown returns a table of twice the size. What was in a set is divided between two, so that there is room for all.
func (t stormTable) grown() stormTable {
	next := make(stormTable, 2*len(t))
	var used [stormMaxSets]uint8
	for i := range t {
		old := &t[i]
		for j, word := range old.word {
			if word == 0 {
				break
			}
			to := keyOf(word) >> countBits & uint64(len(next)-1)
			next[to].word[used[to]], next[to].at[used[to]] = word, old.at[j]
			used[to]++
		}
	}
	return next
}

func (s *stormSet) count(i int) uint64 { return s.word[i] & countMask }

// find returns the place of a key, or -1.
func (s *stormSet) find(key uint64) int {
	for i := range s.word {
		if s.word[i]&^countMask == key {
			return i
		}
	}
	return -1
}

// enter puts a key that came once into the front, in place of i; those between move up.
func (s *stormSet) enter(i int, key uint64, now time.Duration) {
	if i == stormWays-1 {
		w, at := &s.word, &s.at
		w[3], w[2], w[1], w[0] = w[2], w[1], w[0], key|1
		at[3], at[2], at[1], at[0] = at[2], at[1], at[0], now
		return
	}
	copy(s.word[1:i+1], s.word[:i])
	copy(s.at[1:i+1], s.at[:i])
	s.word[0], s.at[0] = key|1, now
}
