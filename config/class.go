package config

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	maxClass = 65535
	maxType  = 65535
)

// known are the classes or types that the other attributes of a block depend on.
type known struct {
	ranges []Range
	wrong  bool // some of them could not be read
}

// classes reads tokens, numbers, ranges and wildcards. A wildcard names no class: it leaves out those that cross a bridge only
// if they are named, unless all is set.
func (d *decoder) classes(attr *hcl.Attribute, all bool) []Range {
	var ranges []Range
	for _, it := range d.values(attr, `["CLASS1.MEASUREMENT"]`) {
		if it.val.Type() == cty.String {
			if rs := wildcard(it.val.AsString(), all); rs != nil {
				ranges = append(ranges, rs...)
				continue
			}
		}
		if r, ok := parseRange(it, maxClass); ok {
			ranges = append(ranges, r)
		} else if c, ok := d.classToken(it, `; also a range such as "512-1023" with the smaller one first, or "CLASS1.*", "CLASS2.LEVEL1.*" or "CLASS2.*"`); ok {
			ranges = append(ranges, Range{Min: uint16(c), Max: uint16(c)})
		}
	}
	return ranges
}

// wildcard returns the classes of a word such as "CLASS1.*", or nil for any other.
func wildcard(text string, all bool) []Range {
	switch strings.ToUpper(text) {
	case "CLASS1.*":
		if all {
			return []Range{{0, 511}}
		}
		return []Range{{1, 511}} // without CLASS1.PROTOCOL
	case "CLASS2.LEVEL1.*":
		if all {
			return []Range{{512, 1023}}
		}
		return []Range{{513, 1023}} // without the mirror of CLASS1.PROTOCOL
	case "CLASS2.*":
		if all {
			return []Range{{1024, maxClass}}
		}
		return []Range{{1025, 1027}, {1029, 65534}} // without CLASS2.PROTOCOL, CLASS2.HLO and CLASS2.VSCPD
	default:
		return nil
	}
}

// class reads the token or the number of one class.
func (d *decoder) class(attr *hcl.Attribute) *uint16 {
	if it, ok := d.scalar(attr); ok {
		return d.classOf(it)
	}
	return nil
}

func (d *decoder) classOf(it item) *uint16 {
	if n, ok := number(it); ok && n >= 0 && n <= maxClass {
		v := uint16(n)
		return &v
	}
	if c, ok := d.classToken(it, ""); ok {
		v := uint16(c)
		return &v
	}
	return nil
}

// classToken reads a token; also says what else would be right.
func (d *decoder) classToken(it item, also string) (vscp.Class, bool) {
	right := `Write its token, such as "CLASS1.MEASUREMENT", or its number from 0 to 65535` + also + "."
	if it.val.Type() != cty.String {
		d.errorf(it.rng, "Unknown class", "%s is no class. %s", it.quote(), right)
		return 0, false
	}
	c, err := vscp.ParseClass(it.val.AsString())
	if err != nil {
		d.errorf(it.rng, "Unknown class", "%s is not a known class.%s %s", it.quote(), closest(it, err), right)
	}
	return c, err == nil
}

// closest is didYouMean for the errors of package vscp.
func closest(it item, err error) string {
	if e, ok := errors.AsType[*vscp.TokenError](err); ok && e.Closest != "" && !it.sensitive {
		return wording.Meant(e.Closest)
	}
	return ""
}

// types reads tokens, numbers and ranges; tokens are those that all the classes have.
func (d *decoder) types(attr *hcl.Attribute, classes known) []Range {
	var ranges []Range
	for _, it := range d.values(attr, `["TEMPERATURE"]`) {
		if r, ok := parseRange(it, maxType); ok {
			ranges = append(ranges, r)
		} else if t, ok := d.typeToken(it, classes, `; also a range such as "1-9" with the smaller one first`); ok {
			ranges = append(ranges, Range{Min: t, Max: t})
		}
	}
	return ranges
}

// typeOf reads the token or the number of one type.
func (d *decoder) typeOf(it item, classes known) *uint16 {
	if n, ok := number(it); ok && n >= 0 && n <= maxType {
		v := uint16(n)
		return &v
	}
	if t, ok := d.typeToken(it, classes, ""); ok {
		return &t
	}
	return nil
}

// typeToken reads a token, which must mean the same in all the classes.
func (d *decoder) typeToken(it item, classes known, also string) (uint16, bool) {
	right := rightType(classes) + also + "."
	switch {
	case it.val.Type() != cty.String || isNumeric(it.val.AsString()):
		d.errorf(it.rng, "Unknown type", "%s is no type. %s", it.quote(), right)
		return 0, false
	case classes.wrong:
		return 0, false // nobody knows of which class
	case len(classes.ranges) == 0:
		d.errorf(it.rng, "Type without class", "The token of a type means something only together with a class. Add class, or write the number of the type.")
		return 0, false
	}
	t, first, err := typeOfAll(it.val.AsString(), classes.ranges)
	if err == nil {
		return t, true
	}
	hint := cmp.Or(closest(it, err), nearestType(it, classes))
	if !first || hint == "" && classes.wide() {
		hint = " Types that differ between classes need a block for each class."
	} else {
		hint += " " + right
	}
	d.errorf(it.rng, "Unknown type", "%s is not a known %s.%s", it.quote(), fieldOf(err), hint)
	return 0, false
}

// wide reports whether there are so many that the first of them stands for nothing.
func (k known) wide() bool {
	return k.ranges[0].Min < k.ranges[0].Max || len(k.ranges) > 1 && len(vscp.Class(k.ranges[0].Min).Types()) == 0
}

// rightType says how a type of the first of some classes is written.
func rightType(classes known) string {
	example := `such as "TEMPERATURE"`
	if len(classes.ranges) > 0 {
		const most = 8 // tokens that are worth reading; only measurements have more
		switch tokens := vscp.Class(classes.ranges[0].Min).TypeTokens(); {
		case len(tokens) == 0:
			return "Its types have no tokens here: write the number, from 0 to 65535"
		case len(tokens) <= most:
			example = "which is " + wording.Join(quoteAll(tokens), "or")
		}
	}
	return fmt.Sprintf("Write its token, %s, or its number from 0 to 65535", example)
}

// nearestType suggests a token of the first of some classes of which only the beginning was written.
func nearestType(it item, classes known) string {
	return wording.DidYouMean(strings.ToUpper(it.shown()), vscp.Class(classes.ranges[0].Min).TypeTokens())
}

// isNumeric tells a number that was out of range from a token.
func isNumeric(text string) bool {
	return text != "" && strings.Trim(text, "0123456789.-+ ") == ""
}

// typeOfAll returns the type that the token names in every class. On an error, first says that it is about the first of them.
func typeOfAll(token string, classes []Range) (typ uint16, first bool, err error) {
	first = true
	for c := range each(classes) {
		t, err := vscp.Class(c).ParseType(token)
		if err == nil && !first && t != typ {
			err = &vscp.TokenError{Field: "type of " + vscp.Class(c).String() + " with the same number"}
		}
		if err != nil {
			return 0, first, err
		}
		typ, first = t, false
	}
	return typ, false, nil
}

// each yields the numbers of some ranges.
func each(ranges []Range) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for _, r := range ranges {
			for n := int(r.Min); n <= int(r.Max); n++ {
				if !yield(uint16(n)) {
					return
				}
			}
		}
	}
}

// fieldOf returns what a token was looked for as.
func fieldOf(err error) string {
	e, ok := errors.AsType[*vscp.TokenError](err)
	if !ok {
		return "type"
	}
	if class := strings.TrimPrefix(e.Field, "type of "); class[0] >= '0' && class[0] <= '9' {
		return "type of class " + class
	}
	return e.Field
}
