package config

import (
	"math"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// decodeMatches reads the blocks of the given kind.
func (d *decoder) decodeMatches(raws []*rawMatch, kind string) []Match {
	var matches []Match
	numbered(d, kind, raws, func(raw *rawMatch) { matches = append(matches, d.decodeMatch(raw, kind)) })
	return matches
}

// decodeMatch reads a block of the given kind, match or exclude.
func (d *decoder) decodeMatch(raw *rawMatch, kind string) Match {
	m := Match{Pos: diag.PositionOf(raw.Def)}
	if raw.isEmpty() {
		d.lacks(anyWord, raw.Def, "Empty "+kind, "This block matches every event. Give it class, type, guid, priority or another attribute, or remove it.")
		return m
	}
	n := len(d.diags)
	m.Class = d.classes(raw.Class, kind == "exclude")
	classes := known{ranges: m.Class, wrong: !d.clean(n)}
	m.Type = d.types(raw.Type, classes)
	types := known{ranges: m.Type, wrong: !d.clean(n)}
	m.GUID, _ = d.patterns(raw.GUID)
	m.Nickname = d.ranges(raw.Nickname, math.MaxUint8)
	m.Priority = d.ranges(raw.Priority, 7)
	m.Length = d.ranges(raw.Length, vscp.MaxData)
	m.Sensor = d.ranges(raw.Sensor, math.MaxUint8)
	m.Zone = d.ranges(raw.Zone, math.MaxUint8)
	m.Subzone = d.ranges(raw.Subzone, math.MaxUint8)
	m.Filter = d.matcher(raw)
	m.Unit = d.units(raw.Unit, classes, types)
	m.Value = d.valueRange(raw)
	if attr := firstOf(raw.Unit, raw.Min, raw.Max); attr != nil && raw.Class != nil && d.clean(n) && !measures(m.Class) {
		d.warnf(attr.NameRange, "Matches nothing", "None of the classes of this block has measurements, and so no event has what %s asks for.", attr.Name)
	}
	return m
}

func (raw *rawMatch) isEmpty() bool {
	return firstOf(raw.Class, raw.Type, raw.GUID, raw.Nickname, raw.Priority, raw.Length, raw.Sensor, raw.Zone, raw.Subzone,
		raw.Filter, raw.Mask, raw.Unit, raw.Min, raw.Max) == nil
}

// firstOf returns the first attribute that is given, or nil.
func firstOf(attrs ...*hcl.Attribute) *hcl.Attribute {
	for _, attr := range attrs {
		if attr != nil {
			return attr
		}
	}
	return nil
}

// matcher reads filter and mask.
func (d *decoder) matcher(raw *rawMatch) *vscp.Matcher {
	filter, mask := d.filter(raw.Filter), d.filter(raw.Mask)
	switch {
	case raw.Filter != nil && raw.Mask == nil:
		d.lacks("mask", raw.Filter.NameRange, "Missing mask", "A filter without a mask passes every event: the mask says which bits of the filter count.")
	case raw.Filter == nil && raw.Mask != nil:
		d.lacks("filter", raw.Mask.NameRange, "Missing filter", "A mask says which bits of the filter count, and there is no filter.")
	case filter != nil && mask != nil:
		return &vscp.Matcher{Filter: *filter, Mask: *mask}
	}
	return nil
}

// valueRange reads min and max.
func (d *decoder) valueRange(raw *rawMatch) *ValueRange {
	if raw.Min == nil && raw.Max == nil {
		return nil
	}
	n := len(d.diags)
	v := &ValueRange{Min: math.Inf(-1), Max: math.Inf(1)}
	d.real(raw.Min, &v.Min)
	d.real(raw.Max, &v.Max)
	if d.clean(n) && v.Min > v.Max {
		d.errorf(raw.Max.Expr.Range(), "Range out of order", "min (%g) must not be larger than max (%g).", v.Min, v.Max)
	}
	return v
}

// ranges reads numbers and ranges such as "512-1023", a list or one of them.
func (d *decoder) ranges(attr *hcl.Attribute, most int64) []Range {
	var ranges []Range
	for _, it := range d.values(attr, "[1]") {
		if r, ok := parseRange(it, most); ok {
			ranges = append(ranges, r)
			continue
		}
		d.errorf(it.rng, "Wrong number", `%s must be a whole number from 0 to %d, or a range of them with the smaller one first, such as "1-%d"; or a list of them.`, attr.Name, most, min(most, 9))
	}
	return ranges
}
