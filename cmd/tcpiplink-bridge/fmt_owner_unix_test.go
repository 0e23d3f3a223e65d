//go:build !windows

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFmtKeepsOwner needs root: nobody else can give files away.
func TestFmtKeepsOwner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.hcl")
	write(t, path, crooked, 0o640)
	const uid, gid = 12345, 23456
	if err := os.Chown(path, uid, gid); err != nil {
		t.Skip("cannot give a file away: ", err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"fmt", path}, &stdout, &stderr); code != exitOK {
		t.Errorf("fmt = %d, want %d\n%s", code, exitOK, &stderr)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	is, ok := info.Sys().(*syscall.Stat_t)
	if !ok || is.Uid != uid || is.Gid != gid || info.Mode() != 0o640 {
		t.Errorf("owner = %+v, mode = %v, want %d:%d and 0640", is, info.Mode(), uid, gid)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != straight {
		t.Errorf("file = %q, %v, want %q", got, err, straight)
	}
}
