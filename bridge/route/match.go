package route

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// Range is a closed range of numbers.
type Range struct{ First, Last uint16 }

// Contains reports whether n lies in the range.
func (r Range) Contains(n uint16) bool { return r.First <= n && n <= r.Last }

// Values is a closed range of measured values, of which an end may be infinite. NaN is in none.
type Values struct{ Min, Max float64 }

// Contains reports whether v lies in the range.
func (r Values) Contains(v float64) bool { return r.Min <= v && v <= r.Max }

// Match is what an event must look like. Alternatives within a field are or-ed, the fields are and-ed; an empty field takes
// everything.
type Match struct {
	Class    []Range
	Type     []Range
	GUID     []vscp.GUIDPattern
	Nickname []Range // the last byte of the GUID
	Priority []Range // 0 is highest, 7 lowest
	Length   []Range // number of data bytes, with the GUID of the destination in the mirror classes
	// What the class has not, or the data is too short for, is in no range: see [vscp.Row.Place].
	Sensor, Zone, Subzone []Range
	Filter                *vscp.Matcher // nil: any
	// Of a measurement that is a number, see [vscp.Row.Reading]; what is none is in no range.
	Unit  []Range // as coded
	Value *Values // nil: any
}

// block is a compiled Match.
type block struct {
	classes classSet
	match   Match // Class is in classes
	placed  bool  // it looks at the place of the event
	read    bool  // it looks at the value
}

func newBlock(m Match, takes func(vscp.Class) bool) block {
	return block{
		classes: newClassSet(takes),
		match:   m,
		placed:  len(m.Sensor)+len(m.Zone)+len(m.Subzone) > 0,
		read:    len(m.Unit) > 0 || m.Value != nil,
	}
}

// takes looks at the fields that cost least first.
func (b *block) takes(f *facts) bool {
	row, m := f.row, &b.match
	return b.classes.has(row.Class) &&
		within(m.Type, row.Type) &&
		within(m.Priority, uint16(row.Head.Priority())) &&
		within(m.Nickname, uint16(row.GUID[len(row.GUID)-1])) &&
		within(m.Length, uint16(row.DataLen())) &&
		anyGUID(m.GUID, row.GUID) &&
		(m.Filter == nil || m.Filter.Match(row.Head, row.Class, row.Type, row.GUID)) &&
		(!b.placed || m.place(f.where())) &&
		(!b.read || m.reading(f))
}

func (m *Match) place(p vscp.Place) bool {
	return (len(m.Sensor) == 0 || p.HasSensor && within(m.Sensor, uint16(p.Sensor))) &&
		(len(m.Zone) == 0 || p.HasZone && within(m.Zone, uint16(p.Zone))) &&
		(len(m.Subzone) == 0 || p.HasZone && within(m.Subzone, uint16(p.Subzone)))
}

func (m *Match) reading(f *facts) bool {
	r, ok := f.value()
	return ok && within(m.Unit, uint16(r.Unit)) && (m.Value == nil || m.Value.Contains(r.Value))
}

func within(ranges []Range, n uint16) bool {
	for _, r := range ranges {
		if r.Contains(n) {
			return true
		}
	}
	return len(ranges) == 0
}

func anyGUID(patterns []vscp.GUIDPattern, g vscp.GUID) bool {
	for i := range patterns {
		if patterns[i].Match(g) {
			return true
		}
	}
	return len(patterns) == 0
}

// facts are what is read from the data of an event, once and only if some block asks.
type facts struct {
	row     *vscp.Row
	place   vscp.Place
	reading vscp.Reading
	numeric bool // the reading is one
	placed  bool // place was read
	read    bool // reading was read
}

func (f *facts) where() vscp.Place {
	if !f.placed {
		f.place, f.placed = f.row.Place(), true
	}
	return f.place
}

func (f *facts) value() (r vscp.Reading, ok bool) {
	if !f.read {
		f.reading, f.numeric = f.row.Reading()
		f.read = true
	}
	return f.reading, f.numeric
}
