package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// units reads symbols, numbers and ranges of units; symbols are those that all the types of all the classes have.
func (d *decoder) units(attr *hcl.Attribute, classes, types known) []Range {
	var ranges []Range
	for _, it := range d.values(attr, `["°C"]`) {
		if r, ok := parseRange(it, math.MaxUint8); ok {
			ranges = append(ranges, r)
		} else if u, ok := d.unitSymbol(it, classes, types); ok {
			ranges = append(ranges, Range{Min: uint16(u), Max: uint16(u)})
		}
	}
	return ranges
}

func (d *decoder) unitSymbol(it item, classes, types known) (uint8, bool) {
	const right = `Write its symbol, such as "°C", its number from 0 to 255, or a range such as "0-1".`
	switch {
	case it.val.Type() != cty.String || isNumeric(it.val.AsString()):
		d.errorf(it.rng, "Unknown unit", "%s is no unit. %s", it.quote(), right)
		return 0, false
	case classes.wrong || types.wrong:
		return 0, false
	case len(classes.ranges) == 0 || len(types.ranges) == 0:
		d.errorf(it.rng, "Unit without type", "The symbol of a unit means something only together with class and type. Add them, or write the number of the unit.")
		return 0, false
	}
	u, reason := unitOfAll(it.val.AsString(), classes.ranges, types.ranges)
	if reason != "" {
		d.errorf(it.rng, "Unknown unit", "%s is not a unit of each type of this block: %s. Write the number of the unit, or a block for each type.", it.quote(), reason)
	}
	return u, reason == ""
}

// unitOfAll returns the unit that the symbol names for every type of every class, or why there is none.
func unitOfAll(symbol string, classes, types []Range) (unit uint8, reason string) {
	first := true
	for c := range each(classes) {
		for typ := range each(types) {
			class := vscp.Class(c)
			symbols := unitSymbols(class, typ)
			u := slices.Index(symbols, symbol)
			switch {
			case len(symbols) == 0:
				return 0, fmt.Sprintf("the symbols of type %s of %s are not known", class.TypeToken(typ), class)
			case u < 0:
				return 0, fmt.Sprintf("type %s of %s has %s", class.TypeToken(typ), class, wording.Join(quoteAll(symbols), "and"))
			case !first && uint8(u) != unit:
				return 0, fmt.Sprintf("it has another number for type %s of %s", class.TypeToken(typ), class)
			}
			unit, first = uint8(u), false
		}
	}
	return unit, ""
}

// unitSymbols returns the symbols of the units of a type, the default unit first.
func unitSymbols(c vscp.Class, t uint16) []string {
	var symbols []string
	for unit := range math.MaxUint8 {
		symbol, ok := vscp.Measurement{Class: c, Type: t, Unit: uint8(unit)}.Symbol()
		if !ok {
			break
		}
		symbols = append(symbols, symbol)
	}
	return symbols
}

func quoteAll(words []string) []string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return quoted
}

// measures reports whether one of the classes has measurements.
func measures(classes []Range) bool {
	for c := range each(classes) {
		if vscp.Class(c).IsMeasurement() {
			return true
		}
	}
	return false
}

// checkDeadBand warns of a dead band where no measurement comes.
func (d *decoder) checkDeadBand(raw *rawRoute, r *Route) {
	if r.Tame.DeadBand == 0 {
		return
	}
	without := func(m Match) bool { return len(m.Class) > 0 && !measures(m.Class) }
	onlyCommands := len(r.Presets) == 1 && r.Presets[0] == PresetCommands
	if onlyCommands || len(r.Match) > 0 && !slices.ContainsFunc(r.Match, func(m Match) bool { return !without(m) }) {
		d.warnf(raw.Limit.DeadBand.NameRange, noEffect, "A dead band holds measurements back, and this route carries no class that has them.")
	}
}
