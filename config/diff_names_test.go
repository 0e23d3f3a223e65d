package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// typedNames lists the attributes of a block as Compare names them, those of the blocks in it with a dot.
func typedNames(prefix string, t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		inner := t.Field(i).Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		name := prefix + attributeName(t, i)
		switch {
		case inner == reflect.TypeFor[Position](), name == "name" && prefix == "" && t != reflect.TypeFor[Bridge]():
		case isBlockType(inner):
			if name != prefix {
				name += "."
			}
			out = append(out, typedNames(name, inner)...)
		default:
			out = append(out, name)
		}
	}
	return out
}

// fileNames lists the attributes of a block in the file likewise; blocks that can be there several times are one.
func fileNames(prefix string, t reflect.Type) []string {
	var out []string
	for field := range t.Fields() {
		name, kind, _ := strings.Cut(field.Tag.Get("hcl"), ",")
		inner := field.Type
		switch {
		case kind == "block" && inner.Kind() == reflect.Pointer:
			out = append(out, fileNames(prefix+name+".", inner.Elem())...)
		case kind == "block", kind == "optional":
			out = append(out, prefix+name)
		}
	}
	return out
}

// TestAttributeNames has every attribute of the language under the name that Compare gives it, and no other.
func TestAttributeNames(t *testing.T) {
	t.Parallel()
	for _, block := range []struct{ typed, raw any }{
		{Remote{}, rawRemote{}}, {Bridge{}, rawBridge{}}, {Log{}, rawLog{}}, {Admin{}, rawAdmin{}}, {Loop{}, rawLoop{}}, {Route{}, rawRoute{}},
	} {
		got := slices.Sorted(slices.Values(typedNames("", reflect.TypeOf(block.typed))))
		want := slices.DeleteFunc(fileNames("", reflect.TypeOf(block.raw)), func(name string) bool { return name == "addresses" }) // it is address
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%T: names\n%q, want\n%q", block.typed, got, want)
		}
	}
}

// alter gives a value another one.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Slice:
		element := reflect.New(v.Type().Elem()).Elem()
		if element.Kind() == reflect.Pointer {
			element.Set(reflect.New(element.Type().Elem()))
		}
		v.Set(reflect.Append(v, element))
	case reflect.Array:
		v.Index(0).SetUint(v.Index(0).Uint() + 1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Struct:
		v.Set(reflect.ValueOf(TextCredential("other")))
	default:
		t.Fatalf("no other value for %v", v.Type())
	}
}

// eachAttribute calls try with every attribute within a block, one by one, and its name.
func eachAttribute(prefix string, block reflect.Value, try func(name string, attribute reflect.Value)) {
	for i := range block.NumField() {
		v, name := block.Field(i), prefix+attributeName(block.Type(), i)
		if v.Kind() == reflect.Pointer && isBlockType(v.Type().Elem()) {
			v = v.Elem()
		}
		switch {
		case v.Type() == reflect.TypeFor[Position]():
		case isBlockType(v.Type()):
			if name != prefix {
				name += "."
			}
			eachAttribute(name, v, try)
		default:
			try(name, v)
		}
	}
}

// TestDifferingAgreesWithSame changes each attribute by itself.
func TestDifferingAgreesWithSame(t *testing.T) {
	t.Parallel()
	remote := func() *Remote {
		r := DefaultRemote("a")
		r.TLS, r.Schedule = &TLS{}, defaultSchedule()
		r.Schedule.Cron = Cron{Spec: "* * * * *", Location: time.UTC}
		return r
	}
	route := func() *Route {
		r := defaultRoute("a")
		r.Probe, r.LinkEvents = defaultProbe(), defaultLinkEvents()
		return r
	}
	before, after := remote(), remote()
	eachAttribute("", reflect.ValueOf(after).Elem(), func(name string, v reflect.Value) {
		if name == "name" {
			return
		}
		keep := reflect.New(v.Type()).Elem()
		keep.Set(v)
		alter(t, v)
		if v.Type() == reflect.TypeFor[*time.Location]() {
			v.Set(reflect.ValueOf(time.FixedZone("Other", 3600)))
		}
		if got := differing("", reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()); !slices.Equal(got, []string{name}) || before.Same(after) {
			t.Errorf("remote with another %s: %q and Same = %v, want its name and false", name, got, before.Same(after))
		}
		v.Set(keep)
	})
	from, to := route(), route()
	eachAttribute("", reflect.ValueOf(to).Elem(), func(name string, v reflect.Value) {
		if name == "name" {
			return
		}
		keep := reflect.New(v.Type()).Elem()
		keep.Set(v)
		alter(t, v)
		if got := differing("", reflect.ValueOf(from).Elem(), reflect.ValueOf(to).Elem()); !slices.Equal(got, []string{name}) || from.Same(to) {
			t.Errorf("route with another %s: %q and Same = %v, want its name and false", name, got, from.Same(to))
		}
		v.Set(keep)
	})
	if !before.Same(after) || !from.Same(to) {
		t.Error("Same = false after all was put back, want true")
	}
}
