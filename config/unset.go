package config

import (
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// unset takes out the attributes of a raw struct, and of the blocks in it, whose value is null: they are as if they were not written. So a
// block that stands for many can leave out what some of them do not have.
func (d *decoder) unset(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			d.unset(v.Index(i))
		}
		return
	case v.Kind() != reflect.Pointer || v.IsNil():
		return
	}
	v = v.Elem()
	for _, field := range rawFields(v.Type()) {
		switch value := v.Field(field.index); field.kind {
		case "block":
			d.unset(value)
		case "optional":
			if attr, _ := reflect.TypeAssert[*hcl.Attribute](value); attr != nil && d.isNull(attr.Expr) {
				value.SetZero()
			}
		}
	}
}

// isNull reports whether an expression has the value null. One that is wrong has not: who reads it will complain.
func (d *decoder) isNull(expr hcl.Expression) bool {
	if !canBeNull(expr) {
		return false
	}
	val, diags := expr.Value(d.scope.functions)
	if diags.HasErrors() {
		return false
	}
	val, _ = val.Unmark()
	return val.IsKnown() && val.IsNull()
}

// selectors are the functions whose result may be null because an argument is.
var selectors = []string{"lookup", "element", "jsondecode", "yamldecode", "nonsensitive", "tostring", "tonumber", "tobool"}

// canBeNull sorts out what needs no second evaluation: texts, lists and most calls, of which some read files.
func canBeNull(expr hcl.Expression) bool {
	inner := hcl.UnwrapExpressionUntil(expr, func(e hcl.Expression) bool {
		_, syntax := e.(hclsyntax.Expression)
		return syntax
	})
	switch e := inner.(type) {
	case *hclsyntax.FunctionCallExpr:
		return slices.Contains(selectors, e.Name)
	case *hclsyntax.TemplateExpr, *hclsyntax.TupleConsExpr, *hclsyntax.ObjectConsExpr, *hclsyntax.ForExpr:
		return false
	case *hclsyntax.LiteralValueExpr:
		return e.Val.IsNull()
	}
	return true
}
