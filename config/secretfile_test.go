package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// modesOf answers for the files and folders that it has.
func modesOf(modes map[string]fs.FileMode) func(string) (fs.FileMode, error) {
	return func(path string) (fs.FileMode, error) {
		if mode, ok := modes[filepath.ToSlash(path)]; ok {
			return mode, nil
		}
		return 0, fs.ErrNotExist
	}
}

func TestPrivacyByPlace(t *testing.T) {
	for _, tt := range []struct {
		path  string
		modes map[string]fs.FileMode
		want  string // in the remedy; empty: no warning
	}{
		{"/etc/a.secret", map[string]fs.FileMode{"/etc/a.secret": 0o644, "/etc": fs.ModeDir | 0o755}, "chmod 600"},
		{"/etc/a.secret", map[string]fs.FileMode{"/etc/a.secret": 0o604}, "mode 0604"},
		{"/etc/a.secret", map[string]fs.FileMode{"/etc/a.secret": 0o640}, ""},
		{"/etc/a.secret", map[string]fs.FileMode{"/etc/a.secret": 0o644, "/etc": fs.ModeDir | 0o750}, ""},
		{"/etc/b/a.secret", map[string]fs.FileMode{"/etc/b/a.secret": 0o644, "/etc/b": fs.ModeDir | 0o755, "/etc": fs.ModeDir | 0o700}, ""},
		{"/etc/b/a.secret", nil, ""},
		{"/run/secrets/north", map[string]fs.FileMode{"/run/secrets/north": 0o444}, "mode: 0400"},
		{"/keys/north", map[string]fs.FileMode{"/keys/north": 0o644, "/keys/..data": fs.ModeDir | 0o777}, "defaultMode: 0400"},
	} {
		o := Options{
			Env:      func(string) (string, bool) { return tt.path, true },
			ReadFile: func(string) ([]byte, error) { return []byte("secret\n"), nil },
			Mode:     modesOf(tt.modes),
		}
		for _, src := range []string{
			`remote "r" { address = "localhost", user = "u", password = file("` + tt.path + `") }`,
			`remote "r" { address = "localhost", user = "u", password = "x${trimspace(file(env("PATH")))}" }`,
		} {
			src = strings.ReplaceAll(src, ", ", "\n")
			src = strings.NewReplacer("{ ", "{\n", " }", "\n}").Replace(src)
			cfg, err := Parse("/etc/c.hcl", []byte(src), o)
			if err != nil {
				t.Fatalf("%s: %v", src, err)
			}
			var found []string
			for _, w := range cfg.Warnings {
				if w.Summary == "Secret for everybody to read" {
					found = append(found, w.Detail)
				}
			}
			text := strings.Join(found, "\n")
			if (tt.want == "") != (text == "") || !strings.Contains(text, tt.want) {
				t.Errorf("%s with %v: warnings %q, want %q in one", tt.path, tt.modes, found, tt.want)
			}
			if quoted := strings.Contains(text, tt.path); text != "" && quoted == strings.Contains(src, "env(") {
				t.Errorf("%s: warning %q quotes the path = %v, want so only where it did not come from the environment", src, text, quoted)
			}
		}
	}
}

func TestModesOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "north.secret")
	if err := os.WriteFile(secret, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	mode := modeOf(&Options{})
	if mode == nil {
		t.Skip("no modes on this system")
	}
	if got, err := mode(secret); err != nil || got.Perm() != 0o600 {
		t.Errorf("mode of a private file = %v, %v, want 0600", got, err)
	}
	if _, err := mode(secret + "x"); err == nil {
		t.Error("mode of a missing file: no error, want one")
	}
	if modeOf(&Options{ReadFile: os.ReadFile}) != nil {
		t.Error("modes of files that are not those of the system: not nil, want nil")
	}
}
