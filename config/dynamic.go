package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// The words of a dynamic block.
const (
	dynamicBlock = "dynamic"
	forEachAttr  = "for_each"
	labelsAttr   = "labels"
	iteratorAttr = "iterator"
	contentBlock = "content"
)

// maxGenerated limits the blocks that a configuration makes of dynamic ones: two nested loops are quickly written.
const maxGenerated = 100_000

// expand makes the dynamic blocks of a body into what they stand for. Package dynblock does that; opened makes it take sensitive values.
func (d *decoder) expand(body hcl.Body) hcl.Body {
	return dynblock.Expand(opened{body, d}, d.scope.functions)
}

// opened is a body whose dynamic blocks may go through sensitive values: meters in a file are such. The labels and keys that are made of them
// lose the mark, the values keep it.
type opened struct {
	hcl.Body
	d *decoder
}

// Content implements hcl.Body.
func (b opened) Content(schema *hcl.BodySchema) (*hcl.BodyContent, hcl.Diagnostics) {
	content, diags := b.Body.Content(schema)
	b.d.scope.budget.MeterAttributes(content.Attributes)
	more := b.open(content, schema)
	return content, append(diags, more...)
}

// PartialContent implements hcl.Body.
func (b opened) PartialContent(schema *hcl.BodySchema) (*hcl.BodyContent, hcl.Body, hcl.Diagnostics) {
	content, rest, diags := b.Body.PartialContent(schema)
	b.d.scope.budget.MeterAttributes(content.Attributes)
	more := b.open(content, schema)
	return content, opened{rest, b.d}, append(diags, more...)
}

func (b opened) open(content *hcl.BodyContent, schema *hcl.BodySchema) hcl.Diagnostics {
	var diags hcl.Diagnostics
	var blocks hcl.Blocks
	b.d.tellApart(content.Blocks)
	for _, block := range content.Blocks {
		inner := opened{block.Body, b.d}
		block.Body = inner
		if block.Type == dynamicBlock {
			b.d.dynamics[block.DefRange] = true
			if mistake := checkDynamic(block, schema); mistake != nil {
				diags = append(diags, mistake)
				b.d.spoil(block.Labels[0])
				continue
			}
			block.Body = dynamicBody{inner, block.Labels[0]}
		}
		blocks = append(blocks, block)
	}
	content.Blocks = blocks
	return diags
}

// spoil notes that there are blocks which could not be made, so that nobody complains about references to them.
func (d *decoder) spoil(kind string) {
	d.spoiled = d.spoiled || kind == "remote"
}

// checkDynamic refuses kinds of blocks that are not there, or not to be made.
func checkDynamic(block *hcl.Block, schema *hcl.BodySchema) *hcl.Diagnostic {
	kind := block.Labels[0]
	var kinds []string
	for _, s := range schema.Blocks {
		if s.Type != dynamicBlock && s.Type != "variable" && s.Type != "locals" {
			kinds = append(kinds, s.Type)
		}
	}
	switch {
	case slices.Contains(kinds, kind):
		return nil
	case kind == "variable" || kind == "locals":
		return diag.New(block.LabelRanges[0], "Not dynamic", "Variables and locals are what dynamic blocks are made of, and must be written out.")
	default:
		return diag.New(block.LabelRanges[0], "Unsupported block type", "Blocks of type %s are not expected here.%s", wording.Quote(kind), wording.DidYouMean(kind, kinds))
	}
}

// dynamicBody is what stands in a dynamic block.
type dynamicBody struct {
	opened
	kind string
}

// Content implements hcl.Body.
func (b dynamicBody) Content(schema *hcl.BodySchema) (*hcl.BodyContent, hcl.Diagnostics) {
	content, diags := b.opened.Content(schema)
	if mistake := b.checkIterator(content.Attributes[iteratorAttr]); mistake != nil {
		diags = append(diags, mistake)
	}
	if diags.HasErrors() || len(content.Blocks) != 1 {
		b.d.spoil(b.kind)
	}
	content.Attributes = maps.Clone(content.Attributes)
	for name, attr := range content.Attributes {
		wrapped := *attr
		switch name {
		case forEachAttr:
			wrapped.Expr = forEach{attr.Expr, b.d, b.kind}
		case labelsAttr:
			wrapped.Expr = labels{attr.Expr, b.d, b.kind}
		}
		content.Attributes[name] = &wrapped
	}
	return content, diags
}

// checkIterator refuses names that would hide what expressions refer to.
func (b dynamicBody) checkIterator(attr *hcl.Attribute) *hcl.Diagnostic {
	if attr == nil {
		return nil
	}
	if name := hcl.ExprAsKeyword(attr.Expr); slices.Contains([]string{"var", "local", "remote"}, name) {
		return diag.New(attr.Expr.Range(), "Reserved name", "%s.NAME means something else. Take another word for the element, such as iterator = each.", name)
	}
	return nil
}

// forEach is the expression of for_each.
type forEach struct {
	hcl.Expression
	d    *decoder
	kind string
}

// Value implements hcl.Expression. The mark of the whole moves to its elements. Mistakes are the decoder's already: there is nothing
// to go through then.
func (e forEach) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	d := e.d
	val, ok := d.value(e.Expression, ctx)
	val, marks := val.Unmark()
	switch {
	case !ok || !val.IsKnown() && d.diags.HasErrors():
	case val.IsNull() || !val.IsKnown():
		d.errorf(e.Range(), "Missing value", "for_each must not be null. An empty list makes no block.")
	case !val.CanIterateElements():
		d.errorf(e.Range(), "Wrong type", `for_each must be a list, a set, a map or an object, such as csvdecode(file("meters.csv")).`)
	case d.generated+val.LengthInt() > maxGenerated:
		d.errorf(e.Range(), "Too many blocks", "The dynamic blocks of a configuration make %d blocks at most.", maxGenerated)
	default:
		d.generated += val.LengthInt()
		return markElements(val, marks), nil
	}
	d.spoil(e.kind)
	return cty.EmptyTupleVal, nil
}

// markElements returns a collection with the same keys and marked elements.
func markElements(val cty.Value, marks cty.ValueMarks) cty.Value {
	if len(marks) == 0 {
		return val
	}
	byName := val.Type().IsMapType() || val.Type().IsObjectType() || val.Type().IsSetType() && val.Type().ElementType() == cty.String
	var elements []cty.Value
	named := map[string]cty.Value{}
	for it := val.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if byName && key.IsKnown() {
			named[key.AsString()] = element.WithMarks(marks)
		} else {
			elements = append(elements, element.WithMarks(marks))
		}
	}
	if byName {
		return cty.ObjectVal(named)
	}
	return cty.TupleVal(elements)
}

// labels is the expression of labels.
type labels struct {
	hcl.Expression
	d    *decoder
	kind string
}

// ExprList takes the list apart for hcl.ExprList.
func (e labels) ExprList() []hcl.Expression {
	exprs, diags := hcl.ExprList(e.Expression)
	if diags.HasErrors() {
		return []hcl.Expression{label(e)}
	}
	for i, expr := range exprs {
		exprs[i] = label{expr, e.d, e.kind}
	}
	return exprs
}

// label is one of labels.
type label struct {
	hcl.Expression
	d    *decoder
	kind string
}

// Value implements hcl.Expression.
func (e label) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	d := e.d
	n := len(d.diags)
	val, ok := d.value(e.Expression, ctx)
	val, _ = val.UnmarkDeep()
	switch {
	case !ok || !val.IsKnown() && d.diags.HasErrors():
	case val.IsNull() || !val.IsKnown():
		d.errorf(e.Range(), "Missing value", "A label must not be null: it is the name of the %s.", e.kind)
	case val.Type() != cty.String && val.Type() != cty.Number:
		d.errorf(e.Range(), "Wrong type", `labels must be a list of one text, the name, such as labels = [%s.value.name].`, e.kind)
	default:
		d.labels[e.Range()] = true
		return val, nil
	}
	d.spoil(e.kind)
	diags := slices.Clone(d.diags[n:])
	if len(diags) == 0 {
		diags = hcl.Diagnostics{diag.Silent()}
	}
	d.diags = d.diags[:n]
	return cty.DynamicVal, diags
}
