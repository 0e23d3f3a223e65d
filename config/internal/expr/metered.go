package expr

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// Package hclsyntax computes an expression to its end. So that a budget can be kept, its trees get nodes of ours at the places that may be
// computed many times, or that may come to much: they compute what is below them, and charge for it.

// Meter puts our nodes into the expressions of a body, or into one expression. The diagnostics tell of numbers that are too large.
func (b *Budget) Meter(node hclsyntax.Node) hcl.Diagnostics {
	return hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch e := n.(type) {
		case *hclsyntax.ForExpr:
			if e.CondExpr != nil {
				e.CondExpr, e.ValExpr = b.counted(e.CondExpr, forTurn), b.counted(e.ValExpr, forResult)
			} else {
				e.ValExpr = b.counted(e.ValExpr, forTurn)
			}
		case *hclsyntax.TemplateExpr:
			for i, part := range e.Parts {
				if _, fixed := part.(*hclsyntax.LiteralValueExpr); !fixed {
					e.Parts[i] = b.counted(part, forResult)
				}
			}
		case *hclsyntax.BinaryOpExpr:
			p := forNumber
			if e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual {
				p = forLook
			}
			e.LHS, e.RHS = b.counted(e.LHS, p), b.counted(e.RHS, p)
		case *hclsyntax.UnaryOpExpr:
			e.Val = b.counted(e.Val, forNumber)
		case *hclsyntax.ConditionalExpr:
			e.TrueResult, e.FalseResult = b.counted(e.TrueResult, forLook), b.counted(e.FalseResult, forLook)
		case *hclsyntax.SplatExpr:
			e.Source = b.counted(e.Source, forLook)
		case *hclsyntax.LiteralValueExpr:
			if TooLarge(e.Val) {
				return hcl.Diagnostics{diag.New(e.SrcRange, "Number too large", hugeNumber)}
			}
		}
		return nil
	})
}

// MeterBody puts our nodes into a body, unless it is in JSON, where they have no place.
func (b *Budget) MeterBody(body hcl.Body) hcl.Diagnostics {
	if native, ok := body.(*hclsyntax.Body); ok {
		return b.Meter(native)
	}
	return nil
}

// TooLarge reports whether a value is a number, or has one, that is too large.
func TooLarge(val cty.Value) bool {
	m := measure{left: defaultSteps}
	m.add(val)
	return m.huge
}

// purpose is what a value is computed for.
type purpose uint8

const (
	forResult purpose = iota // something is made of it
	forTurn                  // likewise, in one turn of a loop
	forLook                  // it is looked at
	forNumber                // likewise, and a text is taken for a number
)

// counted is an expression that is paid for. The parentheses show what is below it to those who walk through the tree.
type counted struct {
	*hclsyntax.ParenthesesExpr
	budget  *Budget
	purpose purpose
}

func (b *Budget) counted(e hclsyntax.Expression, p purpose) hclsyntax.Expression {
	if e == nil {
		return nil // of a file with broken syntax
	}
	return &counted{&hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}, b, p}
}

// Value implements hcl.Expression.
func (c *counted) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	share := 1
	switch c.purpose {
	case forLook, forNumber:
		share = readPerStep
	case forTurn:
		c.budget.turn(c.SrcRange)
	case forResult:
	}
	val, diags := c.Expression.Value(ctx)
	if c.purpose == forNumber {
		val = asNumber(val)
	}
	c.budget.charge(c.SrcRange, val, share)
	return val, diags
}

// asNumber returns the number that a text stands for, or the value.
func asNumber(val cty.Value) cty.Value {
	text, marks := val.Unmark()
	if !text.IsKnown() || text.IsNull() || text.Type() != cty.String {
		return val
	}
	n, err := cty.ParseNumberVal(text.AsString())
	if err != nil {
		return val
	}
	return n.WithMarks(marks)
}

// turn charges for a turn of a loop, before it is made: if all that is in it fails, it would be made for nothing, and the next one too.
func (b *Budget) turn(rng hcl.Range) {
	refuse(rng, b.spend(1))
}
