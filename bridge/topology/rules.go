package topology

import (
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/route"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// answer says whether a rule takes the events of a kind.
type answer uint8

const (
	no    answer = iota
	maybe        // some, as their data may be
	yes
)

// event is an event of which only the header is known.
type event struct {
	guid     vscp.GUID
	class    uint16
	typ      uint16
	priority uint8
}

const (
	firstMirror = 512
	firstLevel2 = 1024
	classVSCPD  = 65535
)

// protocolClasses cross a bridge only where a match block names them.
func protocolClasses() []uint16 { return []uint16{0, firstMirror, firstLevel2, 1028} }

// takes judges an event by the rules of the lane's route. The loop guard is asked before.
func (l *lane) takes(e *event) answer {
	if s := scope(e.guid); s != "" && !slices.Contains(l.route.Scopes, s) {
		return no
	}
	return min(l.passes(e), l.excludes(e))
}

// passes judges an event by the preset and the match blocks.
func (l *lane) passes(e *event) answer {
	if e.class == classVSCPD || !carries(l.preset, e.class) {
		return no
	}
	protocol := slices.Contains(protocolClasses(), e.class)
	if len(l.route.Match) == 0 && !protocol {
		return yes
	}
	best := no
	for i := range l.route.Match {
		if m := &l.route.Match[i]; !protocol || len(m.Class) > 0 {
			best = max(best, fits(m, e))
		}
	}
	return best
}

// excludes returns no if an exclude block surely fits, and yes if none does.
func (l *lane) excludes(e *event) answer {
	left := yes
	for i := range l.route.Exclude {
		left = min(left, yes-fits(&l.route.Exclude[i], e))
	}
	return left
}

// fits judges an event by one block.
func fits(m *config.Match, e *event) answer {
	guid := func(p vscp.GUIDPattern) bool { return p.Match(e.guid) }
	if !within(m.Class, e.class) || !within(m.Type, e.typ) || !within(m.Priority, uint16(e.priority)) ||
		!within(m.Nickname, uint16(e.guid[len(e.guid)-1])) || len(m.GUID) > 0 && !slices.ContainsFunc(m.GUID, guid) {
		return no
	}
	if len(m.Length)+len(m.Sensor)+len(m.Zone)+len(m.Subzone)+len(m.Unit) > 0 || m.Value != nil {
		return min(maybe, filters(m.Filter, e))
	}
	return filters(m.Filter, e)
}

// filters judges an event by a filter. Masks that cover a part of a field divide events in a way that no ranges do.
func filters(m *vscp.Matcher, e *event) answer {
	if m == nil {
		return yes
	}
	prefix, exact := prefixOf(m)
	got := yes
	field := func(mask, all, differs uint16) {
		switch {
		case mask == 0:
		case mask&all != all:
			got = min(got, maybe)
		case differs != 0:
			got = no
		}
	}
	field(uint16(m.Mask.Class), 0xFFFF, uint16(m.Filter.Class)^e.class)
	field(m.Mask.Type, 0xFFFF, m.Filter.Type^e.typ)
	field(uint16(m.Mask.Priority), 7, uint16(m.Filter.Priority^e.priority))
	switch {
	case !exact:
		got = min(got, maybe)
	case !prefix.Match(e.guid):
		got = no
	}
	return got
}

// carries reports whether a preset has a class.
func carries(p config.Preset, class uint16) bool { return route.Preset(p).Has(vscp.Class(class)) }

func within(ranges []config.Range, n uint16) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(r config.Range) bool { return r.Min <= n && n <= r.Max })
}

// rewrite returns the event as it leaves by the lane.
func (l *lane) rewrite(e event) event {
	w := &l.route.Rewrite
	for i := range w.Map {
		if m := &w.Map[i]; within(m.Class, e.class) && within(m.Type, e.typ) {
			if m.ToClass != nil {
				e.class = *m.ToClass
			}
			if m.ToType != nil {
				e.typ = *m.ToType
			}
			break
		}
	}
	switch {
	case w.Mirror == config.MirrorLevel1 && e.class >= firstMirror && e.class < firstLevel2:
		e.class -= firstMirror
	case w.Mirror == config.MirrorLevel2 && e.class < firstMirror:
		e.class += firstMirror
	}
	for _, m := range w.GUID {
		if m.From.Match(e.guid) {
			e.guid = mapGUID(e.guid, m.To)
			break
		}
	}
	if w.Priority != nil {
		e.priority = *w.Priority
	}
	return e
}
