package config

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// The functions of this file read one attribute each. They share a contract: an attribute that is absent leaves the target at
// its default; a wrong one is a diagnostic and leaves the target alone too.

// item is an evaluated value and where it was written.
type item struct {
	val       cty.Value // unmarked, known, not null
	rng       hcl.Range
	sensitive bool // not to be quoted
	marks     cty.ValueMarks
}

// quote renders the value for a message.
func (it item) quote() string {
	switch {
	case it.sensitive:
		return "The value"
	case it.val.Type() == cty.String:
		return wording.Quote(it.val.AsString())
	case it.val.Type() == cty.Number:
		return it.val.AsBigFloat().Text('g', 10)
	default:
		return "A value of type " + it.val.Type().FriendlyName()
	}
}

// eval evaluates an expression. If it reports false, there is a diagnostic.
func (d *decoder) eval(expr hcl.Expression, ctx *hcl.EvalContext) (item, bool) {
	val, ok := d.value(expr, ctx)
	if !ok {
		return item{}, false
	}
	return d.known(val, expr.Range())
}

// known refuses a value that is null.
func (d *decoder) known(val cty.Value, rng hcl.Range) (item, bool) {
	val, marks := val.UnmarkDeep()
	if !val.IsWhollyKnown() && d.diags.HasErrors() {
		return item{}, false // the variable or local in it is wrong, and was told of
	}
	if val.IsNull() || !val.IsWhollyKnown() {
		d.errorf(rng, "Missing value", "Only an attribute as a whole can be null, and is then as if it were not written.")
		return item{}, false
	}
	if len(marks) > 0 {
		d.marked.add(rng)
	}
	return item{val: val, rng: rng, sensitive: len(marks) > 0, marks: marks}, true
}

// scalar evaluates an attribute outside routes, or one that needs no references.
func (d *decoder) scalar(attr *hcl.Attribute) (item, bool) {
	if attr == nil {
		return item{}, false
	}
	return d.eval(attr.Expr, d.scope.functions)
}

// text reads a text attribute.
func (d *decoder) text(attr *hcl.Attribute) (string, item, bool) {
	it, ok := d.scalar(attr)
	if !ok {
		return "", it, false
	}
	if it.val.Type() != cty.String { // a number is none: 007 would become 7
		d.errorf(it.rng, "Wrong type", "%s must be a text in double quotes.", attr.Name)
		return "", it, false
	}
	return it.val.AsString(), it, true
}

// choice reads a text attribute that must be one of the allowed words.
func choice[T ~string](d *decoder, attr *hcl.Attribute, dst *T, allowed ...T) {
	text, it, ok := d.text(attr)
	if !ok {
		return
	}
	if v, ok := pick(d, attr.Name, text, it, allowed); ok {
		*dst = v
	}
}

// pick returns the allowed word that text is.
func pick[T ~string](d *decoder, name, text string, it item, allowed []T) (T, bool) {
	if i := slices.Index(allowed, T(text)); i >= 0 {
		return allowed[i], true
	}
	words := make([]string, len(allowed))
	quoted := make([]string, len(allowed))
	for i, a := range allowed {
		words[i], quoted[i] = string(a), strconv.Quote(string(a))
	}
	hint := ""
	if !it.sensitive {
		hint = wording.DidYouMean(text, words)
	}
	d.errorf(it.rng, "Unknown "+name, "%s is not a known %s; it must be %s.%s", it.quote(), name, wording.Join(quoted, "or"), hint)
	return "", false
}

// duration reads a time span that is at least least.
func (d *decoder) duration(attr *hcl.Attribute, dst *time.Duration, least time.Duration) {
	if it, ok := d.scalar(attr); ok {
		d.span(attr, it, dst, least)
	}
}

// autoDuration reads "auto" (0) or a time span of more than zero.
func (d *decoder) autoDuration(attr *hcl.Attribute, dst *time.Duration) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	if it.val.Type() == cty.String && it.val.AsString() == "auto" {
		*dst = 0
		return
	}
	n := len(d.diags)
	d.span(attr, it, dst, 1)
	for _, diag := range d.diags[n:] {
		diag.Detail += ` It can also be "auto".`
	}
}

// span reads a time span that was evaluated.
func (d *decoder) span(attr *hcl.Attribute, it item, dst *time.Duration, least time.Duration) {
	if it.val.Type() != cty.String {
		hint := ""
		if it.val.Type() == cty.Number && !it.sensitive && it.val.AsBigFloat().Sign() >= 0 {
			hint = wording.Meant(it.quote() + "s")
		}
		d.errorf(it.rng, "Wrong type", `%s must be a duration in double quotes, such as "500ms", "5s" or "1h30m".%s`, attr.Name, hint)
		return
	}
	v, err := time.ParseDuration(it.val.AsString())
	switch {
	case err != nil:
		d.errorf(it.rng, "Not a duration", `%s is not a duration. Write a number with its unit (ns, us, ms, s, m or h), such as "500ms", "5s" or "1h30m".%s`, it.quote(), it.spanHint())
	case v < least && least <= 1:
		d.errorf(it.rng, "Duration too short", "%s must be %s.", attr.Name, [...]string{"zero or more", "more than zero"}[least])
	default:
		*dst = v
	}
}

// size reads a number of bytes.
func (d *decoder) size(attr *hcl.Attribute, dst *int64) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	var n int64
	var valid bool
	switch it.val.Type() {
	case cty.Number:
		n, valid = int64Of(it.val.AsBigFloat())
	case cty.String:
		n, valid = wording.ParseSize(it.val.AsString())
	}
	switch {
	case !valid:
		d.errorf(it.rng, "Not a size", `%s is not a size. Write a whole number of bytes, or one with its unit (B, KB, MB, GB, KiB, MiB or GiB), such as "16MiB".%s`, it.quote(), it.sizeHint())
	case n <= 0:
		d.errorf(it.rng, "Size too small", "%s must be more than zero.", attr.Name)
	default:
		*dst = n
	}
}

// integer reads a whole number from 1 to most.
func (d *decoder) integer(attr *hcl.Attribute, dst *int, most int) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	if n, ok := number(it); !ok || n < 1 || n > int64(most) {
		d.errorf(it.rng, "Wrong number", "%s must be a whole number from 1 to %d.", attr.Name, most)
	} else {
		*dst = int(n)
	}
}

// decimal reads a number from least to most.
func (d *decoder) decimal(attr *hcl.Attribute, dst *float64, least, most float64) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	v, err := convert.Convert(it.val, cty.Number)
	if err == nil {
		if f, _ := v.AsBigFloat().Float64(); f >= least && f <= most {
			*dst = f
			return
		}
	}
	d.errorf(it.rng, "Wrong number", "%s must be a number from %g to %g.", attr.Name, least, most)
}

// real reads any number.
func (d *decoder) real(attr *hcl.Attribute, dst *float64) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	if v, err := convert.Convert(it.val, cty.Number); err == nil {
		if f, _ := v.AsBigFloat().Float64(); !math.IsInf(f, 0) {
			*dst = f
			return
		}
	}
	d.errorf(it.rng, "Wrong number", "%s must be a number.", attr.Name)
}

// boolean reads true or false.
func (d *decoder) boolean(attr *hcl.Attribute, dst *bool) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	if it.val.Type() != cty.Bool {
		d.errorf(it.rng, "Wrong type", "%s must be true or false, without quotes.", attr.Name)
		return
	}
	*dst = it.val.True()
}
