package config

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// value evaluates an expression whose result may be anything. If it reports false, there is a diagnostic.
func (d *decoder) value(expr hcl.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	if !d.refersWell(expr) {
		return cty.DynamicVal, false
	}
	val, diags := expr.Value(ctx)
	d.explain(diags)
	return val, !diags.HasErrors()
}

// explain adds what went wrong in an evaluation, in the words of our functions where it was one of them.
func (d *decoder) explain(diags hcl.Diagnostics) {
	for _, diag := range diags {
		d.diags = append(d.diags, diag)
		if call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](diag); ok {
			if own, ok := errors.AsType[*callError](call.FunctionCallError()); ok {
				diag.Summary, diag.Detail, diag.Extra = own.summary, own.detail, ownText{}
				diag.Subject = cmp.Or(diag.Context, diag.Subject) // the whole call
				continue
			}
		}
		if d.scope.quotesSecret(diag.Detail) || mayQuote(diag) {
			diag.Detail = "The reason would quote what is sensitive, or came from env or file, and is not shown."
		}
	}
}

// mayQuote reports whether HCL's words may quote a value that was computed from a sensitive one, such as a part of it.
func mayQuote(diag *hcl.Diagnostic) bool {
	if diag.Expression == nil || diag.EvalContext == nil || !strings.Contains(diag.Detail, `"`) {
		return false
	}
	if val, _ := diag.Expression.Value(diag.EvalContext); val.ContainsMarked() {
		return true
	}
	return slices.ContainsFunc(diag.Expression.Variables(), func(t hcl.Traversal) bool {
		val, diags := t.TraverseAbs(diag.EvalContext)
		return !diags.HasErrors() && val.ContainsMarked()
	})
}
