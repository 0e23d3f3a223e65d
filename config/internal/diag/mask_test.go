package diag

import (
	"strings"
	"testing"
)

// sample is a language of a few words.
type sample struct{}

func (sample) SecretName() string       { return "password" }
func (sample) IsBlock(kind string) bool { return kind == "remote" || kind == "log" }
func (sample) OpenNames() map[string]bool {
	return map[string]bool{"address": true, "origins": true, "user": true, "level": true, "name": true, "password": false}
}

// shown renders the lines of src as excerpts would.
func shown(src string) string {
	var b strings.Builder
	for _, line := range maskLines([]byte(src), sample{}) {
		b.WriteString(line.text[:line.cut])
		if line.secret {
			b.WriteString(Stars)
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestMaskLines(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"harmless", `  address = "house:9598"`, `  address = "house:9598"`},
		{"list", `origins = ["FF:FF:*", "FF:FE:*"]`, `origins = ["FF:FF:*", "FF:FE:*"]`},
		{"block", `remote "north" {`, `remote "north" {`},
		{"secret name as label", `remote "secret" {`, `remote "secret" {`},
		{"password", `  password = "x"`, `  password = ***`},
		{"tight", `password="x"`, `password=***`},
		{"env", `password = env("NAME")`, `password = env("NAME")`},
		{"file", `password = file("a/b.secret") # old: x`, `password = file("a/b.secret")`},
		{"env with more", `password = env("NAME") + "x"`, `password = ***`},
		{"misspelled", `pasword = "x"`, `pasword = ***`},
		{"unknown", `pin = "x"`, `pin = ***`},
		{"one-line block", `remote "a" { password = "x" }`, `remote "a" { password = ***`},
		{"after another", `user = "u" password = "x"`, `user = "u" password = ***`},
		{"no separator", `password "x"`, `password ***`},
		{"colon", `passwd: x`, `passwd: ***`},
		{"in JSON", `{"user": "u", "password": "x"}`, `{"user": "u", "password": ***`},
		{"env in JSON", `"password": "${env(\"NAME\")}",`, `"password": "${env(\"NAME\")}",`},
		{"unknown block in JSON", `{"remotes": {"north": {`, `{"remotes": {"north": {`},
		{"blocks in JSON", `{"log": [{"level": "x", "pin": "y"}, {"level": "z"}]}`, `{"log": [{"level": "x", "pin": ***`},
		{"blocks on lines in JSON", "\"log\": [\n{\"level\": \"x\"},\n{\"pin\": \"y\"}\n]", "\"log\": [\n{\"level\": \"x\"},\n{\"pin\": ***\n]"},
		{"named blocks on lines in JSON", "\"north\": [\n\n  {\"level\": \"x\"}\n]", "\"north\": [\n\n  {\"level\": \"x\"}\n]"},
		{"arrays in JSON", "\"pins\": [\n[\"x\"],\n{\"level\": 1}\n],\n\"level\": 1", "\"pins\": [\n***\n***\n***\n\"level\": 1"},
		{"unknown lines in JSON", "\"pins\": [\n\"x\"\n],\n\"level\": 1", "\"pins\": [\n***\n***\n\"level\": 1"},
		{"no object", `pins = [{ "x" }]`, `pins = ***`},
		{"unknown array in JSON", `"pins": ["x"]`, `"pins": ***`},
		{"passwords in JSON", "\"passwords\": [{\n\"level\": \"x\"}]", "\"passwords\": ***\n***"},
		{"credentials in address", `address = "a:x@house"`, `address = ***`},
		{"comment", `level = "info" # or x`, `level = "info"`},
		{"comment sign in text", `name = "a#b//c/*d" // x`, `name = "a#b//c/*d"`},
		{"long comment", "a /* x\ny\nz */ b\nuser = 1", "a /*\n***\n***\nuser = 1"},
		{"heredoc", "password = <<-EOT\nx\n  EOT\nuser = 1", "password = ***\n***\n***\nuser = 1"},
		{"brackets", "password = [\n\"x]\",\n(\n)\n]\nuser = 1", "password = ***\n***\n***\n***\n***\nuser = 1"},
		{"next line", "password =\n\n  \"x\"\nuser = 1", "password =***\n***\n***\nuser = 1"},
		{"carriage return", "password = \"x\"\r\nuser = 1\r\n", "password = ***\nuser = 1\n"},
	}
	for _, tt := range tests {
		if got := shown(tt.src); got != tt.want {
			t.Errorf("%s: shown(%q) = %q, want %q", tt.name, tt.src, got, tt.want)
		}
	}
}

func TestExcerptMarks(t *testing.T) {
	long := strings.Repeat("0123456789", 20)
	tests := []struct {
		name       string
		text       string
		start, end int
		want       string
	}{
		{"part", "ab cd ef", 3, 5, "  7 | ab cd ef\n    |    ^^"},
		{"behind the end", "ab", 2, 3, "  7 | ab\n    |   ^"},
		{"tab", "\tab", 1, 3, "  7 |   ab\n    |   ^^"},
		{"letters of several bytes", "ää bb", 5, 7, "  7 | ää bb\n    |    ^^"},
		{"control sequence", "\x1b[2J", 0, 4, "  7 | \uFFFD[2J\n    | ^^^^"},
		{"not UTF-8", "\xffab", 1, 3, "  7 | \uFFFDab\n    |  ^^"},
		{"long, begin", long, 0, 2, "  7 | " + long[:95] + "…\n    | ^^"},
		{"long, middle", long, 100, 102, "  7 | …" + long[69:163] + "…\n    | " + strings.Repeat(" ", 32) + "^^"},
		{"long, end", long, 198, 200, "  7 | …" + long[105:] + "\n    | " + strings.Repeat(" ", 94) + "^^"},
	}
	for _, tt := range tests {
		line := &sourceLine{number: 7, text: tt.text, cut: len(tt.text)}
		if got := excerpt(line, tt.start, tt.end); got != tt.want {
			t.Errorf("%s: excerpt(%q, %d, %d) =\n%s\nwant\n%s", tt.name, tt.text, tt.start, tt.end, got, tt.want)
		}
	}
}
