package loop

import (
	"bytes"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Proposal is what the GUIDs that were seen suggest to declare.
type Proposal struct {
	Places []Suggested // by remote
	Apart  []Apart     // GUIDs for which nothing is suggested, in their order
}

// Suggested is what was seen at a remote and nowhere else, without GUIDs that roam or mean something only where they are.
type Suggested struct {
	Seen     int      // GUIDs
	Declared int      // those of them that are within the origins of the remote
	Prefixes []Prefix // for the others, in their order
}

// Prefix is an origin to declare.
type Prefix struct {
	Pattern vscp.GUIDPattern
	GUIDs   int // that were seen and that it covers
}

// Apart is a GUID that was seen at several remotes.
type Apart struct {
	GUID  vscp.GUID
	Seen  []Sighting // one for each remote, in their order
	Moves uint64
	Flaps bool
}

// minPrefix is the least number of bytes that is proposed. The first eight say of what kind a GUID is, and of those that are
// made from a MAC address the next three say who made the device: what is shorter names no place, also if nothing else was seen
// so far.
const minPrefix = 11

// Propose suggests origins from what was seen: for each remote the shortest prefixes that cover the GUIDs that are not declared,
// and none that was seen or is declared elsewhere. A GUID that was seen at several remotes is left to people.
func (g *Guard) Propose(seen []Sighting) Proposal {
	p := Proposal{Places: make([]Suggested, len(g.strict))}
	points := g.declared()
	for _, sightings := range byGUID(seen) {
		guid, remote := sightings[0].GUID, sightings[0].Remote
		switch {
		case g.Roams(guid), guid.IsZero(), ScopeOf(guid) != Global:
			continue
		case len(sightings) > 1:
			p.Apart = append(p.Apart, Apart{guid, sightings, sightings[0].Moves, sightings[0].Flaps})
			points = append(points, point{guid: guid, owner: nobody})
			continue
		}
		place := &p.Places[remote]
		place.Seen++
		_, isDeclared := g.homes.of(guid)
		if isDeclared {
			place.Declared++ // elsewhere it would have been held back
		}
		points = append(points, point{guid: guid, owner: int32(remote), open: !isDeclared})
	}
	p.suggest(points)
	return p
}

// byGUID returns what was seen of each GUID, in the order of the GUIDs and then of the remotes.
func byGUID(seen []Sighting) [][]Sighting {
	sorted := slices.SortedFunc(slices.Values(seen), func(a, b Sighting) int {
		if c := bytes.Compare(a.GUID[:], b.GUID[:]); c != 0 {
			return c
		}
		return a.Remote - b.Remote
	})
	var out [][]Sighting
	for from := 0; from < len(sorted); {
		to := from + 1
		for to < len(sorted) && sorted[to].GUID == sorted[from].GUID {
			to++
		}
		out = append(out, sorted[from:to:to])
		from = to
	}
	return out
}

// point is a GUID that belongs to a remote, or stands for a declaration.
type point struct {
	guid  vscp.GUID
	owner int32
	open  bool // it is to be covered
}

// nobody owns what no prefix may cover.
const nobody = -1

// declared returns a point for each declaration: a GUID that is not within one is within the same prefixes as its first GUID as far
// as these are not longer than the declaration.
func (g *Guard) declared() []point {
	var points []point
	for _, l := range g.homes.lengths {
		for first, remotes := range l.remotes {
			owner := int32(nobody)
			if len(remotes) == 1 {
				owner = remotes[0]
			}
			points = append(points, point{guid: first, owner: owner})
		}
	}
	return points
}

// suggest finds the prefixes for the open points. Next to a point in the order of the GUIDs are those that share most with it, so
// that only the nearest ones of other remotes matter.
func (p *Proposal) suggest(points []point) {
	slices.SortFunc(points, func(a, b point) int { return bytes.Compare(a.guid[:], b.guid[:]) })
	shared := make([]int, len(points)) // bytes in common with the nearest of another, on either side
	note := func(order []int) {
		other := -1
		for at, i := range order {
			if at > 0 {
				if last := order[at-1]; points[last].owner != points[i].owner || points[i].owner == nobody {
					other = last
				}
			}
			if other >= 0 {
				shared[i] = max(shared[i], common(points[i].guid, points[other].guid))
			}
		}
	}
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	note(order)
	slices.Reverse(order)
	note(order)
	for i := range points {
		if points[i].open {
			pattern := points[i].guid.Prefix(max(shared[i]+1, minPrefix))
			p.Places[points[i].owner].add(pattern)
		}
	}
}

// add counts a GUID with its prefix. Those of one prefix follow one another.
func (s *Suggested) add(pattern vscp.GUIDPattern) {
	if n := len(s.Prefixes); n > 0 && s.Prefixes[n-1].Pattern == pattern {
		s.Prefixes[n-1].GUIDs++
		return
	}
	s.Prefixes = append(s.Prefixes, Prefix{pattern, 1})
}

// common returns how many bytes two GUIDs have in common at the beginning.
func common(a, b vscp.GUID) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}
