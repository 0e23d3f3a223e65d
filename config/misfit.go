package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// misfit says what part of a value does not fit the type of the variable, if it is a part and may be told.
func (v *variable) misfit(val cty.Value) string {
	if v.sensitive || val.ContainsMarked() || !val.IsWhollyKnown() || val.IsNull() {
		return ""
	}
	_, err := convert.Convert(v.completed(val), v.ty)
	if err == nil {
		return ""
	}
	reason := err.Error()
	if part, ok := errors.AsType[cty.PathError](err); ok {
		reason = placeOf(part.Path) + reason
	}
	if !strings.HasPrefix(reason, "attribute ") && !strings.HasPrefix(reason, "element ") {
		return "" // the whole
	}
	hint := ""
	if name, names := surplus(val, v.ty); name != "" {
		hint = fmt.Sprintf(" Its type has no attribute %s.%s", wording.Quote(name), wording.DidYouMean(name, names))
	}
	return fmt.Sprintf(" What does not fit: %s.%s", reason, hint)
}

// placeOf names a part of a value as convert does in its errors.
func placeOf(path cty.Path) string {
	var place strings.Builder
	for _, step := range path {
		switch step := step.(type) {
		case cty.GetAttrStep:
			fmt.Fprintf(&place, "attribute %q: ", step.Name)
		case cty.IndexStep:
			if step.Key.Type() == cty.String {
				fmt.Fprintf(&place, "element %q: ", step.Key.AsString())
			} else {
				fmt.Fprintf(&place, "element %s: ", step.Key.AsBigFloat().Text('f', 0))
			}
		}
	}
	return place.String()
}

// warnOfSurplus warns of an attribute that the type of the variable does not have: it is mostly a slip of an optional one.
func (d *decoder) warnOfSurplus(v *variable, val cty.Value, rng hcl.Range) {
	if v.sensitive || val.ContainsMarked() || !val.IsWhollyKnown() {
		return
	}
	if name, names := surplus(val, v.ty); name != "" {
		d.warnf(rng, noEffect, "The value of %s has an attribute %s, which its type does not have.%s", wording.Quote(v.raw.Name), wording.Quote(name), wording.DidYouMean(name, names))
	}
}

// surplus returns the first attribute in a value that a type does not have, and those that it has there.
func surplus(val cty.Value, ty cty.Type) (name string, names []string) {
	switch {
	case val.IsNull():
		return "", nil
	case ty.IsObjectType() && val.Type().IsObjectType():
		for _, name := range slices.Sorted(maps.Keys(val.AsValueMap())) {
			if !ty.HasAttribute(name) {
				return name, slices.Sorted(maps.Keys(ty.AttributeTypes()))
			}
			if name, names := surplus(val.GetAttr(name), ty.AttributeType(name)); name != "" {
				return name, names
			}
		}
	case ty.IsCollectionType() && val.CanIterateElements():
		for _, element := range val.Elements() {
			if name, names := surplus(element, ty.ElementType()); name != "" {
				return name, names
			}
		}
	}
	return "", nil
}
