package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// value evaluates an expression whose result may be anything. If it reports false, there is a diagnostic.
func (d *decoder) value(e hcl.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	if !d.refersWell(e) {
		return cty.DynamicVal, false
	}
	val, diags := d.scope.budget.Evaluate(e, ctx)
	d.explain(diags)
	return val, !diags.HasErrors()
}

// explain adds what went wrong in an evaluation, in the words of our functions where it was one of them.
func (d *decoder) explain(diags hcl.Diagnostics) {
	for i, mistake := range diags {
		if diag.IsSilent(mistake) || i > 0 && sameOperation(diags[i-1], mistake) {
			continue
		}
		name, told := d.explainRemote(mistake)
		if told && mistake.Summary == unknownRemote && d.mayBe(name) {
			continue // it may be one of those that could not be made
		}
		d.diags = append(d.diags, mistake)
		if told || diag.IsOwn(mistake) {
			continue
		}
		if call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](mistake); ok {
			if own, ok := errors.AsType[*expr.CallError](call.FunctionCallError()); ok {
				mistake.Summary, mistake.Detail, mistake.Extra = own.Summary, own.Detail, diag.Own{OfReader: own.OfReader}
				mistake.Subject = cmp.Or(mistake.Context, mistake.Subject) // the whole call
				continue
			}
		}
		if d.scope.secrets.In(mistake.Detail) || d.mayQuote(mistake) {
			mistake.Detail = "The reason would quote what is sensitive, or came from env or file, and is not shown."
		}
	}
}

// sameOperation reports whether HCL tells of both operands, one after the other.
func sameOperation(before, mistake *hcl.Diagnostic) bool {
	return before.Summary == invalidOperand && mistake.Summary == invalidOperand &&
		before.Context != nil && mistake.Context != nil && *before.Context == *mistake.Context
}

// explainRemote tells of references to remotes in words of ours: of one that does not exist, and of one where there are none yet. It returns the
// name, if it may be quoted.
func (d *decoder) explainRemote(mistake *hcl.Diagnostic) (name string, told bool) {
	name, ok := d.referredTo(mistake)
	if !ok {
		return "", false
	}
	switch {
	case owner(mistake.EvalContext, "remote") == nil:
		mistake.Summary, mistake.Detail = "No reference here", "Remotes can be referred to in routes and tests only. A local can hold their names, for remote[NAME] in a route."
	case name == "":
		mistake.Summary, mistake.Detail = unknownRemote, "There is no remote of this name, which is not shown because it is sensitive, or came from env or file."
	default:
		mistake.Summary, mistake.Detail = unknownRemote, fmt.Sprintf("There is no remote %s.%s", wording.Quote(name), d.suggestRemote(name))
	}
	rng := mistake.Expression.Range()
	mistake.Subject, mistake.Extra = &rng, diag.Own{}
	return name, true
}

// referredTo returns the name of the remote that a failed expression refers to, or "" where it must not be quoted.
func (d *decoder) referredTo(mistake *hcl.Diagnostic) (name string, ok bool) {
	root := ""
	switch e := mistake.Expression.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		root = e.Traversal.RootName()
		if step, ok := traversed(e.Traversal).(hcl.TraverseAttr); ok {
			name = step.Name
		}
	case *hclsyntax.IndexExpr:
		if collection, ok := e.Collection.(*hclsyntax.ScopeTraversalExpr); ok && len(collection.Traversal) == 1 {
			root = collection.Traversal.RootName()
		}
		key, diags := d.scope.budget.Evaluate(e.Key, mistake.EvalContext)
		key, marks := key.Unmark()
		if diags.HasErrors() || !key.IsKnown() || key.IsNull() || key.Type() != cty.String {
			return "", false
		}
		if name = key.AsString(); len(marks) > 0 {
			_, found := d.scope.remotes[name]
			return "", root == "remote" && !found
		}
	}
	at := owner(mistake.EvalContext, "remote")
	if root != "remote" || at != nil && at != d.scope.routes {
		return "", false // an iterator
	}
	_, found := d.scope.remotes[name]
	return name, at == nil || name != "" && !found
}

// traversed returns the first step of a traversal, or nil.
func traversed(t hcl.Traversal) hcl.Traverser {
	if len(t) < 2 {
		return nil
	}
	return t[1]
}

// owner returns the context that defines a variable, or nil.
func owner(ctx *hcl.EvalContext, name string) *hcl.EvalContext {
	for ; ctx != nil; ctx = ctx.Parent() {
		if _, ok := ctx.Variables[name]; ok {
			return ctx
		}
	}
	return nil
}

// mayQuote reports whether HCL's words may quote a value that was computed from a sensitive one, such as a part of it.
func (d *decoder) mayQuote(mistake *hcl.Diagnostic) bool {
	if mistake.Expression == nil || mistake.EvalContext == nil || !strings.Contains(mistake.Detail, `"`) {
		return false
	}
	if val, _ := d.scope.budget.Evaluate(mistake.Expression, mistake.EvalContext); d.scope.budget.Spent() || val.ContainsMarked() {
		return true
	}
	return slices.ContainsFunc(mistake.Expression.Variables(), func(t hcl.Traversal) bool {
		val, diags := t.TraverseAbs(mistake.EvalContext)
		return !diags.HasErrors() && val.ContainsMarked()
	})
}
