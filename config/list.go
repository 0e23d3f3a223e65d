package config

import "github.com/hashicorp/hcl/v2"

// isBound reports whether an expression stands in a dynamic block, so that its parts mean nothing without it: they miss the iterator.
func isBound(expr hcl.Expression) bool {
	_, ok := expr.(interface{ UnwrapExpression() hcl.Expression })
	return ok
}

// items reads a list that is not empty, with the place of each element where the file shows it.
func (d *decoder) items(attr *hcl.Attribute, ctx *hcl.EvalContext, example string) []item {
	if attr == nil {
		return nil
	}
	exprs, diags := hcl.ExprList(attr.Expr)
	switch {
	case diags.HasErrors():
		return d.computedItems(attr, ctx, example)
	case len(exprs) == 0:
		d.emptyList(attr, example)
	case isBound(attr.Expr):
		return d.boundItems(attr, exprs, ctx)
	}
	items := make([]item, 0, len(exprs))
	for _, expr := range exprs {
		if it, ok := d.eval(expr, ctx); ok {
			items = append(items, it)
		}
	}
	return items
}

// boundItems evaluates a list as a whole that is written element by element.
func (d *decoder) boundItems(attr *hcl.Attribute, exprs []hcl.Expression, ctx *hcl.EvalContext) []item {
	list, ok := d.value(attr.Expr, ctx)
	if !ok {
		return nil
	}
	var items []item
	list, marks := list.Unmark()
	for i, val := range list.AsValueSlice() {
		if it, ok := d.known(val.WithMarks(marks), exprs[i].Range()); ok {
			items = append(items, it)
		}
	}
	return items
}

// computedItems reads a list that is the result of an expression.
func (d *decoder) computedItems(attr *hcl.Attribute, ctx *hcl.EvalContext, example string) []item {
	it, ok := d.eval(attr.Expr, ctx)
	switch {
	case !ok:
		return nil
	case !it.isList():
		d.errorf(it.rng, "Wrong type", "%s must be a list, such as %s.", attr.Name, example)
		return nil
	}
	return d.elements(attr, it, example)
}

func (it item) isList() bool {
	ty := it.val.Type()
	return ty.IsTupleType() || ty.IsListType() || ty.IsSetType()
}

// elements takes an evaluated list apart.
func (d *decoder) elements(attr *hcl.Attribute, it item, example string) []item {
	var items []item
	for _, v := range it.val.Elements() {
		if v.IsNull() {
			d.errorf(it.rng, "Missing value", "An element of %s must not be null.", attr.Name)
			continue
		}
		items = append(items, item{val: v, rng: it.rng, sensitive: it.sensitive, marks: it.marks})
	}
	if it.val.LengthInt() == 0 {
		d.emptyList(attr, example)
	}
	return items
}

// values reads a list that is not empty, or one value instead.
func (d *decoder) values(attr *hcl.Attribute, example string) []item {
	if attr == nil {
		return nil
	}
	if _, diags := hcl.ExprList(attr.Expr); !diags.HasErrors() {
		return d.items(attr, d.scope.functions, example)
	}
	it, ok := d.scalar(attr)
	switch {
	case !ok:
		return nil
	case it.isList():
		return d.elements(attr, it, example)
	default:
		return []item{it}
	}
}

func (d *decoder) emptyList(attr *hcl.Attribute, example string) {
	d.errorf(attr.Expr.Range(), "Empty list", "%s needs at least one element, such as %s.", attr.Name, example)
}
