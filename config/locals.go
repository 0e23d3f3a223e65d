package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// resolver evaluates locals in the order in which they need one another.
type resolver struct {
	d      *decoder
	attrs  map[string]*hcl.Attribute
	values map[string]cty.Value
	path   []string // of locals that are being evaluated: each needs the next
}

// decodeLocals makes local.NAME known to expressions.
func (d *decoder) decodeLocals(raws []*rawLocals) {
	r := &resolver{d: d, attrs: map[string]*hcl.Attribute{}, values: map[string]cty.Value{}}
	for _, raw := range raws {
		r.collect(raw.Body)
	}
	d.scope.locals = slices.Sorted(maps.Keys(r.attrs))
	for _, name := range d.scope.locals {
		r.resolve(name)
	}
	d.scope.functions.Variables["local"] = cty.ObjectVal(r.values)
}

func (r *resolver) collect(body hcl.Body) {
	attrs, diags := body.JustAttributes()
	r.d.diags = append(r.d.diags, diags...)
	for _, attr := range inOrder(attrs) {
		first := r.attrs[attr.Name]
		switch {
		case first != nil:
			r.d.errorf(attr.NameRange, "Duplicate local", "A local %s is already defined at %s. Names must be unique, in all locals blocks together.", wording.Quote(attr.Name), diag.LineOf(first.NameRange))
		case !hclsyntax.ValidIdentifier(attr.Name):
			r.d.errorf(attr.NameRange, "Bad name", "The name of a local must begin with a letter and consist of letters, digits, - and _.")
		default:
			r.attrs[attr.Name] = attr
		}
	}
}

// resolve evaluates a local and those that it needs. One that is wrong gets an unknown value, which nobody complains about again.
func (r *resolver) resolve(name string) {
	if _, done := r.values[name]; done {
		return
	}
	if i := slices.Index(r.path, name); i >= 0 {
		r.cycle(r.path[i:])
		return
	}
	attr := r.attrs[name]
	r.path = append(r.path, name)
	needed := map[string]cty.Value{}
	for _, ref := range references(attr.Expr, "local") {
		if r.attrs[ref.name] != nil {
			r.resolve(ref.name)
			needed[ref.name] = r.values[ref.name]
		}
	}
	r.path = r.path[:len(r.path)-1]
	if _, done := r.values[name]; done {
		return // part of a cycle
	}
	ctx := r.d.scope.functions.NewChild()
	ctx.Variables = map[string]cty.Value{"local": cty.ObjectVal(needed)}
	val, ok := r.d.value(attr.Expr, ctx)
	if !ok {
		val = cty.DynamicVal
	}
	r.values[name] = val
}

// cycle complains about locals that need one another.
func (r *resolver) cycle(names []string) {
	for _, name := range names {
		r.values[name] = cty.DynamicVal
	}
	// It begins with the one that comes first in the file, whichever was evaluated first.
	first := slices.MinFunc(names, func(a, b string) int {
		x, y := r.attrs[a].NameRange, r.attrs[b].NameRange
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Start.Byte, y.Start.Byte))
	})
	at := slices.Index(names, first)
	names = append(slices.Concat(names[at:], names[:at]), first)
	for i, name := range names {
		names[i] = "local." + name
	}
	detail := "The value needs itself."
	if len(names) > 2 {
		detail = fmt.Sprintf("These locals need one another: %s.", strings.Join(names, " needs "))
	}
	r.d.errorf(r.attrs[first].NameRange, "Cycle of locals", "%s Write one of them without a reference to the others.", detail)
}

// inOrder returns attributes as they stand in the file.
func inOrder(attrs hcl.Attributes) []*hcl.Attribute {
	return slices.SortedFunc(maps.Values(attrs), func(a, b *hcl.Attribute) int {
		return a.NameRange.Start.Byte - b.NameRange.Start.Byte
	})
}
