package expr

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// What a configuration may take to compute. A reload computes beside the traffic of the bridge: one that never ends, or that takes all memory,
// would end the bridge. A table of a thousand devices that is searched for each of them is far below.
const (
	defaultSteps = 5_000_000
	maxTime      = time.Minute
	textPerStep  = 64   // bytes
	readPerStep  = 8    // elements that are looked at, and nothing made of them
	maxExponent  = 4096 // of a number, to the base 2; with more, to write it down would take all memory
)

// Budget counts what expressions take to compute, in steps: one for each turn of a for expression, each call of a function, and each element and
// every 64 bytes of text that they come to.
type Budget struct {
	max    int // steps
	steps  int
	began  time.Time // with the first step
	looked int       // at the clock, after so many steps
	spent  bool      // and somebody was told
}

// NewBudget returns one of so many steps; 0: 5 million, which take some seconds.
func NewBudget(steps int) *Budget {
	return &Budget{max: cmp.Or(steps, defaultSteps)}
}

// Spent reports whether an evaluation was refused because it would have taken too much. There is no other after that.
func (b *Budget) Spent() bool { return b.spent }

// refused is what Evaluate recovers: nothing else ends an expression that goes on.
type refused struct{ mistake *hcl.Diagnostic }

// Refusal returns what was refused, if that is what was recovered.
func Refusal(recovered any) *hcl.Diagnostic {
	switch r := recovered.(type) {
	case nil:
		return nil
	case refused:
		return r.mistake
	default:
		panic(r)
	}
}

// Evaluate computes the value of an expression. Where that takes too much, it says so once, and then computes nothing more.
func (b *Budget) Evaluate(expr hcl.Expression, ctx *hcl.EvalContext) (val cty.Value, diags hcl.Diagnostics) {
	if b.spent {
		return cty.DynamicVal, hcl.Diagnostics{diag.Silent()}
	}
	defer func() {
		if mistake := Refusal(recover()); mistake != nil {
			val, diags = cty.DynamicVal, hcl.Diagnostics{mistake}
		}
	}()
	if json, ok := expr.(jsonExpression); ok {
		b.rehearse(json, ctx)
	}
	val, diags = expr.Value(ctx)
	b.charge(expr.Range(), val, 1)
	return val, diags
}

// charge takes the steps of a value, or one for so many of them. It does not return if that is too much.
func (b *Budget) charge(rng hcl.Range, val cty.Value, share int) {
	refuse(rng, b.take(val, share))
}

// refuse does not return if there is an error.
func refuse(rng hcl.Range, err *CallError) {
	if err != nil {
		panic(refused{diag.New(rng, err.Summary, "%s", err.Detail)})
	}
}

func (b *Budget) take(val cty.Value, share int) *CallError {
	m := measure{left: (b.max - b.steps) * share}
	m.add(val)
	if m.huge {
		return &CallError{Summary: "Number too large", Detail: hugeNumber, Discreet: hugeNumber}
	}
	return b.spend(m.steps / share)
}

const hugeNumber = "A number must have no more than about 1200 digits, and nothing can be divided by zero."

// call takes the steps of a call before it is made: those of looking at the arguments, and what it costs at least.
func (b *Budget) call(args []cty.Value, cost func([]cty.Value) int64) *CallError {
	for _, arg := range args {
		if err := b.take(arg, readPerStep); err != nil {
			return err
		}
	}
	return b.spend(int(min(1+cost(args), math.MaxInt32)))
}

// spend takes steps.
func (b *Budget) spend(steps int) *CallError {
	const look = 10_000
	switch {
	case b.spent:
	case steps > b.max-b.steps:
		b.spent, b.steps = true, b.max
	case b.began.IsZero():
		b.began, b.steps = time.Now(), steps
	default:
		if b.steps += steps; b.steps-b.looked > look {
			b.looked = b.steps
			b.spent = time.Since(b.began) > maxTime
		}
	}
	if !b.spent {
		return nil
	}
	why := fmt.Sprintf("The expressions of the configuration take more than %d steps", b.max)
	if b.steps < b.max {
		why = fmt.Sprintf("The expressions of the configuration take more than %s", wording.Span(maxTime))
	}
	why += ", and this is where they were stopped. A step is a turn of a for expression, a call of a function, or an element that one of them returns. " +
		"Are loops within one another, or is a table read anew for each block? Compute once, in a local, what is the same for all."
	return &CallError{Summary: "Too much to compute", Detail: why, Discreet: why}
}

// measure counts the steps of a value, which may have a part many times, as long as there are some left.
type measure struct {
	steps, left int
	huge        bool // there is a number that is too large
}

func (m *measure) add(val cty.Value) {
	val, _ = val.Unmark()
	if !val.IsKnown() || val.IsNull() || m.steps > m.left || m.huge {
		return
	}
	switch ty := val.Type(); {
	case ty == cty.String:
		m.steps += len(val.AsString()) / textPerStep
	case ty == cty.Number:
		f := val.AsBigFloat()
		exponent := f.MantExp(nil)
		m.huge = f.IsInf() || exponent > maxExponent || exponent < -maxExponent
	case val.CanIterateElements():
		m.steps += val.LengthInt()
		if m.steps > m.left {
			return
		}
		for it := val.ElementIterator(); it.Next() && m.steps <= m.left && !m.huge; {
			_, element := it.Element()
			m.add(element)
		}
	}
}
