package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

const remarked = `variable "token" {
  default = "hunter2"
}
locals {
  word = "hunter2"
}
admin {
  listen = "127.0.0.1:9599"
}
remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = "hunter2"
}
route "a" {
  from = [remote.north]
  to   = [remote.north]
  match { class = 10 } # hunter2
}
`

func TestRemarks(t *testing.T) {
	dir := t.TempDir()
	native, inJSON := filepath.Join(dir, "a.hcl"), filepath.Join(dir, "b.hcl.json")
	broken, missing := filepath.Join(dir, "c.hcl"), filepath.Join(dir, "d.hcl")
	for name, text := range map[string]string{
		native: remarked,
		inJSON: "{\"admin\": {\n  \"socket\": \"/run/\\\"b.sock\", \"password\": \"hunter2\"}}\n",
		broken: "remote {\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := config.NewRemarks()
	for _, tt := range []struct {
		name string
		pos  config.Position
		want string
	}{
		{"block", config.Position{File: native, Line: 15, Column: 1}, "a.hcl:15,1-10: warning in route \"a\": S\n  15 | route \"a\" {\n     | ^^^^^^^^^\n  D"},
		{"inner block", config.Position{File: native, Line: 18, Column: 3}, "a.hcl:18,3-8: warning in route \"a\": S\n  18 |   match { class = 10 }\n     |   ^^^^^\n  D"},
		{"value", m.Attribute([]string{native, inJSON}, "admin", "listen"), "a.hcl:8,12-28: warning in admin: S\n  8 |   listen = \"127.0.0.1:9599\"\n    |            ^^^^^^^^^^^^^^^^\n  D"},
		{
			"value in JSON", m.Attribute([]string{broken, native, inJSON, missing}, "admin", "socket"),
			"b.hcl.json:2,13-28: warning in admin: S\n  2 |   \"socket\": \"/run/\\\"b.sock\", \"password\": ***\n    |             ^^^^^^^^^^^^^^^\n  D",
		},
		{"nothing there", m.Attribute([]string{native, inJSON}, "admin", "nosuch"), "warning: S\n  D"},
		{"password", config.Position{File: native, Line: 13, Column: 14}, "a.hcl:13,14-17: warning in remote \"north\": S\n  13 |   password = ***\n     |              ^^^\n  D"},
		{"variable", config.Position{File: native, Line: 2, Column: 13}, "a.hcl:2,13-16: warning in variable \"token\": S\n  2 |   default = ***\n    |             ^^^\n  D"},
		{"local", config.Position{File: native, Line: 5, Column: 10}, "a.hcl:5,10-13: warning in locals: S\n  5 |   word = ***\n    |          ^^^\n  D"},
		{"elsewhere", config.Position{File: native, Line: 16, Column: 11}, "a.hcl:16,11-12: warning in route \"a\": S\n  16 |   from = [remote.north]\n     |           ^\n  D"},
		{"shorter file", config.Position{File: native, Line: 99, Column: 1}, "a.hcl:99,1-1: warning: S\n  D"},
		{"shorter line", config.Position{File: native, Line: 1, Column: 99}, "a.hcl:1,99-99: warning: S\n  D"},
		{"broken", config.Position{File: broken, Line: 1, Column: 1}, "c.hcl:1,1-1: warning: S\n  D"},
		{"missing", config.Position{File: missing, Line: 1, Column: 1}, "d.hcl:1,1-1: warning: S\n  D"},
	} {
		got := strings.ReplaceAll(m.At(tt.pos, config.SeverityWarning, "S", "D").String(), dir+string(filepath.Separator), "")
		if got != tt.want {
			t.Errorf("%s: %+v =\n%s\nwant\n%s", tt.name, tt.pos, got, tt.want)
		}
		if strings.Contains(got, "hunter2") {
			t.Errorf("%s: the secret is in the text:\n%s", tt.name, got)
		}
	}
	if got := m.At(config.Position{File: native, Line: 15, Column: 1}, config.SeverityError, "S", "\x1b[31m"); got.Severity != config.SeverityError || strings.Contains(got.String(), "\x1b") {
		t.Errorf("an error = %v, %q, want an error without control characters", got.Severity, got.String())
	}
}
