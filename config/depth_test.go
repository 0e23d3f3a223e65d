package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

// often is what a parser still takes. A million times ends the process where nothing is checked.
const often = 1500

// nested are ways of nesting: what stands before, what is repeated, what stands behind.
var nested = [][3]string{
	{"x = ", "(", ""},
	{"x = ", "[", "1"},
	{"x = ", "{a=", "1"},
	{"x = ", "\"${", ""},
	{"x = ", "f(", ""},
	{"x = ", "[\n", "1"},
	{"x = <<E\n", "${\"", "\nE\n"},
	{"x = \"", "%{if true}", "\"\n"},
	{"x = ", "-", "1"},
	{"x = ", "!", "true"},
	{"x = ", "1?1:", "1"},
	{"x = (", "1+\n", "1)"},
	{"x = ", "1*", "1"},
	{"x = a", "[b]", ""},
	{"x = a", "[*]", ""},
	{"x = a", ".*.b", ""},
	{"", "a {\n", ""},
	{"x = [", "for a in [", ""},
}

func TestDeepNesting(t *testing.T) {
	for _, n := range nested {
		src := []byte(n[0] + strings.Repeat(n[1], often) + n[2])
		_, err := config.Parse("a.hcl", src, config.Options{})
		wantDeep(t, "Parse of "+n[0]+n[1], err)
		if _, err := config.Format("a.hcl", src); err == nil || !strings.Contains(err.Error(), "Nested too deeply") {
			t.Errorf("Format of many %q = %.300v, want an error that says so", n[1], err)
		}
		if _, isExpr := strings.CutPrefix(n[0], "x = "); !isExpr {
			continue
		}
		_, err = config.Parse("a.hcl.json", fmt.Appendf(nil, `{"locals": {"a": %q}}`, "${"+n[0][4:]+strings.Repeat(n[1], often)+n[2]+"}"), config.Options{})
		wantDeep(t, "Parse in JSON of "+n[0]+n[1], err)
		_, err = config.Parse("a.hcl", []byte(`variable "v" { type = list(any) }`), config.Options{Vars: map[string]string{"v": string(src[4:])}})
		if err == nil || !strings.Contains(err.Error(), "Wrong type") {
			t.Errorf("Parse with a variable set to many %q = %.300v, want an error", n[1], err)
		}
		_, err = config.Parse("a.hcl", nil, config.Options{VarFiles: []string{"v"}, ReadFile: func(string) ([]byte, error) { return src, nil }})
		wantDeep(t, "a file of variables with "+n[1], err)
	}
	for _, src := range []string{"[", `{"a":`, `{"a": "${[`} {
		_, err := config.Parse("a.hcl.json", []byte(strings.Repeat(src, often)), config.Options{})
		wantDeep(t, "JSON of "+src[:1], err)
	}
	_, err := config.Parse("a.hcl", []byte("x = "+strings.Repeat("[", repeat.Times(1_000_000))), config.Options{})
	wantDeep(t, "very many [", err)
}

func wantDeep(t *testing.T, what string, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*config.Error](err)
	if !ok || wrong.Diagnostics[0].Summary != "Nested too deeply" || wrong.Diagnostics[0].Position.Line < 1 {
		t.Errorf("%q many times = %.300v, want that it is nested too deeply, and where", what, err)
	}
}

func TestDeepDecoding(t *testing.T) {
	for _, tt := range []struct{ function, text string }{
		{"jsondecode", "["}, {"jsondecode", `{"a":`}, {"yamldecode", "["}, {"yamldecode", "{a: "}, {"yamldecode", "- "}, {"yamldecode", "? "}, {"yamldecode", "-\t"},
	} {
		text := []byte(strings.Repeat(tt.text, often))
		o := config.Options{ReadFile: func(string) ([]byte, error) { return text, nil }}
		for _, arg := range []string{`file("x")`, `nonsensitive(file("x"))`} {
			_, err := config.Parse("a.hcl", []byte("locals {\n  a = "+tt.function+"("+arg+")\n}\n"), o)
			if err == nil || !strings.Contains(err.Error(), "Nested too deeply") && !strings.Contains(err.Error(), "is not shown") {
				t.Errorf("%s of many %q = %.300v, want an error", tt.function, tt.text, err)
			}
		}
	}
}

// TestNestingOfPeople is not taken for too deep.
func TestNestingOfPeople(t *testing.T) {
	src := "locals {\n  a = " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "\n  b = [" + strings.Repeat("1 + 2,\n", repeat.Times(5000)) + "]\n" +
		"  c = \"" + strings.Repeat("${1 + 1} ", repeat.Times(5000)) + "\"\n" + strings.Repeat("# ((((\n", 1000) + "  d = jsondecode(\"[\\\"" + strings.Repeat("[", 1000) + "\\\"]\")\n}\n"
	if _, err := config.Parse("a.hcl", []byte(src), config.Options{}); err != nil {
		t.Errorf("Parse = %.500v, want no error", err)
	}
}
