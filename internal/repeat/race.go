//go:build race

package repeat

const withRace = true
