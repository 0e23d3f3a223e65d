//go:build unix

package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// TestLoadOfNoFile refuses what would be read for ever, or not until somebody writes.
func TestLoadOfNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, endless, reader := filepath.Join(dir, "pipe.hcl"), filepath.Join(dir, "endless.hcl"), filepath.Join(dir, "reader.hcl")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", endless); err != nil {
		t.Fatal(err)
	}
	src := "remote \"r\" {\n  address = \"localhost\"\n  user    = file(\"pipe.hcl\")\n}\n"
	secure, guarded := filepath.Join(dir, "secure.hcl"), filepath.Join(dir, "guarded.hcl")
	for path, src := range map[string]string{
		reader: src, secure: strings.Replace(src, "user    = file(\"pipe.hcl\")", "tls { ca_file = \"pipe.hcl\" }", 1), guarded: "admin { token_file = \"pipe.hcl\" }\n",
	} {
		if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		pipe:    "pipe.hcl: it is a named pipe and no file",
		dir:     "endless.hcl: it is a device and no file",
		endless: "endless.hcl: it is a device and no file",
		reader:  "it is a named pipe and no file",
		secure:  "it is a named pipe and no file",
		guarded: "it is a named pipe and no file",
	} {
		_, err := config.Load(path, config.Options{})
		if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), want) {
			t.Errorf("Load of %s = %v, want %q", filepath.Base(path), err, want)
		}
		if path == reader || path == secure || path == guarded {
			continue
		}
		if _, err := config.Hash(path, nil, config.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Hash of %s = %v, want %q", filepath.Base(path), err, want)
		}
	}
}

// TestVariablesOfNoFile refuses a pipe that nobody writes to.
func TestVariablesOfNoFile(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe.hcl")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load("testdata/good/minimal.hcl", config.Options{VarFiles: []string{pipe}})
	if err == nil || !strings.Contains(err.Error(), "it is a named pipe and no file") {
		t.Errorf("Load with a pipe of variables = %v, want that it is none", err)
	}
}

// TestLoadFromShell reads what a shell has opened.
func TestLoadFromShell(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // only read
	if _, err := w.WriteString("remote \"r\" { address = \"localhost\" }\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := "/dev/fd/" + strconv.FormatUint(uint64(r.Fd()), 10)
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Skipf("no pipe at %s here: %v", path, err)
	}
	cfg, err := config.Load(path, config.Options{})
	if err != nil || len(cfg.Remotes) != 1 {
		t.Errorf("Load of a pipe of the shell = %v, want one remote", err)
	}
}
