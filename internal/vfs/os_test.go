package vfs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

func TestLockExcludesSecondHolder(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "lock")
	first, err := vfs.OS{}.Lock(name)
	if err != nil {
		t.Fatalf("Lock = %v, want a lock", err)
	}
	_, err = vfs.OS{}.Lock(name)
	if !errors.Is(err, vfs.ErrLocked) || !strings.Contains(err.Error(), name) {
		t.Errorf("second Lock = %v, want ErrLocked with the name %s", err, name)
	}
	if err := first.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
	again, err := vfs.OS{}.Lock(name)
	if err != nil {
		t.Fatalf("Lock after Close = %v, want a lock", err)
	}
	if err := again.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}

func TestFileRoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	f, err := vfs.OS{}.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatalf("OpenFile = %v, want a file", err)
	}
	_, err = f.WriteAt([]byte("abc"), 1)
	if err := errors.Join(err, f.Sync(), f.Truncate(3), f.Close(), vfs.OS{}.SyncDir(dir)); err != nil {
		t.Fatalf("write, sync, truncate, close = %v, want nil", err)
	}
	if got, err := os.ReadFile(name); string(got) != "\x00ab" || err != nil {
		t.Errorf("file holds %q, %v, want %q", got, err, "\x00ab")
	}
	if err := f.Sync(); err == nil {
		t.Error("Sync of a closed file = nil, want an error")
	}
	if err := (vfs.OS{}).SyncDir(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("SyncDir of no folder = %v, want os.ErrNotExist", err)
	}
}

func TestQuestionsAboutErrors(t *testing.T) {
	t.Parallel()
	for err, want := range map[error][2]bool{
		&os.PathError{Op: "write", Err: syscall.ENOSPC}: {true, false},
		&os.PathError{Op: "write", Err: syscall.EROFS}:  {false, true},
		&os.PathError{Op: "write", Err: syscall.EIO}:    {false, false},
	} {
		if got := [2]bool{vfs.IsFull(err), vfs.IsReadOnly(err)}; got != want {
			t.Errorf("IsFull, IsReadOnly of %v = %v, want %v", err, got, want)
		}
	}
}
