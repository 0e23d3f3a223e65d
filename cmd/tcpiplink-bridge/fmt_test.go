package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	crooked  = "log {\nlevel=\"info\"\n}\n"
	straight = "log {\n  level = \"info\"\n}\n"
)

// write makes a file for a test.
func write(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
}

func TestFmtKeepsModeAndLink(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o666} {
		dir := t.TempDir()
		path, link := filepath.Join(dir, "target.hcl"), filepath.Join(dir, "link.hcl")
		write(t, path, crooked, mode)
		if err := os.Symlink("target.hcl", link); err != nil {
			t.Skip("no links here: ", err)
		}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"fmt", link}, &stdout, &stderr); code != exitOK || stdout.String() != link+"\n" {
			t.Errorf("fmt = %d, %q, want %d and the name\n%s", code, &stdout, exitOK, &stderr)
		}
		info, err := os.Lstat(path)
		if err != nil || info.Mode() != mode {
			t.Errorf("mode = %v, %v, want %v", info.Mode(), err, mode)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
			t.Errorf("link = %v, %v, want a link", info, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != straight {
			t.Errorf("file = %q, %v, want %q", got, err, straight)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
			t.Errorf("folder = %v, %v, want the file and the link alone", entries, err)
		}
	}
}

func TestFmtLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.hcl")
	if err := os.Mkdir(path, 0o700); err != nil { // a rename onto it fails, as the last step of all
		t.Fatal(err)
	}
	old := filepath.Join(path, "b")
	write(t, old, "", 0o600)
	info, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	if err := swapFile(path, []byte(straight), info); err == nil {
		t.Error("swapFile of a folder = nil, want an error")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("folder = %v, %v, want a.hcl alone", entries, err)
	}
}

func TestFmtBoundsWhatItReads(t *testing.T) {
	t.Parallel()
	const most = 16 << 20
	if got, err := readAll(strings.NewReader(strings.Repeat("\n", most)), "a.hcl"); err != nil || len(got) != most {
		t.Errorf("readAll of 16 MiB = %d bytes, %v, want all", len(got), err)
	}
	got, err := readAll(strings.NewReader(strings.Repeat("\n", most+1)), "a.hcl")
	if err == nil || !strings.Contains(err.Error(), "a.hcl is larger than 16 MiB") {
		t.Errorf("readAll of more = %d bytes, %v, want an error with the limit", len(got), err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"fmt", os.DevNull}, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "no ordinary file") {
		t.Errorf("fmt of a device = %d, %q, want %d and what it is", code, &stderr, exitUsage)
	}
}
