package config_test

import (
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

var update = flag.Bool("update", false, "write the expected texts of testdata anew")

// variables are the environment of the fixtures. No diagnostic may contain hunter2.
var variables = map[string]string{
	"NORTH_PASSWORD": "north-secret", "SECRET": "hunter2", "EMPTY": "", "TCPIPLINK_VAR_from_env": "hunter2", "TCPIPLINK_VAR_shadowed": "hunter2",
}

// environment is what env() finds in the fixtures.
func environment(name string) (string, bool) {
	text, ok := variables[name]
	return text, ok
}

// modeOf is the mode of a file in the fixtures: what everybody may read is called open, what is in private nobody else can reach, and
// volume is one of Kubernetes.
func modeOf(path string) (fs.FileMode, error) {
	switch {
	case filepath.Base(path) == "private":
		return fs.ModeDir | 0o750, nil
	case filepath.Base(path) == "..data" && !strings.Contains(path, "volume"):
		return 0, fs.ErrNotExist
	case filepath.Ext(path) == "" || strings.HasSuffix(path, ".d"):
		return fs.ModeDir | 0o755, nil
	case strings.HasPrefix(filepath.Base(path), "open"):
		return 0o644, nil
	default:
		return 0o640, nil
	}
}

// load loads a fixture of the working directory, a file or a folder, so that messages have no path in front of its name.
func load(name string) (*config.Config, error) {
	o, err := optionsOf(name)
	if err != nil {
		return nil, err
	}
	return config.Load(name, o)
}

// optionsOf sets the variables of a fixture by the files beside it: NAME.vars, NAME.vars.json, and NAME.args with one NAME=VALUE on
// each line.
func optionsOf(name string) (config.Options, error) {
	o := config.Options{Env: environment, EnvNames: func() []string { return slices.Collect(maps.Keys(variables)) }, Vars: map[string]string{}, SecretDirs: []string{"secrets"}, Mode: modeOf}
	base, _, _ := strings.Cut(name, ".")
	if base == "locked" {
		o.ReadFile = func(path string) ([]byte, error) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
		}
	}
	for _, file := range []string{base + ".vars", base + ".vars.json"} {
		if _, err := os.Stat(file); err == nil {
			o.VarFiles = append(o.VarFiles, file)
		}
	}
	args, err := os.ReadFile(base + ".args")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return o, err
	}
	for line := range strings.Lines(string(args)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		o.Vars[key] = value
	}
	return o, nil
}

func fixtures(t *testing.T, dir string) []string {
	t.Helper()
	t.Chdir(filepath.Join("testdata", dir))
	native, err := filepath.Glob("*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	inJSON, err := filepath.Glob("*.hcl.json")
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob("*.d")
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(native, inJSON, folders)
}

// compare checks a text against the file beside a fixture.
func compare(t *testing.T, fixture, got string) {
	t.Helper()
	name := strings.TrimSuffix(strings.TrimSuffix(fixture, ".json"), ".hcl") + ".txt"
	if *update && got != "" {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil && (got != "" || !errors.Is(err, os.ErrNotExist)) {
		t.Fatalf("expected text of %s: %v; got:\n%s", fixture, err, got)
	}
	if got != string(want) {
		t.Errorf("diagnostics of %s =\n%s\nwant:\n%s", fixture, got, want)
	}
}

func TestBad(t *testing.T) {
	names := fixtures(t, "bad")
	if least := 25; len(names) < least {
		t.Fatalf("%d fixtures, want at least %d", len(names), least)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			cfg, err := load(name)
			configErr, ok := errors.AsType[*config.Error](err)
			if !ok || cfg != nil {
				t.Fatalf("Load(%q) = %v, %v, want nil and a *config.Error", name, cfg, err)
			}
			text := configErr.Error() + "\n"
			compare(t, name, text)
			if strings.Contains(text, "hunter2") {
				t.Errorf("diagnostics of %s contain the secret:\n%s", name, text)
			}
			for line := range strings.Lines(text) {
				if n := len([]rune(line)); n > 110 {
					t.Errorf("diagnostics of %s have a line of %d characters, want at most 110: %s", name, n, line)
				}
			}
			if d := configErr.Diagnostics[0]; d.Severity != config.SeverityError || !isPart(d.Position.File, name) || d.Position.Line < 1 || d.Position.Column < 1 {
				t.Errorf("first diagnostic of %s = %+v, want an error with its position", name, d)
			}
		})
	}
}

// isPart reports whether a file is the fixture of this name, or in it.
func isPart(file, fixture string) bool {
	return file == fixture || strings.HasSuffix(fixture, ".d") && filepath.Dir(file) == fixture
}

func TestGood(t *testing.T) {
	for _, name := range fixtures(t, "good") {
		t.Run(name, func(t *testing.T) {
			cfg, err := load(name)
			if err != nil {
				t.Fatalf("Load(%q) = %v, want no error", name, err)
			}
			var text strings.Builder
			for _, w := range cfg.Warnings {
				text.WriteString(w.String() + "\n\n")
			}
			for _, r := range cfg.Routes {
				text.WriteString(r.Name + ": " + r.Guarantee() + "\n")
			}
			compare(t, name, text.String())
		})
	}
}
