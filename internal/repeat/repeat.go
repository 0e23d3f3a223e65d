// Package repeat says how often a test repeats what is random, or runs through cases in one goroutine. The race detector makes that eight
// times slower, and finds nothing more in the second half: so with it, tests do an eighth. Without, they do all of it. It is for tests only.
package repeat

// share is the part that is left with the race detector.
const share = 8

// Times returns full, or with the race detector an eighth of it, rounded up.
func Times[N int | uint64](full N) N {
	if withRace {
		return (full + share - 1) / share
	}
	return full
}
