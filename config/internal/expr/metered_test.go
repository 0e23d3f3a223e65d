package expr

import (
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// FuzzMetered checks that what expressions come to is the same with our nodes in them, mistakes included, and that they refer to the same.
func FuzzMetered(f *testing.F) {
	for _, seed := range []string{
		`[for a in local.x : a + 1 if a > 1]`, `{ for k, v in { a = 1, b = 2 } : v => k... }`, `"${local.x[0]}-%{ for a in local.x }${a}%{ endfor }"`,
		`local.y[*].b`, `true ? local.x : []`, `-local.x[0] % 2 == 1 ? "a" : "b"`, `merge(local.y[0], { c = "${local.z}" })`, `local.none`,
		`[for a in local.x : a.b]`, `join("-", [for a in local.x : "${a}"])`, `"5" * "4" < 30 && !false`, `null == local.z`, `local.y.*.b`, `"a${"b"}"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 300 || DeepText([]byte(src)) {
			return
		}
		plain, diags := hclsyntax.ParseExpression([]byte(src), "f.hcl", hcl.InitialPos)
		metered, _ := hclsyntax.ParseExpression([]byte(src), "f.hcl", hcl.InitialPos)
		b := &Budget{max: 10_000}
		if b.Meter(metered).HasErrors() || diags.HasErrors() { // what is broken is gone through as well
			return
		}
		if got, want := len(metered.Variables()), len(plain.Variables()); got != want {
			t.Errorf("%q refers to %d variables, want %d", src, got, want)
		}
		got, gotDiags := b.Evaluate(metered, meterContext(b))
		if b.spent || len(gotDiags) == 1 && gotDiags[0].Extra == (diag.Own{}) {
			return // what it comes to is too much to compare
		}
		want, wantDiags := plain.Value(meterContext(&Budget{max: 1_000_000}))
		if !got.RawEquals(want) || !slices.Equal(outlines(gotDiags), outlines(wantDiags)) {
			t.Errorf("%q = %#v, %v, want %#v, %v", src, got, gotDiags, want, wantDiags)
		}
	})
}

// outlines are mistakes without their details: of several functions with names that are close HCL proposes any.
func outlines(diags hcl.Diagnostics) []string {
	out := make([]string, len(diags))
	for i, d := range diags {
		out[i] = d.Subject.String() + " " + d.Summary
	}
	return out
}

// meterContext is what the expressions of FuzzMetered may refer to.
func meterContext(b *Budget) *hcl.EvalContext {
	table, _ := Functions(Surroundings{Env: func(string) (string, bool) { return "", false }, ReadFile: func(string) ([]byte, error) { return []byte("text"), nil }}, b)
	return &hcl.EvalContext{Functions: table, Variables: map[string]cty.Value{"local": cty.ObjectVal(map[string]cty.Value{
		"x": cty.TupleVal([]cty.Value{cty.NumberIntVal(1), cty.NumberIntVal(2), cty.NumberIntVal(3)}),
		"y": cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"b": cty.StringVal("c")})}),
		"z": cty.StringVal("secret").Mark(Sensitive),
	})}}
}

// TestSpendsNoMore has a budget refuse everything once it has refused something.
func TestSpendsNoMore(t *testing.T) {
	t.Parallel()
	b := &Budget{max: 10}
	if err := b.spend(9); err != nil {
		t.Fatalf("spend(9) of 10 = %v, want nil", err)
	}
	for _, steps := range []int{2, 1, 0} {
		if err := b.spend(steps); err == nil {
			t.Errorf("spend(%d) = nil, want an error", steps)
		}
	}
}
