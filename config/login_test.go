package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// revealed returns what credentials hold now.
func revealed(t *testing.T, credentials ...config.Credential) string {
	t.Helper()
	texts := make([]string, len(credentials))
	for i, c := range credentials {
		var err error
		if texts[i], err = c.Read(); err != nil {
			t.Errorf("Read of %v = %v, want a text", c, err)
		}
	}
	return strings.Join(texts, ", ")
}

// writeText writes a file that its user alone may read.
func writeText(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCredentialOfFile tells which expressions stay files, to be read at each login.
func TestCredentialOfFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"pw": "first\n", "name": "admin", "upper": "FIRST", "empty": "", "table.csv": "name,password\nx,first\n"} {
		writeText(t, filepath.Join(dir, name), text)
	}
	env := func(name string) (string, bool) {
		text, ok := map[string]string{"PW": "pw", "SECRET": "first"}[name]
		return text, ok
	}
	const head = "locals {\n  pw = file(\"pw\")\n  all = { x = file(\"pw\") }\n}\nvariable \"pw\" {\n  sensitive = true\n  default = \"first\"\n}\n"
	for expr, fromFile := range map[string]bool{
		`file("pw")`:                               true,
		`"${file("pw")}"`:                          true,
		`credential("pw")`:                         true,
		`local.pw`:                                 true,
		`local.all.x`:                              true,
		`local.all["x"]`:                           true,
		`file(env("PW"))`:                          true,
		`file("pw") != "" ? file("pw") : "none"`:   true,
		`[file("upper"), file("pw")][1]`:           true,
		`{ for k, v in local.all : k => v }.x`:     true,
		`merge({ y = "" }, local.all).x`:           true,
		`"first"`:                                  false,
		`env("SECRET")`:                            false,
		`var.pw`:                                   false,
		`trimspace(file("pw"))`:                    false,
		`lower(file("upper"))`:                     false,
		`nonsensitive(file("pw"))`:                 false,
		`"${file("pw")}${file("empty")}"`:          false,
		`file("upper") == "" ? "" : file("pw")`:    false,
		`csvdecode(file("table.csv"))[0].password`: false,
		`split(",", file("pw"))[0]`:                false,
	} {
		src := fmt.Sprintf("%sremote \"r\" {\n  address = \"localhost\"\n  user = file(\"name\")\n  password = %s\n}\n", head, expr)
		cfg, err := config.Parse(filepath.Join(dir, "c.hcl"), []byte(src), config.Options{Env: env, SecretDirs: []string{dir}})
		if err != nil {
			t.Errorf("%s: Parse = %v, want no error", expr, err)
			continue
		}
		r := cfg.Remotes[0]
		if got := r.Password.File() != ""; got != fromFile || r.User.File() != filepath.Join(dir, "name") {
			t.Errorf("%s: password of file %q, user of file %q; want the first %t, and the second", expr, r.Password.File(), r.User.File(), fromFile)
		}
		if got := revealed(t, r.User, r.Password); !strings.EqualFold(got, "admin, first") {
			t.Errorf("%s: user and password %q, want admin and first", expr, got)
		}
	}
}

func TestCredentialRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "pw")
	c := config.FileCredential(path)
	for _, tt := range []struct{ content, text, err string }{
		{content: "one", text: "one"},
		{content: "two\n", text: "two"},
		{content: "two\r\n", text: "two"},
		{content: " two \n", text: " two "},
		{content: strings.Repeat("x", 4095) + "\n", text: strings.Repeat("x", 4095)},
		{content: "", err: "it holds nothing"},
		{content: "\n", err: "it holds nothing"},
		{content: "two\n\n", err: "it holds more than one line, or a NUL, and is sent as one line"},
		{content: "two\r", err: "it holds more than one line, or a NUL, and is sent as one line"},
		{content: "two\nSHUTDOWN", err: "it holds more than one line, or a NUL, and is sent as one line"},
		{content: "t\x00wo", err: "it holds more than one line, or a NUL, and is sent as one line"},
		{content: "\uFEFFtwo", err: "it begins with a byte order mark; save it as UTF-8 without one"},
		{content: "t\xffwo", err: "it is not UTF-8 text"},
		{content: strings.Repeat("x", 4097), err: "it is larger than 4 KiB"},
	} {
		writeText(t, path, tt.content)
		got, err := c.Read()
		if tt.err == "" && (got != tt.text || err != nil) {
			t.Errorf("Read of %.20q = %.20q, %v, want %.20q", tt.content, got, err, tt.text)
		}
		if want := "file " + path + ": " + tt.err; tt.err != "" && (err == nil || err.Error() != want || got != "") {
			t.Errorf("Read of %.20q = %.20q, %v, want %s", tt.content, got, err, want)
		}
	}
	for _, where := range []string{dir, filepath.Join(dir, "none")} {
		if got, err := config.FileCredential(where).Read(); err == nil || got != "" {
			t.Errorf("Read of %s = %q, %v, want an error", where, got, err)
		}
	}
}

// TestCredentialPrints shows a path at most.
func TestCredentialPrints(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c    config.Credential
		want string
	}{{config.TextCredential("hunter2"), "***"}, {config.Credential{}, "***"}, {config.FileCredential("pw"), "file pw"}} {
		if got := tt.c.String(); got != tt.want {
			t.Errorf("String = %q, want %q", got, tt.want)
		}
		if got := fmt.Sprintf("%v %+v %#v %s", tt.c, tt.c, tt.c, tt.c); strings.Contains(got, "hunter2") {
			t.Errorf("it prints as %s, want no secret", got)
		}
	}
}

// TestPathFromEnvironment is quoted nowhere.
func TestPathFromEnvironment(t *testing.T) {
	t.Parallel()
	path := writeText(t, filepath.Join(t.TempDir(), "hunter2"), "secret")
	src := "remote \"r\" {\n  address = \"localhost\"\n  user = \"u\"\n  password = file(env(\"PW\"))\n}\n"
	cfg, err := config.Parse("c.hcl", []byte(src), config.Options{Env: func(string) (string, bool) { return path, true }})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = cfg.Remotes[0].Password.Read()
	if want := "file: no such file or directory"; err == nil || err.Error() != want {
		t.Errorf("Read = %v, want %s", err, want)
	}
	if got := string(config.Effective(cfg).HCL()) + cfg.Remotes[0].Password.String(); strings.Contains(got, "hunter2") {
		t.Errorf("shown as %s, want no path that came from the environment", got)
	}
}

// TestCompareOfFiles goes by the files that credentials are in, and not by what is in them.
func TestCompareOfFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	load := func(path, content string) *config.Config {
		t.Helper()
		writeText(t, filepath.Join(dir, path), content)
		src := fmt.Sprintf("remote \"r\" {\n  address = \"localhost\"\n  user = file(%q)\n  password = file(%[1]q)\n}\n", path)
		cfg, err := config.Parse(filepath.Join(dir, "c.hcl"), []byte(src), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	before := load("one", "old")
	after := load("one", "new")
	if d := config.Compare(before, after); !d.Empty() || before.Hash == after.Hash {
		t.Errorf("another content changes %q and the hash %t, want nothing and true", d.String(), before.Hash != after.Hash)
	}
	for when, cfg := range map[string]*config.Config{"before": before, "after": after} {
		if got := revealed(t, cfg.Remotes[0].User, cfg.Remotes[0].Password); got != "new, new" {
			t.Errorf("the configuration %s reads %s, want what is in the file now", when, got)
		}
	}
	if d, want := config.Compare(before, load("two", "new")), "~ remote r: user, password"; d.String() != want {
		t.Errorf("another file changes %q, want %q", d.String(), want)
	}
}
