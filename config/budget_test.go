package config_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// aliases is a text in YAML of so many levels, each with the one before it ten times.
func aliases(levels int) string {
	text := `a0: &a0 [x]\n`
	for i := range levels {
		text += fmt.Sprintf(`a%d: &a%[1]d [%s]\n`, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	return `"` + text + `"`
}

// doubled are locals of which each has the one before it twice.
func doubled(levels int, first, pair string) string {
	text := "v0 = " + first + "\n"
	for i := range levels {
		text += fmt.Sprintf("v%d = %s\n", i+1, strings.ReplaceAll(pair, "v", fmt.Sprintf("local.v%d", i)))
	}
	return text
}

// TestTooMuchToCompute ends, soon and with the place, what would take minutes or all memory.
func TestTooMuchToCompute(t *testing.T) {
	t.Parallel()
	const much, huge = "Too much to compute", "Number too large"
	thousand := "x = range(1000)\n"
	for name, tt := range map[string]struct{ locals, at, want string }{
		"nested loops":       {thousand + "y = [for a in local.x : [for b in local.x : [for c in local.x : c]]]", "y =", much},
		"loops for nothing":  {thousand + "y = length([for a in local.x : a if length([for b in local.x : b if length([for c in local.x : c if false]) > 0]) > 0])", "y =", much},
		"loops that fail":    {thousand + "y = [for a in local.x : [for b in local.x : [for c in local.x : c.d]]]", "y =", much},
		"loop of objects":    {thousand + "y = { for a in local.x : a => { for b in local.x : b => { for c in local.x : c => c } } }", "y =", much},
		"loop in a template": {thousand + "y = \"%{ for a in local.x }%{ for b in local.x }%{ for c in local.x }${c}%{ endfor }%{ endfor }%{ endfor }\"", "y =", much},
		"doubled lists":      {doubled(60, `["x"]`, "[v, v]"), "v", much},
		"doubled texts":      {doubled(60, `"0123456789abcdef"`, `"${v}${v}"`), "v", much},
		"doubled joins":      {doubled(60, `"0123456789abcdef"`, `join("-", [v, v])`), "v", much},
		"compared":           {"x = range(1000)\ny = [for a in range(1000) : local.x == [for b in local.x : b]]", "y =", much},
		"looked through":     {"x = range(1000)\ny = [for a in range(1000) : [for b in range(100) : contains(local.x, a)]]", "y =", much},
		"splat":              {"x = [for a in range(1000) : { b = a }]\ny = [for a in range(1000) : [for b in range(100) : length(local.x[*].b)]]", "y =", much},
		"chosen":             {"x = range(1000)\ny = [for a in range(1000) : [for b in range(100) : length(a > b ? local.x : local.x)]]", "y =", much},
		"setproduct":         {thousand + "y = setproduct(local.x, local.x, local.x)", "y =", much},
		"replace":            {"x = indent(300000, \"\\n\")\ny = replace(local.x, \" \", local.x)", "y =", much},
		"indent":             {"y = indent(100000000000, \"\\n\")", "y =", much},
		"join":               {"x = indent(300000, \"\\n\")\ny = join(local.x, range(1000))", "y =", much},
		"format":             {"x = indent(300000, \"\\n\")\ny = format(join(\"\", [for a in range(1000) : \"%[1]s\"]), local.x)", "y =", much},
		"formatlist":         {"x = indent(300000, \"\\n\")\ny = formatlist(\"%s%s\", local.x, range(1000))", "y =", much},
		"distinct":           {"x = range(1000)\ny = distinct(local.x)", "y =", much},
		"aliases":            {"y = yamldecode(" + aliases(12) + ")", "y =", much},
		"number":             {"y = \"a${1e99999999}\"", "y =", huge},
		"small number":       {"y = \"a${1e-99999999}\"", "y =", huge},
		"text of a number":   {"y = \"a${0 + \"1e99999999\"}\"", "y =", huge},
		"negated":            {"y = strlen(-\"1e99999999\")", "y =", huge},
		"modulo":             {"y = \"1e99999999\" % 3", "y =", huge},
		"squares":            {"x = 10 + 0\n" + doubled(30, "local.x", "v * v"), "v", huge},
		"decoded number":     {"y = \"a${jsondecode(\"1e99999999\")}\"", "y =", huge},
	} {
		for _, form := range []string{"hcl", "json"} {
			t.Run(name+" in "+form, func(t *testing.T) {
				t.Parallel()
				src := "locals {\n" + tt.locals + "\n}\n"
				if form == "json" {
					src = localsInJSON(tt.locals)
				}
				_, err := config.Parse("c."+form, []byte(src), config.Options{MaxSteps: 40_000})
				wrong, ok := err.(*config.Error) //nolint:errorlint // as documented
				if !ok || len(wrong.Diagnostics) != 1 {
					t.Fatalf("Parse = %.2000v, want one mistake", err)
				}
				d := wrong.Diagnostics[0]
				lines := strings.Split(src, "\n")
				if at := lines[max(d.Position.Line-1, 0)]; d.Summary != tt.want || form == "hcl" && !strings.HasPrefix(at, tt.at) {
					t.Errorf("%v\nwant %q in the line with %q", d, tt.want, tt.at)
				}
			})
		}
	}
}

// localsInJSON writes locals, one in a line, in the JSON form.
func localsInJSON(locals string) string {
	var members []string
	for line := range strings.Lines(locals) {
		name, expr, _ := strings.Cut(strings.TrimSpace(line), " = ")
		members = append(members, fmt.Sprintf("%q: %q", name, "${"+expr+"}"))
	}
	return `{"locals": {` + strings.Join(members, ",\n") + `}}`
}

// TestMuchToCompute is what people may well write.
func TestMuchToCompute(t *testing.T) {
	t.Parallel()
	for name, locals := range map[string]string{
		"a table searched for each of its lines": "x = [for i in range(300) : { n = i, s = i % 10 }]\ny = [for a in local.x : [for b in local.x : b.n if b.s == a.n]]",
		"a product":                              "y = setproduct(range(50), range(100), [\"a\", \"b\"])",
		"aliases without depth":                  "y = yamldecode(\"a: &a {x: 1, y: 2}\\n" + strings.Repeat("b: [*a, *a, *a, *a]\\n", 1) + "\")",
		"numbers":                                "y = \"${1e300} ${1e-300} ${pow(2, 1000)} ${\"12\" + 3}\"",
	} {
		if _, err := config.Parse("c.hcl", []byte("locals {\n"+locals+"\n}\n"), config.Options{MaxSteps: 200_000}); err != nil {
			t.Errorf("%s: Parse = %v, want no error", name, err)
		}
	}
}

// TestTooMuchElsewhere is in places where no local is.
func TestTooMuchElsewhere(t *testing.T) {
	t.Parallel()
	const loops = "[for a in [1, 2, 3, 4, 5, 6, 7, 8, 9] : [for b in [1, 2, 3, 4, 5, 6, 7, 8, 9] : [for c in [1, 2, 3, 4, 5, 6, 7, 8, 9] : a]]]"
	dir := t.TempDir()
	values := writeText(t, filepath.Join(dir, "v.hcl"), "v = "+loops+"\n")
	const variable = "variable \"v\" { type = list(list(list(number))) }\n"
	for name, tt := range map[string]struct {
		src     string
		options config.Options
		want    string
	}{
		"type":        {"variable \"v\" {\n type = object({ x = optional(any, " + loops + ") })\n default = {}\n}", config.Options{}, "Too much to compute"},
		"default":     {"variable \"v\" { default = " + loops + " }", config.Options{}, "Too much to compute"},
		"given":       {variable, config.Options{Vars: map[string]string{"v": loops}}, "must be of type"},
		"in a file":   {variable, config.Options{VarFiles: []string{values}}, "Too much to compute"},
		"number":      {"variable \"v\" { type = number }", config.Options{Vars: map[string]string{"v": "1e99999999"}}, "must be of type number"},
		"dynamic":     {"dynamic \"remote\" {\n for_each = " + loops + "\n labels = [remote.key]\n content { address = \"localhost\" }\n}", config.Options{}, "Too much to compute"},
		"label":       {"dynamic \"remote\" {\n for_each = [1]\n labels = [length(" + loops + ")]\n content { address = \"localhost\" }\n}", config.Options{}, "Too much to compute"},
		"in a remote": {"remote \"r\" {\n address = \"localhost\"\n window = length(" + loops + ")\n}", config.Options{}, "Too much to compute"},
		"in content":  {"dynamic \"remote\" {\n for_each = [1]\n labels = [\"r\"]\n content {\n address = \"localhost\"\n window = length(" + loops + ")\n}\n}", config.Options{}, "Too much to compute"},
		"in content of JSON": {
			`{"dynamic": {"remote": {"for_each": [1], "labels": ["r"], "content": {"address": "localhost", "window": "${length(` + loops + `)}"}}}}`,
			config.Options{},
			"Too much to compute",
		},
	} {
		file := "c.hcl"
		if strings.HasPrefix(tt.src, "{") {
			file = "c.json"
		}
		tt.options.MaxSteps = 500
		_, err := config.Parse(filepath.Join(dir, file), []byte(tt.src), tt.options)
		if err == nil || strings.Count(err.Error(), tt.want) != 1 || !strings.Contains(err.Error(), "1 error") {
			t.Errorf("%s: Parse = %v, want one mistake with %q", name, err, tt.want)
		}
	}
}
