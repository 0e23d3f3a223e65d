package config

import (
	"math"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Where the mirrors of Level I begin and where they end.
const (
	firstMirrorClass = 512
	lastMirrorClass  = 1023
)

func (d *decoder) decodeRewrite(raw *rawRewrite, w *Rewrite) {
	if raw == nil {
		return
	}
	if len(raw.Maps) == 0 && len(raw.GUIDs) == 0 && firstOf(raw.Mirror, raw.Priority, raw.Time) == nil {
		d.lacks(anyWord, raw.Def, "Empty rewrite", "This block changes nothing. Give it map, guid, mirror, priority or time, or remove it.")
	}
	choice(d, raw.Mirror, &w.Mirror, MirrorLevel1, MirrorLevel2)
	choice(d, raw.Time, &w.Time, StampKeep, StampIngress, StampRepair)
	w.Priority = d.priority(raw.Priority)
	numbered(d, "map", raw.Maps, func(m *rawMap) { w.Map = append(w.Map, d.decodeMap(m, w.Mirror)) })
	numbered(d, "guid", raw.GUIDs, func(g *rawGUIDMap) { w.GUID = append(w.GUID, d.decodeGUIDMap(g)) })
}

// priority reads a number from 0 to 7.
func (d *decoder) priority(attr *hcl.Attribute) *uint8 {
	if it, ok := d.scalar(attr); ok {
		return d.priorityOf(it)
	}
	return nil
}

func (d *decoder) priorityOf(it item) *uint8 {
	n, ok := number(it)
	if !ok || n < 0 || n > 7 {
		d.errorf(it.rng, "Wrong number", "priority must be a whole number from 0, the highest, to 7.")
		return nil
	}
	p := uint8(n)
	return &p
}

func (d *decoder) decodeMap(raw *rawMap, mirror Mirror) ClassMap {
	n := len(d.diags)
	m := ClassMap{Class: d.classes(raw.Class, true)}
	classes := known{ranges: m.Class, wrong: !d.clean(n)}
	m.Type = d.types(raw.Type, classes)
	m.ToClass = d.class(raw.ToClass)
	if m.ToClass != nil {
		classes.ranges = []Range{{*m.ToClass, *m.ToClass}}
	}
	classes.wrong = classes.wrong || raw.ToClass != nil && m.ToClass == nil
	if it, ok := d.scalar(raw.ToType); ok {
		m.ToType = d.typeOf(it, classes)
	}
	switch {
	case raw.ToClass == nil && raw.ToType == nil:
		d.lacks("to_class to_type", raw.Def, "Empty map", `A map needs to_class, to_type or both, such as class = "CLASS1.CONTROL", type = "TURNON", to_type = "TURNOFF".`)
	case d.clean(n):
		d.checkLevels(raw, &m, mirror)
		d.checkToType(raw, &m)
	}
	return m
}

// checkToType refuses a type that no event of Level I has.
func (d *decoder) checkToType(raw *rawMap, m *ClassMap) {
	to := m.Class
	if m.ToClass != nil {
		to = []Range{{*m.ToClass, *m.ToClass}}
	}
	if m.ToType != nil && *m.ToType > math.MaxUint8 && within(to, 0, lastMirrorClass) {
		d.errorf(raw.ToType.Expr.Range(), "Type too large", "The types of the classes 0 to %d end at %d.", lastMirrorClass, math.MaxUint8)
	}
}

// checkLevels refuses a map that moves events between Level I and its mirror: the data has to change with the class.
func (d *decoder) checkLevels(raw *rawMap, m *ClassMap, mirror Mirror) {
	if m.ToClass == nil {
		return
	}
	to := *m.ToClass
	switch {
	case isMirror(to) && !within(m.Class, firstMirrorClass, lastMirrorClass):
		right := `Map to the class %d, and let mirror = "level2" do the rest.`
		if mirror == MirrorLevel2 {
			right = `Map to the class %d, which mirror = "level2" then turns into this one.`
		}
		d.errorf(raw.ToClass.Expr.Range(), "Map between levels", "The class %d is the mirror of a class of Level I: its data begins with a GUID, which a map does not add. "+right, to, to-firstMirrorClass)
	case to < firstMirrorClass && overlaps(m.Class, firstMirrorClass, lastMirrorClass):
		right := `Map to the class %d, and let mirror = "level1" do the rest.`
		if mirror == MirrorLevel1 {
			right = `Map to the class %d, which mirror = "level1" then turns into this one.`
		}
		d.errorf(raw.ToClass.Expr.Range(), "Map between levels", "The data of the classes %d to %d begins with a GUID, which a map does not cut off. "+right, firstMirrorClass, lastMirrorClass, to+firstMirrorClass)
	}
}

func isMirror(class uint16) bool { return class >= firstMirrorClass && class <= lastMirrorClass }

// within reports whether all of the ranges, of which there is one at least, lie between first and last.
func within(ranges []Range, first, last uint16) bool {
	for _, r := range ranges {
		if r.Min < first || r.Max > last {
			return false
		}
	}
	return len(ranges) > 0
}

// overlaps reports whether some of the ranges have something between first and last.
func overlaps(ranges []Range, first, last uint16) bool {
	for _, r := range ranges {
		if r.Min <= last && r.Max >= first {
			return true
		}
	}
	return false
}

func (d *decoder) decodeGUIDMap(raw *rawGUIDMap) GUIDMap {
	var g GUIDMap
	n := len(d.diags)
	d.pattern(raw.From, &g.From)
	d.pattern(raw.To, &g.To)
	switch {
	case raw.From == nil || raw.To == nil:
		d.lacks("from to", raw.Def, "Incomplete guid", `This block needs from and to, such as from = %s and to = "FF:FF:FF:FF:FF:FF:FF:FE:00:09:*".`, examplePattern)
	case !d.clean(n):
	case g.From.Len() != g.To.Len():
		d.errorf(raw.To.Expr.Range(), "Different lengths", "from has %s and to has %d: they must be as long as each other, because the rest of the GUID is kept.", wording.Count(g.From.Len(), "fixed byte"), g.To.Len())
	case g.From == g.To:
		d.errorf(raw.To.Expr.Range(), "Same GUID", "from and to are the same: nothing would change.")
	}
	return g
}

// checkRewrites warns of GUIDs that the loop guard does not know any more when they come back.
func (d *decoder) checkRewrites() {
	for _, p := range d.routes {
		n := len(d.diags)
		for i, g := range p.typed.Rewrite.GUID {
			for _, from := range p.typed.sources() {
				known := func(o vscp.GUIDPattern) bool { return o.Contains(g.To) }
				if !slices.ContainsFunc(from.Origins, g.From.Overlaps) || slices.ContainsFunc(from.Origins, known) {
					continue
				}
				d.warnf(p.raw.Rewrite.GUIDs[i].To.Expr.Range(), "Rewritten GUID without origin", "The GUIDs that this replaces are origins of the remote %s, and those that it makes are not: a copy that comes back would be taken for a new event. Add %s to the origins of %s.",
					wording.Quote(from.Name), wording.Quote(g.To.String()), wording.Quote(from.Name))
			}
		}
		d.aboutNamed(n, "route", p.raw.Name, p.raw.NameRange)
	}
}
