package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestCredential(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"systemd", "one", "two"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, folder), map[string]string{"in-" + folder: folder + "\n", "in-all": folder + "\r\n"})
	}
	src := func(name string) []byte {
		return []byte("remote \"r\" {\n  address = \"localhost\"\n  user = credential(\"" + name + "\")\n}")
	}
	for _, tt := range []struct{ name, env, want string }{
		{"in-all", "systemd", "systemd"},
		{"in-all", "none", "one"},
		{"in-all", "", "one"},
		{"in-two", "systemd", "two"},
		{"in-systemd", "systemd", "systemd"},
		{"in-systemd", "", ""},
		{"in-none", "systemd", ""},
	} {
		o := config.Options{SecretDirs: []string{filepath.Join(dir, "one"), filepath.Join(dir, "two")}}
		o.Env = func(name string) (string, bool) {
			return filepath.Join(dir, tt.env), name == "CREDENTIALS_DIRECTORY" && tt.env != ""
		}
		cfg, err := config.Parse("c.hcl", src(tt.name), o)
		if tt.want == "" {
			if err == nil || !strings.Contains(err.Error(), "No credential") || !strings.Contains(err.Error(), "$CREDENTIALS_DIRECTORY") {
				t.Errorf("Parse with credential %q of %q = %v, want that there is none, and where", tt.name, tt.env, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse with credential %q of %q = %v, want no error", tt.name, tt.env, err)
			continue
		}
		if got := revealed(t, cfg.Remotes[0].User); got != tt.want {
			t.Errorf("credential %q of %q = %q, want %q", tt.name, tt.env, got, tt.want)
		}
		if file := filepath.Join(dir, tt.want, tt.name); !slices.Contains(cfg.Read, file) {
			t.Errorf("Read = %q, want %s in it", cfg.Read, file)
		}
	}
}
