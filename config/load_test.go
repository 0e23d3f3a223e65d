package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestLoadWithoutFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "none.hcl")
	if _, err := config.Load(name, config.Options{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), name) {
		t.Errorf("Load of a missing file = %v, want fs.ErrNotExist and its name", err)
	}
}

func TestFileCutsLineEnd(t *testing.T) {
	for _, tt := range []struct{ content, want string }{
		{"a", "a"}, {"a\n", "a"}, {"a\r\n", "a"}, {" a \n", " a "}, {"", ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "s"), []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		src := `remote "r" {
			address  = "localhost"
			user     = "-${file("s")}-"
		}`
		cfg, err := config.Parse(filepath.Join(dir, "c.hcl"), []byte(src), config.Options{})
		if err != nil {
			t.Errorf("Parse with a file %q = %v, want no error", tt.content, err)
		} else if got := revealed(t, cfg.Remotes[0].User); got != "-"+tt.want+"-" {
			t.Errorf("user from a file %q = %q, want %q between dashes", tt.content, got, tt.want)
		}
	}
}

func TestSecretFileTooLarge(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s"), make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	src := "remote \"r\" {\n  address = \"localhost\"\n  user = file(\"s\")\n}"
	_, err := config.Parse(filepath.Join(dir, "c.hcl"), []byte(src), config.Options{})
	if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), "it is larger than 4 MiB") {
		t.Errorf("Parse with a file of 5 MiB = %v, want an error that says so", err)
	}
}

func TestParseWithoutEnvironment(t *testing.T) {
	src := "remote \"r\" {\n  address = env(\"HOME\")\n}"
	_, err := config.Parse("c.hcl", []byte(src), config.Options{})
	if err == nil || !strings.Contains(err.Error(), `The environment variable "HOME" is not set`) {
		t.Errorf("Parse without Options.Env = %v, want HOME to be undefined", err)
	}
}
