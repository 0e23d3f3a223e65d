package loop_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/loop"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// made returns the GUID of a device with these bytes behind the kind.
func made(b ...byte) vscp.GUID {
	g := vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE}
	copy(g[8:], b)
	return g
}

func TestPropose(t *testing.T) {
	const north, south = 0, 1
	declared := []loop.Place{{Origins: []vscp.GUIDPattern{made(1).Prefix(9)}}, {Origins: []vscp.GUIDPattern{made(2, 2, 2, 2).Prefix(12)}}}
	tests := []struct {
		name string
		seen []loop.Sighting
		want []string // REMOTE: SEEN, DECLARED, PREFIX GUIDS...; and GUIDs apart
	}{
		{"nothing", nil, []string{"0: 0 0", "1: 0 0"}},
		{
			"one alone",
			[]loop.Sighting{{GUID: made(9, 8, 7, 6, 5), Remote: north}},
			[]string{"0: 1 0 FF:FF:FF:FF:FF:FF:FF:FE:09:08:07:* 1", "1: 0 0"},
		},
		{
			"declared and near a declaration elsewhere",
			[]loop.Sighting{{GUID: made(1, 5), Remote: north}, {GUID: made(2, 2, 2, 3), Remote: north}, {GUID: made(2, 2, 2, 4), Remote: north}},
			[]string{"0: 3 1 FF:FF:FF:FF:FF:FF:FF:FE:02:02:02:03:* 1 FF:FF:FF:FF:FF:FF:FF:FE:02:02:02:04:* 1", "1: 0 0"},
		},
		{
			"the last byte decides",
			[]loop.Sighting{{GUID: made(9, 0, 0, 0, 0, 0, 0, 1), Remote: north}, {GUID: made(9, 0, 0, 0, 0, 0, 0, 2), Remote: south}},
			[]string{"0: 1 0 FF:FF:FF:FF:FF:FF:FF:FE:09:00:00:00:00:00:00:01 1", "1: 1 0 FF:FF:FF:FF:FF:FF:FF:FE:09:00:00:00:00:00:00:02 1"},
		},
		{
			"several under one",
			[]loop.Sighting{{GUID: made(9, 1, 1, 1), Remote: south}, {GUID: made(9, 1, 1, 9), Remote: south}, {GUID: made(9, 1, 2), Remote: north}},
			[]string{"0: 1 0 FF:FF:FF:FF:FF:FF:FF:FE:09:01:02:* 1", "1: 2 0 FF:FF:FF:FF:FF:FF:FF:FE:09:01:01:* 2"},
		},
		{
			"apart, and nobody covers it",
			[]loop.Sighting{
				{GUID: made(9, 1, 1, 5), Remote: south, Moves: 7, Flaps: true},
				{GUID: made(9, 1, 1, 5), Remote: north, Moves: 7, Flaps: true},
				{GUID: made(9, 1, 1, 6), Remote: south},
			},
			[]string{"0: 0 0", "1: 1 0 FF:FF:FF:FF:FF:FF:FF:FE:09:01:01:06:* 1", "FF:FF:FF:FF:FF:FF:FF:FE:09:01:01:05:00:00:00:00 at 0 1, 7 moves, true"},
		},
		{
			"roaming, private, laboratory and none",
			[]loop.Sighting{
				{GUID: made(7, 7), Remote: north},
				{GUID: made(7, 7), Remote: south},
				{GUID: vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC, 1}, Remote: north},
				{GUID: vscp.GUID{15: 3}, Remote: north},
				{Remote: north},
			},
			[]string{"0: 0 0", "1: 0 0"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := loop.New(declared, []vscp.GUIDPattern{made(7).Prefix(9)}).Propose(tt.seen)
			var got []string
			for i, s := range p.Places {
				text := fmt.Sprintf("%d: %d %d", i, s.Seen, s.Declared)
				for _, prefix := range s.Prefixes {
					text += fmt.Sprintf(" %v %d", prefix.Pattern, prefix.GUIDs)
				}
				got = append(got, text)
			}
			for _, a := range p.Apart {
				text := a.GUID.String() + " at"
				for _, s := range a.Seen {
					text += fmt.Sprintf(" %d", s.Remote)
				}
				got = append(got, fmt.Sprintf("%s, %d moves, %v", text, a.Moves, a.Flaps))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestProposeIsExact tries crowds of GUIDs that share much. Once what is proposed is declared, each GUID may come from where it was
// seen and from nowhere else, and nothing is left to propose; and no prefix could be shorter.
func TestProposeIsExact(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		places, seen := crowd(r)
		p := loop.New(places, nil).Propose(seen)
		all := slices.Clone(places)
		for i, s := range p.Places {
			all[i].Origins = slices.Clone(places[i].Origins)
			for _, prefix := range s.Prefixes {
				all[i].Origins = append(all[i].Origins, prefix.Pattern)
				checkShortest(t, seed, places, seen, i, prefix.Pattern)
			}
		}
		g, apart := loop.New(all, nil), func(guid vscp.GUID) bool {
			return slices.ContainsFunc(p.Apart, func(a loop.Apart) bool { return a.GUID == guid })
		}
		for _, s := range seen {
			for remote := range places {
				got, want := g.Check(remote, s.GUID), loop.Admitted
				if remote != s.Remote {
					want = loop.Origin
				}
				if apart(s.GUID) {
					want = loop.Admitted
				}
				if got != want {
					t.Fatalf("seed %d: GUID %v of remote %d at %d: %q, want %q", seed, s.GUID, s.Remote, remote, got, want)
				}
			}
		}
		again := g.Propose(seen)
		for i, s := range again.Places {
			if len(s.Prefixes) > 0 || s.Seen != s.Declared || s.Seen != p.Places[i].Seen {
				t.Fatalf("seed %d: remote %d: then proposed %+v, want nothing more", seed, i, s)
			}
		}
	}
}

// crowd returns three remotes, with some declarations, and GUIDs seen there that are admitted; a few at two remotes.
func crowd(r *rand.Rand) ([]loop.Place, []loop.Sighting) {
	some := func() vscp.GUID {
		var b [8]byte
		for i := range b {
			b[i] = byte(r.IntN(2))
		}
		return made(b[:]...)
	}
	places := make([]loop.Place, 3)
	taken := map[vscp.GUIDPattern]bool{}
	for range r.IntN(5) {
		p := some().Prefix(9 + r.IntN(8))
		if !taken[p] {
			taken[p] = true
			i := r.IntN(len(places))
			places[i].Origins = append(places[i].Origins, p)
		}
	}
	g := loop.New(places, nil)
	var seen []loop.Sighting
	for range r.IntN(40) {
		s := loop.Sighting{GUID: some(), Remote: r.IntN(len(places))}
		is := func(o loop.Sighting) bool { return o.GUID == s.GUID && (o.Remote == s.Remote || r.IntN(4) > 0) }
		if g.Check(s.Remote, s.GUID) == loop.Admitted && !slices.ContainsFunc(seen, is) {
			seen = append(seen, s)
		}
	}
	return places, seen
}

// checkShortest wants a prefix that is a byte shorter to cover what is not of the remote, or to be too short for a place.
func checkShortest(t *testing.T, seed uint64, places []loop.Place, seen []loop.Sighting, remote int, p vscp.GUIDPattern) {
	t.Helper()
	if p.Len() <= 11 {
		return
	}
	shorter := p.First().Prefix(p.Len() - 1)
	for _, s := range seen {
		if s.Remote != remote && shorter.Match(s.GUID) {
			return
		}
	}
	for i := range places {
		if i != remote && slices.ContainsFunc(places[i].Origins, shorter.Contains) {
			return
		}
	}
	t.Errorf("seed %d: remote %d: %v is proposed, want no more than %v", seed, remote, p, shorter)
}
