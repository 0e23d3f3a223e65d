package route

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// Selection says which events a route takes on one of its ways.
type Selection struct {
	Preset Preset // no other class goes, whatever a match block says
	// An event needs one of Match that takes it; none at all takes everything but the classes that must be named.
	Match []Match
	// No event goes that one of Exclude takes.
	Exclude []Match
}

// Rules are a Selection made ready. They are not changed by use, and may be shared.
type Rules struct {
	match, exclude []block
}

// New makes the rules of a selection.
func New(s Selection) Rules {
	match := s.Match
	if len(match) == 0 {
		match = []Match{{}}
	}
	rules := Rules{match: make([]block, 0, len(match)), exclude: make([]block, 0, len(s.Exclude))}
	for _, m := range match {
		rules.match = append(rules.match, newBlock(m, func(c vscp.Class) bool {
			return s.Preset.Has(c) && within(m.Class, uint16(c)) && (len(m.Class) > 0 || !mustBeNamed(c))
		}))
	}
	for _, m := range s.Exclude {
		rules.exclude = append(rules.exclude, newBlock(m, func(c vscp.Class) bool { return within(m.Class, uint16(c)) }))
	}
	return rules
}

// Check returns Taken, or why the rules do not take row: LocalOnly, Protocol, NoMatch or Excluded. It allocates only where
// [vscp.Row.Reading] does, and that is asked only if a block has Unit or Value.
func (rules *Rules) Check(row *vscp.Row) Reason {
	if row.Class == classVSCPD {
		return LocalOnly
	}
	f := facts{row: row}
	switch {
	case anyBlock(rules.match, &f):
	case mustBeNamed(row.Class):
		return Protocol
	default:
		return NoMatch
	}
	if anyBlock(rules.exclude, &f) {
		return Excluded
	}
	return Taken
}

func anyBlock(blocks []block, f *facts) bool {
	for i := range blocks {
		if blocks[i].takes(f) {
			return true
		}
	}
	return false
}
