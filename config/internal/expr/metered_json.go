package expr

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// jsonExpression is what an expression of HCL's JSON form can do, and none of the native one.
type jsonExpression interface {
	hcl.Expression
	AsTraversal() hcl.Traversal
	ExprCall() *hcl.StaticCall
	ExprList() []hcl.Expression
	ExprMap() []hcl.KeyValuePair
}

// meteredJSON is an expression in a dynamic block, whose value package dynblock asks for.
type meteredJSON struct {
	jsonExpression
	budget *Budget
}

// Value implements hcl.Expression.
func (e meteredJSON) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	e.budget.rehearse(e.jsonExpression, ctx)
	return e.jsonExpression.Value(ctx)
}

// MeterAttributes has expressions of JSON pay for themselves. Those of the native syntax do.
func (b *Budget) MeterAttributes(attrs hcl.Attributes) {
	for _, attr := range attrs {
		if e, ok := attr.Expr.(jsonExpression); ok {
			attr.Expr = meteredJSON{e, b}
		}
	}
}

// rehearse computes what stands in the texts of an expression in JSON, and charges for it. Package json parses them whenever it needs their values,
// where our nodes have no place. It does not return if they take too much.
func (b *Budget) rehearse(expr hcl.Expression, ctx *hcl.EvalContext) {
	json, ok := expr.(jsonExpression)
	if !ok || ctx == nil {
		return
	}
	for _, element := range json.ExprList() {
		b.rehearse(element, ctx)
	}
	for _, pair := range json.ExprMap() {
		b.rehearse(pair.Key, ctx)
		b.rehearse(pair.Value, ctx)
	}
	val, _ := expr.Value(nil) // a text as it is written
	if val.Type() != cty.String || !strings.Contains(val.AsString(), "{") {
		return
	}
	start := expr.Range().Start
	start.Column++
	start.Byte++
	template, diags := hclsyntax.ParseTemplate([]byte(val.AsString()), expr.Range().Filename, start)
	if diags.HasErrors() {
		return
	}
	for _, diag := range b.Meter(template) {
		panic(refused{diag})
	}
	_, _ = template.Value(ctx) // what is wrong will be told by the expression
}
