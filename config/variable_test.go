package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// nameFrom loads a bridge that has the name of its variable.
func nameFrom(declaration string, o config.Options) (string, error) {
	src := "variable \"name\" {" + declaration + "}\nbridge {\n  name = var.name\n}\n"
	cfg, err := config.Parse("c.hcl", []byte(src), o)
	if err != nil {
		return "", err
	}
	return cfg.Bridge.Name, nil
}

func TestPrecedenceOfVariables(t *testing.T) {
	env := func(name string) (string, bool) { return "env", name == "TCPIPLINK_VAR_name" }
	read := func(path string) ([]byte, error) { return fmt.Appendf(nil, "name = %q\n", path), nil }
	flag := map[string]string{"name": "flag"}
	for _, tt := range []struct {
		want string
		o    config.Options
	}{
		{"default", config.Options{}},
		{"env", config.Options{Env: env}},
		{"file", config.Options{Env: env, ReadFile: read, VarFiles: []string{"file"}}},
		{"later", config.Options{Env: env, ReadFile: read, VarFiles: []string{"file", "later"}}},
		{"flag", config.Options{Env: env, ReadFile: read, VarFiles: []string{"file"}, Vars: flag}},
	} {
		if got, err := nameFrom("\n  default = \"default\"\n", tt.o); err != nil || got != tt.want {
			t.Errorf("name with %+v = %q, %v, want %q", tt.o, got, err, tt.want)
		}
	}
}

// TestOptionalBesideSecret sets a part of an object from the environment: what is optional has its default, and the part stays secret.
func TestOptionalBesideSecret(t *testing.T) {
	const object = `object({ name = string, end = optional(string, "z") })`
	env := func(name string) (string, bool) { return "hunter2", name == "SECRET" }
	for _, tt := range []struct{ ty, value, part string }{
		{object, `{ name = env("SECRET") }`, `var.x`},
		{"list(" + object + ")", `[{ name = env("SECRET"), end = null }]`, `var.x[0]`},
		{"map(" + object + ")", `{ a = { name = env("SECRET") }, b = { name = "b", end = "b" } }`, `var.x["a"]`},
		{"set(" + object + ")", `[{ name = env("SECRET") }]`, `tolist(var.x)[0]`},
		{"tuple([" + object + "])", `[{ name = env("SECRET") }]`, `var.x[0]`},
	} {
		src := fmt.Sprintf("variable \"x\" {\n  type = %s\n  default = %s\n}\nbridge {\n  name = nonsensitive(%s.end)\n}\n", tt.ty, tt.value, tt.part)
		cfg, err := config.Parse("c.hcl", []byte(src), config.Options{Env: env})
		if err != nil || cfg.Bridge.Name != "z" {
			t.Errorf("end of %s = %v, %v, want z", tt.value, cfg, err)
		}
		src += fmt.Sprintf("log {\n  level = %s.name\n}\n", tt.part)
		if _, err := config.Parse("c.hcl", []byte(src), config.Options{Env: env}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("level of the name of %s = %v, want an error that does not quote it", tt.value, err)
		}
	}
}

func TestUndeclaredVar(t *testing.T) {
	_, err := nameFrom("", config.Options{Vars: map[string]string{"name": "a", "naem": "hunter2"}})
	want := "config: 1 error\n\n--var naem: error: Undeclared variable\n  c.hcl has no variable \"naem\"."
	if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("undeclared --var = %v, want %s, without its value", err, want)
	}
}

func TestUnreadableVarFile(t *testing.T) {
	read := func(path string) ([]byte, error) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	_, err := nameFrom("\n  default = \"a\"\n", config.Options{ReadFile: read, VarFiles: []string{"site.vars"}})
	want := "--var-file site.vars: error: Unreadable file\n  Cannot read it: file does not exist."
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("unreadable --var-file = %v, want %s", err, want)
	}
}

// TestSensitiveVariableIsNotQuoted tries where the value could show: in words, in excerpts, and in errors of functions.
func TestSensitiveVariableIsNotQuoted(t *testing.T) {
	const secret = "hunter2"
	env := func(string) (string, bool) { return secret, true }
	for _, use := range []string{
		`var.name`, `jsondecode(var.name)`, `parseint(substr(var.name, 0, 6), 10)`, `regex("[", var.name)`, `format("%d", var.name)`,
		`{ a = 1 }[var.name]`, `{ a = 1 }[substr(var.name, 0, 6)]`, `{ for k in [upper(var.name), upper(var.name)] : k => 1 }`,
		`{ for k in [substr(var.name, 0, 6), substr(var.name, 0, 6)] : k => 1 }`, `substr(var.name, 0, 6) + 1`, `{ (upper(var.name)) = 1 }.x`,
		`tomap({ a = 1 })[upper(var.name)]`, `[1][upper(var.name)]`,
		`{ for k in [1, 2] : upper(env("X")) => k }`, `{ for k in [{ a = var.name }, { a = var.name }] : upper(k.a) => 1 }`, `merge({}, upper(var.name))`, `element([], var.name)`, `"${var.name} "`, `yamldecode("[${var.name}")`, `var.name + 1`, `lookup({}, var.name, var.name)`,
	} {
		src := "variable \"name\" {\n  sensitive = true\n}\nlocals {\n  x = " + use + "\n}\nlog {\n  level = local.x\n}\nbridge {\n  name = \"${local.x}!\"\n}\n"
		_, err := config.Parse("c.hcl", []byte(src), config.Options{Env: env})
		if _, ok := errors.AsType[*config.Error](err); !ok || strings.Contains(strings.ToLower(err.Error()), secret[:6]) {
			t.Errorf("messages of %s = %v, want some, without any part of the value", use, err)
		}
	}
}

// FuzzVarFile checks that a sensitive value on a line of its own in a --var-file is in no message, whatever is around it.
func FuzzVarFile(f *testing.F) {
	addFixtures(f, func(src []byte, inJSON bool) {
		half := len(src) / 2
		f.Add(string(src[:half]), string(src[half:]), inJSON)
	})
	f.Add("port = 1", "words = [\"a\"]", false)
	f.Add("{\"port\": 1,", "\"words\": [\"a\"]}", true)
	f.Fuzz(func(t *testing.T, before, after string, inJSON bool) {
		if strings.Contains(before+after, canary) {
			t.Skip("the secret is elsewhere too")
		}
		line := "\ntoken = \"" + canary + "\"\n"
		if inJSON {
			line = "\n\"token\": \"" + canary + "\",\n"
		}
		o := config.Options{
			VarFiles: []string{fuzzName(inJSON)},
			ReadFile: func(string) ([]byte, error) { return []byte(before + line + after), nil },
		}
		src := "variable \"token\" {\n  type = number\n  sensitive = true\n}\n"
		cfg, err := config.Parse("c.hcl", []byte(src), o)
		text := fmt.Sprint(err)
		if err == nil { // the line is within something else, and token is set elsewhere
			text = fmt.Sprint(cfg.Warnings)
		}
		if strings.Contains(text, canary) {
			t.Errorf("messages of %q contain the value: %s", before+line+after, text)
		}
	})
}
