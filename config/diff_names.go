package config

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ownNames are the names in the file of fields that are called otherwise here, by type and field. A block without a name stands in the
// file as attributes of the block around it.
func ownNames() map[string]string {
	return map[string]string{
		"Remote.Addresses": "address",
		"Schedule.Cron":    "",
		"Cron.Spec":        "cron",
		"Cron.Location":    "time_zone",
		"Route.Presets":    "preset",
		"Route.Tame":       "limit",
		"Loop.Storm":       "",
		"Storm.Limit":      "storm_limit",
		"Storm.Window":     "storm_window",
	}
}

// attributeName returns what a field of a block is called in the file.
func attributeName(block reflect.Type, field int) string {
	name := block.Field(field).Name
	if own, ok := ownNames()[block.Name()+"."+name]; ok {
		return own
	}
	return snakeCase(name)
}

// snakeCase turns a name of Go, such as CAFile, into one of HCL, such as ca_file.
func snakeCase(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		ends := i+1 < len(runes) && unicode.IsLower(runes[i+1]) // an abbreviation before this letter
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || ends) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// isBlockType reports whether a type of a field has attributes of its own.
func isBlockType(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[Config]().PkgPath() && t != reflect.TypeFor[Credential]()
}

// differing returns the names of the attributes in which two blocks of a type differ. A block that only one of them has is named as a
// whole, and so are lists.
func differing(prefix string, a, b reflect.Value) []string {
	var names []string
	for i := range a.NumField() {
		x, y := a.Field(i), b.Field(i)
		if x.Kind() == reflect.Pointer && isBlockType(x.Type().Elem()) && !x.IsNil() && !y.IsNil() {
			x, y = x.Elem(), y.Elem()
		}
		name := prefix + attributeName(a.Type(), i)
		switch {
		case x.Type() == reflect.TypeFor[Position]():
		case isBlockType(x.Type()):
			if name != prefix {
				name += "."
			}
			names = append(names, differing(name, x, y)...)
		case !alike(x.Interface(), y.Interface()):
			names = append(names, name)
		}
	}
	return names
}

// alike compares two values of an attribute as Same does.
func alike(a, b any) bool {
	switch x := a.(type) {
	case []*Remote:
		return slices.Equal(names(x), names(b.([]*Remote))) //nolint:forcetypeassert // both are of one field
	case []Match:
		return reflect.DeepEqual(placeless(x), placeless(b.([]Match))) //nolint:forcetypeassert // likewise
	case *time.Location: // a schedule without cron has none
		y := b.(*time.Location) //nolint:forcetypeassert // likewise
		return x == nil || y == nil || x.String() == y.String()
	}
	return reflect.DeepEqual(a, b)
}
