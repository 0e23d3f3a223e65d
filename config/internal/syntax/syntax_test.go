package syntax_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/syntax"
)

func isBlock(word string) bool { return slices.Contains([]string{"log", "remote", "tls"}, word) }

// explained returns what is said of a file, one line for each diagnostic: the text that it marks, and its detail.
func explained(src string) []string {
	_, diags := hclsyntax.ParseConfig([]byte(src), "f.hcl", hcl.InitialPos)
	var out []string
	for _, d := range syntax.Explain("f.hcl", []byte(src), diags, isBlock) {
		rng := d.Subject
		out = append(out, fmt.Sprintf("%d %s: %s", rng.Start.Line, strings.TrimSpace(src[rng.Start.Byte:rng.End.Byte]), d.Detail))
	}
	return out
}

func TestExplain(t *testing.T) {
	t.Parallel()
	const (
		quote     = `A text begins with " and ends with " on the same line;`
		attribute = `An attribute is set with =, such as level = "info".`
		block     = `A block has its { on the same line, such as remote "north" {.`
		oneLine   = "A block on one line has one attribute."
		list      = "The elements of a list have commas between them, and ] behind the last."
		call      = "The arguments of a function have commas between them, and ) behind the last."
		value     = "A value is missing here:"
		equals    = `A block has no =, such as remote "north" {.`
		brace     = "There is one } too many,"
	)
	for _, tt := range []struct{ src, want string }{
		{"a = \"x\nb = \"y\"\nc = [\"z\"]\n", `1 "x: ` + quote},
		{"a = x\"\nb = \"y\"\n", `1 ": ` + quote},
		{"a = \"x", `1 "x: ` + quote},
		{"remote \"north {\n  a = \"x\"\n}\n", `1 "north {: ` + quote},
		{"log {\n  a = \"x\n}\n", `2 "x: ` + quote},
		{"/* x\nlog {\n  a = \"y\n", "1 /*: This comment never ends."},
		{"a = <<EOT\nx\n}\n", "1 <<EOT: This text of several lines never ends."},
		{"a = [<<-A\nx\nA\n, <<-B\ny\n]\n", "4 <<-B: This text of several lines never ends."},
		{"a = 192.0.2.7:9598\n", `1 192.0.2.7:9598: An address is written in double quotes: "192.0.2.7:9598".`},
		{"a = 192.0.2.7\n", `1 192.0.2.7: An address is written in double quotes: "192.0.2.7".`},
		{"a = 2001:db8::7\n", `1 2001:db8::7: An IPv6 address is written in double quotes: "[2001:db8::7]".`},
		{"a = :9599\n", `1 :9599: An address is written in double quotes: ":9599".`},
		{"a = 30s\n", `1 30s: A duration is written in double quotes: "30s".`},
		{"a = 5  minutes # c\n", `1 5  minutes: A duration is written in double quotes: "5m".`},
		{"log { a = 16mib }\n", `1 16mib: A size is written in double quotes: "16MiB".`},
		{"a = 16MiB\n", `1 16MiB: A size is written in double quotes: "16MiB".`},
		{"a = /var/x\n", `1 /var/x: A path is written in double quotes: "/var/x".`},
		{"a = C:\\x\\y\n", `1 C:\x\y: A path is written in double quotes: "C:/x/y".`},
		{"a = */15 * * * mon-fri\n", `1 */15 * * * mon-fri: A text is written in double quotes: "*/15 * * * mon-fri".`},
		{"a = [FF:*, FE:*]\n", `1 FF:*: A text is written in double quotes: "FF:*".`},
		{"a = [1, FE:*]\n", `1 FE:*: A text is written in double quotes: "FE:*".`},
		{"a = file(/x)\n", `1 /x: A path is written in double quotes: "/x".`},
		{"a = [x.y x.z]\n", "1 x: " + list},
		{"a = [x.y, x.z\n\nlog {\n}\n", "1 : " + list},
		{"a = env(\"X\"\nb = 1\n", "1 : " + call},
		{"a = env \"X\"\n", `1 ": The arguments of a function are put in parentheses,`},
		{"a =\n", "1 : " + value},
		{"a =", "1 : " + value},
		{"a \"x\"\n", "1 a: " + attribute},
		{"log { a \"x\" }\n", `1 a ": ` + oneLine},
		{"a: 5\n", "1 a: " + attribute},
		{"a == 5\n", "1 a: " + attribute},
		{"a\n", "1 a: " + attribute},
		{"\"a\" = 5\n", `1 ": The name of an attribute has no quotes.`},
		{"tls\n", "1 tls: " + block},
		{"remote \"x\"\n{\n}\n", "1 : " + block},
		{"remote \"x\" = {\n}\n", "1 =: " + equals},
		{"remote = \"x\" {\n}\n", "1 {: " + equals},
		{"log { a = 1 b = 2 }\n", "1 b: " + oneLine},
		{"log {\n  a = 1 }\n", "2 }: The } of a block of several lines stands on a line of its own."},
		{"log {\n}}\n", "2 }: " + brace},
		{"}\n", "1 }: " + brace},
		{"log {\n} a = 1\n", "2 a: Behind the } of a block a new line begins."},
		{"log {\n  a = 1\n\nremote {\n}\n", "1 {: This block, or one in it, has no }."},
		{"remote {\n  tls {\n    a = 1\n}\nlog {\n}\n", "2 {: This block has no }: the next one is indented"},
		{"remote {\n  a = { b = 1\n  }\n  tls { a = 1 }\n  tls {\n}\n", "5 {: This block has no }: the next one"},
		{"a = b.\"c\"\n", "1 \": Behind a dot there is a name without quotes,"},
		{"a = 1 < 2 and c\n", "1 and: The operators are &&"},
		{"a = not \"b\"\n", `1 ": The operators are &&`},
		{"a = b ? c\n", "1 : A condition has two values:"},
		{"a = 1 b = 2\n", "1 b: A value ends with its line."},
		{"a = 1,\nb = 2\n", "1 ,: Attributes have no commas between them."},
		{"a = x.y, x.z\n", "1 ,: Several values are a list,"},
		{"[log]\n", "1 [: An attribute,"},
		{"a = \"C:\\data\"\n", `1 \d: In a text, \ begins something special,`},
		{"a = “x”\n", "1 “: A text is put in double quotes"},
		{"a = 1_000\n", "1 1_000: A number has nothing between its digits: 1000."},
		{"a = { b = 1 c = 2 }\n", "1 c: In braces there are pairs"},
		{"a = { b 1 }\n", "1 1: In braces there are pairs"},
		{"a = \"x${y\"\n", "1 ${: In a text, ${ begins an expression"},
		{"a = \"x${y z}\"\n", "1 z: In a text, ${ begins an expression"},
		{"a = \"x\"y\"\n", `1 ": A text begins with " and ends with "`},
		{"remote.north {\n}\n", "1 remote: " + block},
		{"tls.a = 5\n", "1 tls: " + block},
		{"a = $X\n", `1 $: A variable of the environment is read with env("NAME").`},
		{"a = 'x'\n", "1 ': A text is put in double quotes"},
	} {
		if got := explained(tt.src); len(got) != 1 || !strings.HasPrefix(got[0], tt.want) {
			t.Errorf("Explain of %q = %q, want one diagnostic that begins with %q", tt.src, got, tt.want)
		}
	}
}

func TestExplainJSON(t *testing.T) {
	t.Parallel()
	const value = "A value is expected here:"
	for _, tt := range []struct{ src, want string }{
		{`{"a": "x` + "\n}", `1: A text begins with " and ends with "`},
		{`{"a": "C:\data"}`, `1: A text begins with " and ends with "`},
		{`{"a": 1.2.3}`, "1: A number has digits"},
		{`{"a": True, "b": "x` + "\n}", "1: Without double quotes there are numbers,"},
		{"{\n// x\n\"a\": 1}", "2: " + value},
		{"{\"a\":\n# x\n1}", "2: " + value},
		{"{'a': 1}", "1: " + value},
		{"{5: 1}", "1: The name of a property is expected here,"},
		{"{\"a\": 1\n\"b\": 2}", "2: A comma is missing before this,"},
		{`{"a": 1}}`, "1: The file ends with the } that belongs to its first {."},
		{`{"a": 1,}`, "1: JSON does not permit a trailing comma"},
		{`{"a": {}`, "1: No closing brace was found"},
		{"\nlog {\n}\n", "2: A file whose name ends in .json is JSON,"},
		{`"a"`, "1: The root value"},
	} {
		_, diags := json.Parse([]byte(tt.src), "f.json")
		var got []string
		for _, d := range syntax.ExplainJSON([]byte(tt.src), diags) {
			got = append(got, fmt.Sprintf("%d: %s", d.Subject.Start.Line, d.Detail))
		}
		if len(got) != 1 || !strings.HasPrefix(got[0], tt.want) {
			t.Errorf("ExplainJSON of %q = %q, want one diagnostic that begins with %q", tt.src, got, tt.want)
		}
	}
}

func TestFirstOfLine(t *testing.T) {
	t.Parallel()
	at := func(file string, line, column int) *hcl.Diagnostic {
		return &hcl.Diagnostic{Summary: fmt.Sprintf("%s:%d,%d", file, line, column), Subject: &hcl.Range{Filename: file, Start: hcl.Pos{Line: line, Column: column}}}
	}
	diags := hcl.Diagnostics{at("f", 1, 3), at("f", 1, 2), at("f", 2, 1), at("g", 1, 1), {Summary: "no place"}, {Summary: "no place either"}}
	var got []string
	for _, d := range syntax.FirstOfLine(diags) {
		got = append(got, d.Summary)
	}
	if want := []string{"f:1,3", "f:2,1", "g:1,1", "no place", "no place either"}; !slices.Equal(got, want) {
		t.Errorf("FirstOfLine = %q, want %q", got, want)
	}
}

// FuzzExplain checks that what is said of a file that cannot be read has a place in it.
func FuzzExplain(f *testing.F) {
	for _, src := range []string{"a = \"x\n", "a = 30s\n", "/* x", "a = <<EOT\nx", "a = [x\n", "log {\n", "a \"x\"\n", "\xef\xbb\xbfa = $X\r\n"} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		_, diags := hclsyntax.ParseConfig(src, "f.hcl", hcl.InitialPos)
		if !diags.HasErrors() {
			return
		}
		got := syntax.Explain("f.hcl", src, diags, isBlock)
		if !got.HasErrors() {
			t.Fatalf("Explain of %q = %v, want an error", src, got)
		}
		for _, d := range got {
			if rng := d.Subject; rng.Start.Line < 1 || rng.Start.Byte > rng.End.Byte || rng.End.Byte > len(src) || d.Detail == "" {
				t.Errorf("Explain of %q = %v at %+v, want a place in the file and what is right", src, d, *rng)
			}
		}
	})
}
