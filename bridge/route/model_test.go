package route_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// model says what a selection does with an event, word by word, from the event taken apart as a whole.
func model(s route.Selection, e vscp.Event) route.Reason {
	protocol := slices.Contains([]vscp.Class{0, 512, 1024, 1028}, e.Class)
	taken := len(s.Match) == 0 && !protocol
	for _, m := range s.Match {
		taken = taken || fits(m, e) && (!protocol || len(m.Class) > 0)
	}
	switch {
	case e.Class == 65535:
		return route.LocalOnly
	case protocol && (!taken || !s.Preset.Has(e.Class)):
		return route.Protocol
	case !taken || !s.Preset.Has(e.Class):
		return route.NoMatch
	case slices.ContainsFunc(s.Exclude, func(m route.Match) bool { return fits(m, e) }):
		return route.Excluded
	}
	return route.Taken
}

func fits(m route.Match, e vscp.Event) bool {
	row := e.Row()
	s, place := row.Subject(), row.Place()
	value, err := e.Measurement()
	if m.Value != nil || len(m.Unit) > 0 {
		if err != nil || !value.Kind.Numeric() {
			return false
		}
	}
	return one(m.Class, true, uint16(e.Class)) && one(m.Type, true, e.Type) && one(m.Priority, true, uint16(e.Head.Priority())) &&
		one(m.Nickname, true, e.GUID.Nickname()&0xFF) && one(m.Length, true, uint16(len(e.Data))) &&
		(len(m.GUID) == 0 || slices.ContainsFunc(m.GUID, func(p vscp.GUIDPattern) bool { return p.Match(e.GUID) })) &&
		one(m.Sensor, place.HasSensor, uint16(s.Sensor)) && one(m.Zone, place.HasZone, uint16(s.Zone)) &&
		one(m.Subzone, place.HasZone, uint16(s.Subzone)) &&
		(m.Filter == nil || m.Filter.Match(e.Head, e.Class, e.Type, e.GUID)) &&
		one(m.Unit, true, uint16(value.Unit)) && (m.Value == nil || value.Value >= m.Value.Min && value.Value <= m.Value.Max)
}

func one(ranges []route.Range, there bool, n uint16) bool {
	return len(ranges) == 0 || there && slices.ContainsFunc(ranges, func(r route.Range) bool { return n >= r.First && n <= r.Last })
}

// dice make events and rules so alike that each rule takes some.
type dice struct{ *rand.Rand }

func (d dice) class() uint16 {
	return []uint16{0, 10, 15, 20, 30, 65, 70, 85, 100, 512, 522, 577, 1024, 1026, 1028, 1040, 1060, 2047, 2048, 4000, 65534, 65535}[d.IntN(22)]
}

func (d dice) event() vscp.Event {
	e := vscp.Event{
		Head: vscp.Head(0).WithPriority(uint8(d.IntN(8))), Class: vscp.Class(d.class()), Type: uint16(d.IntN(4)),
		GUID: vscp.GUID{0: byte(d.IntN(2)), 1: byte(d.IntN(2)), 15: byte(d.IntN(3))},
	}
	if e.Class >= 512 && e.Class < 1024 && d.IntN(4) > 0 {
		e.Data = make([]byte, 16)
	}
	if d.IntN(2) == 0 { // most classes can read this as a number
		e.Data = append(e.Data, [][]byte{{0x68 | byte(d.IntN(8)), byte(d.IntN(4))}, {1, byte(d.IntN(3)), 2, 0x60, 1}, {1, 0, 2, 3, '7'}, {0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0}}[d.IntN(4)]...)
		return e
	}
	for range d.IntN(6) {
		e.Data = append(e.Data, byte(d.IntN(4)))
	}
	return e
}

// ranges are none most of the time.
func (d dice) ranges(limit int) (out []route.Range) {
	if d.IntN(5) > 0 {
		return nil
	}
	for range 1 + d.IntN(2) {
		n := uint16(d.IntN(limit))
		out = append(out, route.Range{First: n, Last: n + uint16(d.IntN(2))})
	}
	return out
}

func (d dice) match() route.Match {
	m := route.Match{
		Type: d.ranges(4), Priority: d.ranges(8), Nickname: d.ranges(3), Length: d.ranges(20), Sensor: d.ranges(8), Zone: d.ranges(3),
		Subzone: d.ranges(3), Unit: d.ranges(4),
	}
	for range d.IntN(3) {
		n := d.class()
		m.Class = append(m.Class, route.Range{First: n, Last: max(n, d.class())})
	}
	if d.IntN(4) == 0 {
		p, _ := vscp.ParseGUIDPattern([]string{"00:*", "01:01:*", "*", "00:01:*"}[d.IntN(4)])
		m.GUID = append(m.GUID, p)
	}
	if d.IntN(5) == 0 {
		m.Filter = &vscp.Matcher{Filter: vscp.Filter{Priority: uint8(d.IntN(8)), Type: uint16(d.IntN(4))}, Mask: vscp.Filter{Priority: uint8(d.IntN(8)), Type: uint16(d.IntN(4))}}
	}
	if d.IntN(6) == 0 {
		m.Value = &route.Values{Min: float64(d.IntN(3)) - 1, Max: float64(d.IntN(8))}
	}
	return m
}

func (d dice) selection() route.Selection {
	s := route.Selection{Preset: []route.Preset{"", route.All, route.Telemetry, route.Commands}[d.IntN(4)]}
	for range d.IntN(4) {
		s.Match = append(s.Match, d.match())
	}
	for range d.IntN(3) {
		s.Exclude = append(s.Exclude, d.match())
	}
	return s
}

// TestRulesAgreeWithModel also counts the outcomes, so that no dice make it say nothing.
func TestRulesAgreeWithModel(t *testing.T) {
	const events = 50
	rounds := repeat.Times(2000)
	d := dice{rand.New(rand.NewPCG(1, 2))}
	outcomes := make(map[route.Reason]int)
	for range rounds {
		s := d.selection()
		rules := route.New(s)
		for range events {
			e := d.event()
			row := e.Row()
			got, want := rules.Check(&row), model(s, e)
			if got != want {
				t.Fatalf("Check(%s) = %v, want %v, with %+v", row.Text, got, want, s)
			}
			outcomes[got]++
		}
	}
	for _, r := range []route.Reason{route.Taken, route.NoMatch, route.Protocol, route.LocalOnly, route.Excluded} {
		if least := rounds * events / 200; outcomes[r] < least {
			t.Errorf("%v came %d times, want %d or more of %d", r, outcomes[r], least, rounds*events)
		}
	}
}

// FuzzRulesCheck has any event go through rules that look at everything.
func FuzzRulesCheck(f *testing.F) {
	f.Add(uint64(1), []byte("96,10,1,0,,,-,138,9,113"))
	f.Add(uint64(2), []byte("0,522,6,0,,,01:01:00:00:00:00:00:00:00:00:00:00:00:00:00:02,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,107,3"))
	f.Add(uint64(3), []byte("96,1040,6,0,,,-,1,2,3,1,0x32,0x31,0x2e,0x35"))
	f.Add(uint64(4), []byte("96,65535,0,0,,,-"))
	f.Fuzz(func(t *testing.T, seed uint64, line []byte) {
		var row vscp.Row
		if row.Parse(line) != nil {
			return
		}
		var e vscp.Event
		row.Event(&e)
		d := dice{rand.New(rand.NewPCG(seed, 0))}
		for range 8 {
			s := d.selection()
			rules := route.New(s)
			if got, want := rules.Check(&row), model(s, e); got != want {
				t.Errorf("Check(%s) = %v, want %v, with %+v", line, got, want, s)
			}
		}
	})
}
