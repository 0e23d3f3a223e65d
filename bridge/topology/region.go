package topology

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// regions divides the GUIDs by the patterns of all files: within a region every rule treats all GUIDs alike.
type regions struct {
	patterns   []vscp.GUIDPattern // each once, the shorter first
	nicknames  []uint16           // where their ranges begin
	samples    []sample
	first      map[vscp.GUIDPattern]vscp.GUID // of the samples of a pattern
	undeclared vscp.GUID                      // in no pattern but "*"
}

// sample is a GUID that stands for a region.
type sample struct {
	pattern vscp.GUIDPattern // the longest that it is in
	guid    vscp.GUID
}

// mostPatterns bounds what mappings of GUIDs can add.
const mostPatterns = 1 << 14

func newRegions(cfgs []*config.Config) regions {
	r := regions{patterns: append(scopes(), vscp.GUIDPattern{}), nicknames: []uint16{0}}
	var maps []config.GUIDMap
	for _, cfg := range cfgs {
		r.add(cfg.Loop.Roaming...)
		for _, remote := range cfg.Remotes {
			r.add(remote.Origins...)
		}
		for _, route := range cfg.Routes {
			r.addBlocks(route.Match)
			r.addBlocks(route.Exclude)
			maps = append(maps, route.Rewrite.GUID...)
		}
	}
	r.addMaps(maps)
	r.sort()
	for _, p := range r.patterns {
		r.sample(p)
	}
	r.first = make(map[vscp.GUIDPattern]vscp.GUID, len(r.samples))
	for _, s := range slices.Backward(r.samples) {
		r.first[s.pattern] = s.guid
	}
	r.undeclared, _ = r.of(vscp.GUIDPattern{})
	return r
}

func (r *regions) add(patterns ...vscp.GUIDPattern) { r.patterns = append(r.patterns, patterns...) }

func (r *regions) addBlocks(blocks []config.Match) {
	for i := range blocks {
		r.add(blocks[i].GUID...)
		for _, n := range blocks[i].Nickname {
			r.nicknames = append(r.nicknames, n.Min, n.Max+1)
		}
		if p, ok := prefixOf(blocks[i].Filter); ok {
			r.add(p)
		}
	}
}

// addMaps divides what is mapped as what it is mapped to is divided.
func (r *regions) addMaps(maps []config.GUIDMap) {
	for _, m := range maps {
		r.add(m.From, m.To)
	}
	r.sort()
	for before := 0; len(maps) > 0 && before != len(r.patterns) && len(r.patterns) < mostPatterns; {
		before = len(r.patterns)
		for _, m := range maps {
			for _, p := range r.patterns[:before] {
				if m.To.Contains(p) && p != m.To {
					r.add(mapPattern(p, m.From))
				}
			}
		}
		r.sort()
	}
}

func (r *regions) sort() {
	slices.SortFunc(r.patterns, func(a, b vscp.GUIDPattern) int {
		if a.Len() != b.Len() {
			return a.Len() - b.Len()
		}
		x, y := a.First(), b.First()
		return slices.Compare(x[:], y[:])
	})
	r.patterns = slices.Compact(r.patterns)
	slices.Sort(r.nicknames)
	r.nicknames = slices.Compact(r.nicknames)
}

// sample finds a GUID for each range of nicknames that is in p and in no longer pattern.
func (r *regions) sample(p vscp.GUIDPattern) {
	guid := p.First()
	if p.Len() == len(guid) {
		if !guid.IsZero() { // stands for the interface: no event has it where rules see it
			r.samples = append(r.samples, sample{p, guid})
		}
		return
	}
	last := len(guid) - 1
	inside := r.inside(p)
	if p.Len() < last {
		free, ok := freeByte(inside, p.Len())
		if !ok {
			return
		}
		guid[p.Len()] = free
		inside = nil
	}
	for i, first := range r.nicknames {
		end := 256
		if i+1 < len(r.nicknames) {
			end = int(r.nicknames[i+1])
		}
		for n := int(first); n < min(end, 256); n++ {
			guid[last] = byte(n)
			if !slices.ContainsFunc(inside, func(q vscp.GUIDPattern) bool { return q.Match(guid) }) {
				r.samples = append(r.samples, sample{p, guid})
				break
			}
		}
	}
}

// inside returns the patterns that p contains.
func (r *regions) inside(p vscp.GUIDPattern) []vscp.GUIDPattern {
	var inside []vscp.GUIDPattern
	for _, q := range r.patterns {
		if q != p && p.Contains(q) {
			inside = append(inside, q)
		}
	}
	return inside
}

// freeByte returns a value that no pattern has at a place, from 1, since rows of zeros mean something.
func freeByte(patterns []vscp.GUIDPattern, at int) (byte, bool) {
	var used [256]bool
	for _, p := range patterns {
		used[p.First()[at]] = true
	}
	for v := 1; v <= 256; v++ {
		if !used[v%256] {
			return byte(v % 256), true
		}
	}
	return 0, false
}

// of returns a GUID that stands for a pattern.
func (r *regions) of(p vscp.GUIDPattern) (vscp.GUID, bool) {
	if guid, ok := r.first[p]; ok {
		return guid, true
	}
	for _, s := range r.samples { // longer patterns fill it
		if p.Contains(s.pattern) {
			return s.guid, true
		}
	}
	return vscp.GUID{}, false
}
