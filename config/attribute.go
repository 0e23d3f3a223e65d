package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

var noAttribute = regexp.MustCompile(`^This object does not have an attribute named "([^"]+)"\.$`)

// whichAttributes says what an object has, where it does not have what an expression asks it for: a column of a table, mostly.
func (d *decoder) whichAttributes(diag *hcl.Diagnostic) string {
	m := noAttribute.FindStringSubmatch(diag.Detail)
	expr, ok := diag.Expression.(*hclsyntax.ScopeTraversalExpr)
	if m == nil || !ok || diag.EvalContext == nil || !d.tellsMarks(expr.Traversal, diag.EvalContext) {
		return ""
	}
	for i := 1; i < len(expr.Traversal); i++ {
		step, ok := expr.Traversal[i].(hcl.TraverseAttr)
		if !ok || step.Name != m[1] {
			continue
		}
		val, diags := expr.Traversal[:i].TraverseAbs(diag.EvalContext)
		switch {
		case diags.HasErrors() || !val.Type().IsObjectType() || val.Type().HasAttribute(m[1]):
			continue
		case val.ContainsMarked():
			return " What it has is not shown, because it came from env or file, or is sensitive. If that is no secret, put nonsensitive(...) around it."
		}
		names := slices.Sorted(maps.Keys(val.Type().AttributeTypes()))
		if hint := wording.DidYouMean(m[1], names); hint != "" {
			return hint
		}
		if len(names) == 0 {
			return " It has none."
		}
		return fmt.Sprintf(" It has %s.", wording.Join(quotedAll(names), "and"))
	}
	return ""
}

// tellsMarks reports whether what a traversal leads to still has its marks: in a for expression, elements of a sensitive list have none.
func (d *decoder) tellsMarks(t hcl.Traversal, ctx *hcl.EvalContext) bool {
	at := owner(ctx, t.RootName())
	if at == nil || len(t) < 2 {
		return false
	}
	if word := t.RootName(); (word == "var" || word == "local") && at == d.scope.functions {
		return true
	}
	ty := at.Variables[t.RootName()].Type() // an iterator of a dynamic block has key and value
	step, ok := t[1].(hcl.TraverseAttr)
	return ok && step.Name == "value" && isIterator(ty)
}

// isIterator reports whether a variable is what a dynamic block makes of an element.
func isIterator(ty cty.Type) bool {
	return ty.IsObjectType() && len(ty.AttributeTypes()) == 2 && ty.HasAttribute("key") && ty.HasAttribute("value")
}

func quotedAll(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = wording.Quote(name)
	}
	return out
}
