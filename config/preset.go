package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// decodePresets reads which classes a route carries.
func (d *decoder) decodePresets(raw *rawRoute, r *Route) {
	if raw.Preset == nil {
		return
	}
	n := len(d.diags)
	presets := words(d, raw.Preset, "preset", PresetAll, PresetTelemetry, PresetCommands)
	switch {
	case !d.clean(n):
	case len(presets) > 1 && slices.Contains(presets, PresetAll):
		d.errorf(raw.Preset.Expr.Range(), "Contradicting presets", `"all" contains the others. Write "all" alone, or ["telemetry", "commands"].`)
	case raw.Between != nil && presets[0] != PresetAll:
		d.errorf(raw.Preset.Range, "Preset of a route both ways", `The presets "telemetry" and "commands" have a direction, and between has none. Use from and to: with preset = ["telemetry", "commands"] telemetry goes from "from" to "to", and commands go back.`)
	default:
		r.Presets = presets
	}
}

// decodeScopes reads which GUIDs a route carries that mean something only where they are.
func (d *decoder) decodeScopes(attr *hcl.Attribute, dst *[]Scope) {
	if attr == nil {
		return
	}
	if exprs, diags := hcl.ExprList(attr.Expr); !diags.HasErrors() && len(exprs) == 0 {
		return // none, as by default
	}
	*dst = words(d, attr, "scope", ScopePrivate, ScopeLaboratory)
}

// words reads a list of different words, or one instead. The name is that of one of them.
func words[T ~string](d *decoder, attr *hcl.Attribute, name string, allowed ...T) []T {
	var found []T
	for _, it := range d.values(attr, `["`+string(allowed[0])+`"]`) {
		if it.val.Type() != cty.String {
			d.errorf(it.rng, "Wrong type", "An element of %s must be a text in double quotes.", attr.Name)
			continue
		}
		word, ok := pick(d, name, it.val.AsString(), it, allowed)
		switch {
		case !ok:
		case slices.Contains(found, word):
			d.errorf(it.rng, "Duplicate "+name, "The same word is in this list twice.")
		default:
			found = append(found, word)
		}
	}
	return found
}
