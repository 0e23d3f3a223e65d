package expr

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// surroundings have one variable and one file.
func surroundings() Surroundings {
	return Surroundings{
		Dir: "/etc/bridge",
		Env: func(name string) (string, bool) { return "from-env", name == "E" },
		ReadFile: func(path string) ([]byte, error) {
			if path != "/etc/bridge/f" {
				return nil, fs.ErrNotExist
			}
			return []byte("from-file\n"), nil
		},
	}
}

// compute returns the value of an expression with functions.
func compute(t *testing.T, src string) (cty.Value, hcl.Diagnostics, *Secrets) {
	t.Helper()
	parsed, diags := hclsyntax.ParseExpression([]byte(src), "f.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	b := NewBudget(0)
	table, secrets := Functions(surroundings(), b)
	val, diags := b.Evaluate(parsed, &hcl.EvalContext{Functions: table})
	return val, diags, secrets
}

// TestMarks looks for the marks of what comes from outside, and for those that a function takes away.
func TestMarks(t *testing.T) {
	t.Parallel()
	const file = "/etc/bridge/f"
	for src, want := range map[string]struct {
		text  string
		marks cty.ValueMarks
	}{
		`"plain"`:                 {"plain", cty.NewValueMarks()},
		`env("E")`:                {"from-env", cty.NewValueMarks(Sensitive)},
		`file("f")`:               {"from-file", cty.NewValueMarks(Sensitive, FileMark{Path: file, Whole: true})},
		`file("/etc/bridge/f")`:   {"from-file", cty.NewValueMarks(Sensitive, FileMark{Path: file, Whole: true})},
		`upper(file("f"))`:        {"FROM-FILE", cty.NewValueMarks(Sensitive, FileMark{Path: file})},
		`nonsensitive(file("f"))`: {"from-file", cty.NewValueMarks()},
	} {
		val, diags, secrets := compute(t, src)
		if diags.HasErrors() {
			t.Errorf("%s: %v", src, diags)
			continue
		}
		got, marks := val.Unmark()
		if got.AsString() != want.text || !marks.Equal(want.marks) {
			t.Errorf("%s = %q with %v, want %q with %v", src, got.AsString(), marks, want.text, want.marks)
		}
		read := src != `"plain"` && src != `env("E")`
		if got := secrets.FileHolds(file, "from-file"); got != read {
			t.Errorf("%s: FileHolds = %t, want %t", src, got, read)
		}
		if secrets.FileHolds(file, "FROM-FILE") {
			t.Errorf("%s: FileHolds of a text that no file holds = true", src)
		}
	}
}

func TestSecretsIn(t *testing.T) {
	t.Parallel()
	_, _, secrets := compute(t, `[env("E"), file("f")]`)
	secrets.Keep(cty.ObjectVal(map[string]cty.Value{"a": cty.TupleVal([]cty.Value{cty.StringVal("kept"), cty.StringVal("")})}))
	for text, want := range map[string]bool{"": false, "harmless": false, "a from-env b": true, "from-file": true, "kept": true} {
		if got := secrets.In(text); got != want {
			t.Errorf("In(%q) = %t, want %t", text, got, want)
		}
	}
}

// TestCallErrors looks for the words of our functions, and that they say nothing of an argument that is sensitive.
func TestCallErrors(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`file("g")`:                 `Cannot read "/etc/bridge/g": file does not exist. Relative paths start at the folder of the configuration file.`,
		`file(env("E"))`:            "Cannot read this file, whose name came from env or file and is not shown: file does not exist. Relative paths start at the folder of the configuration file.",
		`env("F")`:                  `The environment variable "F" is not set. Set it before the bridge starts.`,
		`env(env("E"))`:             "The environment variable is not set. Its name came from env or file, and is not shown.",
		`jsondecode(env("E"))`:      "The reason is not shown: it could quote an argument that is sensitive, or came from env or file. If that is no secret, put nonsensitive(...) around it.",
		`csvdecode("a,b\n1\n")`:     "The first line names 2 columns, but line 2 has 1.",
		`credential("../password")`: `A credential has a plain name without folders, such as "house-password". For another place use file("path").`,
	} {
		_, diags, _ := compute(t, src)
		if len(diags) != 1 {
			t.Errorf("%s: %v, want one mistake", src, diags)
			continue
		}
		call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](diags[0])
		if !ok {
			t.Errorf("%s: %v, want a mistake of a call", src, diags[0])
			continue
		}
		if own, ok := errors.AsType[*CallError](call.FunctionCallError()); !ok || own.Detail != want {
			t.Errorf("%s: %v, want a CallError %q", src, call.FunctionCallError(), want)
		}
	}
}
