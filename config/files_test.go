package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// write makes files of a folder, by name.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFolderIsOneConfiguration(t *testing.T) {
	t.Chdir("testdata/good")
	for _, path := range []string{"site.d", "./site.d/"} {
		cfg, err := config.Load(path, config.Options{})
		if err != nil {
			t.Fatalf("Load(%q) = %v, want no error", path, err)
		}
		if got, want := cfg.Read, []string{"site.d/00-site.hcl", "site.d/10-remotes.hcl", "site.d/20-routes.hcl.json", "site.d/north.secret"}; !slices.Equal(got, want) {
			t.Errorf("Load(%q) read %q, want %q", path, got, want)
		}
		if got, want := cfg.Bridge.StateDir, filepath.Join("site.d", "state"); got != want {
			t.Errorf("state_dir of %q = %q, want %q", path, got, want)
		}
		if len(cfg.Remotes) != 2 || revealed(t, cfg.Remotes[0].Password) != "north-secret" || len(cfg.Routes) != 1 {
			t.Errorf("Load(%q) has %d remotes and %d routes, want 2 and 1", path, len(cfg.Remotes), len(cfg.Routes))
		}
	}
}

// TestMountedFolder loads a folder as Kubernetes mounts a ConfigMap: links to files in a hidden folder, which is a link itself.
func TestMountedFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "..2026"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "..2026"), map[string]string{"hub.hcl": `bridge { name = "mounted" }`})
	for link, target := range map[string]string{"..data": "..2026", "hub.hcl": filepath.Join("..data", "hub.hcl")} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("this system makes no links: %v", err)
		}
	}
	cfg, err := config.Load(dir, config.Options{})
	if err != nil {
		t.Fatalf("Load = %v, want no error", err)
	}
	if got, want := cfg.Read, []string{filepath.Join(dir, "hub.hcl")}; cfg.Bridge.Name != "mounted" || !slices.Equal(got, want) {
		t.Errorf("Load of a mounted folder gives the name %q of %q, want mounted of %q", cfg.Bridge.Name, got, want)
	}
}

func TestFolderWithoutFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{".hub.hcl": "", "hub.json": "", "hub.hcl~": ""})
	if _, err := config.Load(dir, config.Options{}); !errors.Is(err, config.ErrNoFiles) || !strings.Contains(err.Error(), dir) {
		t.Errorf("Load of a folder without files = %v, want ErrNoFiles and its name", err)
	}
	if _, err := config.Hash(dir, nil, config.Options{}); !errors.Is(err, config.ErrNoFiles) {
		t.Errorf("Hash of a folder without files = %v, want ErrNoFiles", err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "hub.hcl")); err != nil {
		t.Skipf("this system makes no links: %v", err)
	}
	if _, err := config.Load(dir, config.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of a folder with a link that leads nowhere = %v, want fs.ErrNotExist", err)
	}
}

// hashed is a folder whose files change one by one.
var hashed = map[string]string{
	"a.hcl":  "variable \"v\" {}\nremote \"r\" {\n  address = \"localhost\"\n  user = var.v\n  password = file(\"secret\")\n}",
	"secret": "one",
	"values": `v = "admin"`,
	"other":  "not read",
}

func TestHash(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  map[string]string
		removed string
		want    bool // another hash
	}{
		{name: "nothing"},
		{name: "a file that was not read", change: map[string]string{"other": "x"}},
		{name: "a file that is no part", change: map[string]string{".b.hcl": "x", "b.json": "x"}},
		{name: "the configuration", change: map[string]string{"a.hcl": hashed["a.hcl"] + "\n"}, want: true},
		{name: "a file more", change: map[string]string{"b.hcl": ""}, want: true},
		{name: "a secret", change: map[string]string{"secret": "two"}, want: true},
		{name: "values of variables", change: map[string]string{"values": `v = "root"`}, want: true},
		{name: "a secret that is gone", removed: "secret", want: true},
	} {
		dir := t.TempDir()
		write(t, dir, hashed)
		o := config.Options{VarFiles: []string{filepath.Join(dir, "values")}}
		for _, path := range []string{dir, filepath.Join(dir, "a.hcl")} {
			write(t, dir, hashed)
			cfg, err := config.Load(path, o)
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, tt.change)
			if tt.removed != "" {
				if err := os.Remove(filepath.Join(dir, tt.removed)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := config.Hash(path, cfg.Read, o)
			want := tt.want && (path == dir || tt.name != "a file more")
			if err != nil || (got != cfg.Hash) != want || len(got) != 64 {
				t.Errorf("%s changed: Hash(%q) = %q, %v; it was %q, want another one: %v", tt.name, path, got, err, cfg.Hash, want)
			}
			for name := range tt.change {
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestHashWithoutFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.hcl": "", "b.hcl": ""})
	cfg, err := config.Load(dir, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "b.hcl")); err != nil {
		t.Fatal(err)
	}
	if got, err := config.Hash(dir, cfg.Read, config.Options{}); err != nil || got == cfg.Hash {
		t.Errorf("Hash without one of two files = %q, %v, want another one than %q", got, err, cfg.Hash)
	}
	if _, err := config.Hash(filepath.Join(dir, "b.hcl"), cfg.Read, config.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Hash of a missing file = %v, want fs.ErrNotExist", err)
	}
}

// TestHashOfMistakes waits for a file whose absence was the mistake.
func TestHashOfMistakes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.hcl")
	write(t, dir, map[string]string{"a.hcl": hashed["a.hcl"], "values": hashed["values"]})
	o := config.Options{VarFiles: []string{filepath.Join(dir, "values")}}
	_, err := config.Load(path, o)
	wrong, ok := errors.AsType[*config.Error](err)
	if !ok {
		t.Fatalf("Load without a secret = %v, want an *Error", err)
	}
	if got, err := config.Hash(path, wrong.Read, o); err != nil || got != wrong.Hash {
		t.Errorf("Hash = %q, %v, want %q as in the error", got, err, wrong.Hash)
	}
	write(t, dir, map[string]string{"secret": "here"})
	if got, err := config.Hash(path, wrong.Read, o); err != nil || got == wrong.Hash {
		t.Errorf("Hash = %q, %v, want another one now that the secret is there", got, err)
	}
}
