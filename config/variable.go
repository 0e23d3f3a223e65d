package config

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// variable is a variable block whose type is known.
type variable struct {
	raw       *rawVariable
	ty        cty.Type // cty.DynamicPseudoType: any
	optional  *typeexpr.Defaults
	sensitive bool
}

// decodeVariables makes var.NAME known to expressions.
func (d *decoder) decodeVariables(raws []*rawVariable, given *given) {
	var vars []*variable
	places := map[string]hcl.Range{}
	for _, raw := range raws {
		if first, ok := places[raw.Name]; ok {
			d.errorf(raw.NameRange, "Duplicate variable", "A variable %s is already declared at %s. Names must be unique.", wording.Quote(raw.Name), diag.LineOf(first))
			continue
		}
		if v := d.declare(raw); v != nil {
			vars = append(vars, v)
			places[raw.Name] = raw.NameRange
		}
	}
	given.files(d)
	given.checkNames(d)
	values := map[string]cty.Value{}
	for _, v := range vars {
		values[v.raw.Name] = d.valueOf(v, given)
	}
	d.scope.functions.Variables = map[string]cty.Value{"var": cty.ObjectVal(values), "local": cty.EmptyObjectVal}
	for _, v := range vars {
		for _, check := range v.raw.Validations {
			d.checkVariable(v, check)
		}
	}
}

// declare returns nil for a variable that cannot be referred to.
func (d *decoder) declare(raw *rawVariable) *variable {
	if !hclsyntax.ValidIdentifier(raw.Name) {
		d.errorf(raw.NameRange, "Bad name", "The name of a variable must begin with a letter and consist of letters, digits, - and _.")
		return nil
	}
	d.scope.variables = append(d.scope.variables, raw.Name)
	v := &variable{raw: raw, ty: cty.DynamicPseudoType}
	if raw.Type != nil {
		ty, optional, diags := typeexpr.TypeConstraintWithDefaults(raw.Type.Expr)
		if diags.HasErrors() {
			d.wrongType(raw.Type.Expr, diags)
		} else {
			v.ty, v.optional = ty, optional
		}
	}
	v.sensitive = raw.Sensitive != nil // also if it is wrong
	d.boolean(raw.Sensitive, &v.sensitive)
	if v.sensitive {
		d.hideValidations(raw)
	}
	if text, _, ok := d.text(raw.Description); ok {
		raw.description = text
	}
	return v
}

// hideValidations keeps the conditions of a sensitive variable out of excerpts: they may compare it with a secret.
func (d *decoder) hideValidations(raw *rawVariable) {
	for _, check := range raw.Validations {
		for _, attr := range []*hcl.Attribute{check.Condition, check.ErrorMessage} {
			if attr != nil {
				d.hidden = append(d.hidden, attr.Range)
			}
		}
	}
}

// valueOf returns the value of a variable: the given one, or its default. A wrong one is unknown.
func (d *decoder) valueOf(v *variable, given *given) cty.Value {
	def, hasDefault := cty.DynamicVal, v.raw.Default != nil
	if hasDefault {
		def = d.defaultOf(v)
	}
	val, ok := def, hasDefault
	if set, found := given.of(v.raw.Name); found {
		val, ok = d.convertGiven(v, set), true
	}
	if !ok {
		d.lacks("default", v.raw.NameRange, "Missing value", "The variable %s has no value%s. Set it with --var %[3]s=VALUE, in a file that --var-file names, or in the environment as %[4]s%[3]s; or give it a default.",
			wording.Quote(v.raw.Name), meaning(v.raw.description), v.raw.Name, envPrefix)
		return cty.DynamicVal
	}
	if v.sensitive {
		val = val.Mark(expr.Sensitive)
	}
	if val.ContainsMarked() {
		d.scope.secrets.Keep(val)
	}
	return val
}

func meaning(description string) string {
	if description == "" {
		return ""
	}
	return " (" + description + ")"
}

func (d *decoder) defaultOf(v *variable) cty.Value {
	attr := v.raw.Default
	val, ok := d.value(attr.Expr, d.scope.functions)
	if !ok {
		return cty.DynamicVal
	}
	if bare, _ := val.Unmark(); bare.IsKnown() && bare.IsNull() {
		return cty.NullVal(v.ty) // it need not be set
	}
	fit, ok := v.convert(val)
	if !ok {
		d.errorf(attr.Expr.Range(), "Wrong type", "The default of %s must be %s.%s", wording.Quote(v.raw.Name), v.wanted(), v.misfit(val))
		return cty.DynamicVal
	}
	d.warnOfSurplus(v, val, attr.Expr.Range())
	return fit
}

// convert makes a value fit the type of the variable.
func (v *variable) convert(val cty.Value) (cty.Value, bool) {
	fit, err := convert.Convert(v.completed(val), v.ty)
	return fit, err == nil && !fit.IsNull()
}

// completed returns a value with what is optional in the type.
func (v *variable) completed(val cty.Value) cty.Value {
	if v.optional == nil || val.IsNull() {
		return val
	}
	return v.optional.Apply(val)
}

// wanted describes the type for a message.
func (v *variable) wanted() string {
	if v.ty == cty.DynamicPseudoType {
		return "something other than null"
	}
	return "of type " + typeexpr.TypeString(v.ty)
}

// convertGiven makes the value that somebody gave fit the variable.
func (d *decoder) convertGiven(v *variable, set setting) cty.Value {
	val, ok := set.val, true
	if set.isText {
		if err := expr.CheckText(set.text); err != nil {
			d.errorf(v.raw.NameRange, "Not a text", "The value of %s, set by %s, cannot be used. %v", wording.Quote(v.raw.Name), set.by, err)
			return cty.DynamicVal
		}
		val, ok = v.parse(set.text, d.scope.budget)
	}
	rng, hint := v.raw.NameRange, ""
	if !set.isText {
		rng = set.rng
	} else if !v.ty.IsPrimitiveType() {
		hint = " Write it as in this file, in quotes of the shell."
	}
	if set.secret {
		val = val.Mark(expr.Sensitive)
	}
	given := val
	if ok {
		val, ok = v.convert(val)
		hint = cmp.Or(v.misfit(given), hint)
	}
	ok = ok && !expr.TooLarge(val) // as a text that stands for a number can be
	if !ok {
		d.errorf(rng, "Wrong type", "The value of %s, set by %s, must be %s.%s", wording.Quote(v.raw.Name), set.by, v.wanted(), hint)
		return cty.DynamicVal
	}
	d.warnOfSurplus(v, given, rng)
	return val
}

// parse reads a value that was given as text: a text is taken as it is, unless the type says that it is more than that.
func (v *variable) parse(text string, b *expr.Budget) (cty.Value, bool) {
	if v.ty == cty.DynamicPseudoType || v.ty.IsPrimitiveType() {
		return cty.StringVal(text), true
	}
	if expr.DeepText([]byte(text)) {
		return cty.DynamicVal, false
	}
	parsed, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() || b.Meter(parsed).HasErrors() {
		return cty.DynamicVal, false
	}
	val, diags := b.Evaluate(parsed, nil)
	return val, !diags.HasErrors()
}

// checkVariable tests a variable by one of its validation blocks.
func (d *decoder) checkVariable(v *variable, check *rawValidation) {
	if check.Condition == nil || check.ErrorMessage == nil {
		d.lacks("condition error_message", check.Def, "Incomplete validation", `A validation needs a condition and an error_message, such as condition = var.%s != "" and error_message = "It must not be empty."`, v.raw.Name)
		return
	}
	val, ok := d.value(check.Condition.Expr, d.scope.functions)
	if !ok {
		return
	}
	val, _ = val.UnmarkDeep()
	rng := check.Condition.Expr.Range()
	fit, err := convert.Convert(val, cty.Bool)
	switch {
	case err != nil || fit.IsNull():
		d.errorf(rng, "Wrong type", "condition must be true or false, such as var.%s > 0.", v.raw.Name)
	case fit.IsKnown() && fit.False():
		d.errorf(rng, "Invalid value", "The value of the variable %s is not valid: %s", wording.Quote(v.raw.Name), d.errorMessage(check))
	}
}

// errorMessage evaluates the message only when it is needed: it may quote the value.
func (d *decoder) errorMessage(check *rawValidation) string {
	val, ok := d.value(check.ErrorMessage.Expr, d.scope.functions)
	switch {
	case !ok || val.ContainsMarked():
		return "error_message would quote what is sensitive, and is not shown."
	case val.IsNull() || !val.IsKnown() || val.Type() != cty.String || val.AsString() == "":
		d.errorf(check.ErrorMessage.Expr.Range(), "Wrong type", "error_message must be a text in double quotes, such as \"It must not be empty.\"")
		return "there is no error_message."
	default:
		return fmt.Sprintf("%.500s", val.AsString())
	}
}
