package config

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
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

// refersWell reports whether all variables and locals of an expression exist, and complains about those that do not, unless the block that is to
// define them is what is wrong.
func (d *decoder) refersWell(expr hcl.Expression) bool {
	well := true
	for _, ref := range references(expr, "var") {
		if !slices.Contains(d.scope.variables, ref.name) {
			well = false
			d.noReference(ref, "variable", "var", d.scope.variables, `declare it with a block variable %s {}`)
		}
	}
	for _, ref := range references(expr, "local") {
		if !slices.Contains(d.scope.locals, ref.name) {
			well = false
			d.noReference(ref, "local", "local", d.scope.locals, `define %[1]s in a locals block`)
		}
	}
	return well
}

func (d *decoder) noReference(ref reference, kind, root string, names []string, remedy string) {
	switch {
	case root == "var" && d.misnamed.variables[ref.name], root == "local" && d.misnamed.locals[ref.name]:
		d.diags = append(d.diags, diag.Silent())
		return
	case ref.name == "":
		d.errorf(ref.rng, "Incomplete reference", "Name one %s, as in %s.NAME.", kind, root)
		return
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	hint := wording.DidYouMean(ref.name, names)
	const most = 8 // names that are worth reading
	switch {
	case hint != "":
	case len(names) > 0 && len(names) <= most:
		hint = fmt.Sprintf(" The configuration defines %s.", wording.Join(quoted, "and"))
	default:
		hint = fmt.Sprintf(" To have one, "+remedy+".", wording.Quote(ref.name))
	}
	d.errorf(ref.rng, "Unknown "+kind, "There is no %s %s.%s", kind, wording.Quote(ref.name), hint)
}
