package config

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// reference is a use of var.NAME or local.NAME.
type reference struct {
	name string // empty: no name follows
	rng  hcl.Range
}

// references returns what an expression refers to below root.
func references(expr hcl.Expression, root string) []reference {
	var refs []reference
	for _, t := range expr.Variables() {
		if t.RootName() != root {
			continue
		}
		ref := reference{rng: t.SourceRange()}
		if len(t) > 1 {
			switch step := t[1].(type) {
			case hcl.TraverseAttr:
				ref.name, ref.rng = step.Name, t[:2].SourceRange()
			case hcl.TraverseIndex:
				if step.Key.Type() == cty.String {
					ref.name, ref.rng = step.Key.AsString(), t[:2].SourceRange()
				}
			}
		}
		refs = append(refs, ref)
	}
	return refs
}

// refersWell reports whether all variables and locals of an expression exist, and complains about those that do not.
func (d *decoder) refersWell(expr hcl.Expression) bool {
	n := len(d.diags)
	for _, ref := range references(expr, "var") {
		d.checkReference(ref, "variable", "var", d.scope.variables, `declare it with a block variable %s {}`)
	}
	for _, ref := range references(expr, "local") {
		d.checkReference(ref, "local", "local", d.scope.locals, `define %[1]s in a locals block`)
	}
	return d.clean(n)
}

func (d *decoder) checkReference(ref reference, kind, root string, names []string, remedy string) {
	if ref.name == "" {
		d.errorf(ref.rng, "Incomplete reference", "Name one %s, as in %s.NAME.", kind, root)
		return
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		if name == ref.name {
			return
		}
		quoted[i] = strconv.Quote(name)
	}
	hint := didYouMean(ref.name, names)
	const most = 8 // names that are worth reading
	switch {
	case hint != "":
	case len(names) > 0 && len(names) <= most:
		hint = fmt.Sprintf(" The configuration defines %s.", join(quoted, "and"))
	default:
		hint = fmt.Sprintf(" To have one, "+remedy+".", quote(ref.name))
	}
	d.errorf(ref.rng, "Unknown "+kind, "There is no %s %s.%s", kind, quote(ref.name), hint)
}
