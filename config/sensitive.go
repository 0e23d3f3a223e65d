package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// places are where sensitive values were written: offsets by file. The zero value has none.
type places struct {
	offsets map[string][]int
}

func (p *places) add(rng hcl.Range) {
	if p.offsets == nil {
		p.offsets = map[string][]int{}
	}
	p.offsets[rng.Filename] = append(p.offsets[rng.Filename], rng.Start.Byte)
}

// within reports whether one of the places lies in rng. The offsets are in order.
func (p *places) within(rng hcl.Range) bool {
	offsets := p.offsets[rng.Filename]
	i, _ := slices.BinarySearch(offsets, rng.Start.Byte)
	return i < len(offsets) && offsets[i] < rng.End.Byte
}

// paths returns the attributes below a raw struct that have one of the places, such as remote.north.user: types and labels of the
// blocks around it, and its name. Blocks without a label have no number: what is sensitive in one of them is so in all. Passwords
// are left out. The result is nil if there are none.
func (p *places) paths(raw any) map[string]bool {
	for _, offsets := range p.offsets {
		slices.Sort(offsets)
	}
	var found map[string]bool
	p.walk(reflect.ValueOf(raw), "", func(path string) {
		if found == nil {
			found = map[string]bool{}
		}
		found[path] = true
	})
	return found
}

// walk calls found for each attribute of a raw struct, or of several, that has one of the places.
func (p *places) walk(v reflect.Value, path string, found func(path string)) {
	switch {
	case len(p.offsets) == 0:
		return
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			p.walk(v.Index(i), path, found)
		}
		return
	case v.Kind() != reflect.Pointer || v.IsNil():
		return
	}
	v = v.Elem()
	for _, field := range rawFields(v.Type()) {
		switch value := v.Field(field.index); field.kind {
		case "label":
			path += "." + value.String()
		case "block":
			p.walk(value, strings.TrimPrefix(path+"."+field.name, "."), found)
		case "optional":
			attr, _ := reflect.TypeAssert[*hcl.Attribute](value)
			if attr != nil && field.name != secretAttr && p.within(attr.Expr.Range()) {
				found(path + "." + field.name)
			}
		}
	}
}

// rawField is a field of a raw struct that stands for something in the file.
type rawField struct {
	index      int
	name, kind string // of the tag, such as `hcl:"name,kind"`
}

// rawFields returns the fields of a raw struct in their order.
func rawFields(t reflect.Type) []rawField {
	var fields []rawField
	for i := range t.NumField() {
		name, kind, ok := strings.Cut(t.Field(i).Tag.Get("hcl"), ",")
		if ok && name != "" {
			fields = append(fields, rawField{i, name, kind})
		}
	}
	return fields
}
