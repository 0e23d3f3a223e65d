package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/gofrs/flock"
)

// OS is the file system of the operating system.
type OS struct{}

// OpenFile opens a file as os.OpenFile does.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag, perm) //nolint:gosec // the path comes from the configuration
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// ReadDir lists a folder, sorted by name.
func (OS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// MkdirAll makes a folder and those above it.
func (OS) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }

// Rename renames a file within a file system.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove removes a file or an empty folder.
func (OS) Remove(name string) error { return os.Remove(name) }

// SyncDir makes the entries of a folder durable. Where a folder cannot be synced it does nothing.
func (OS) SyncDir(name string) error { return syncDir(name) }

// Lock takes an advisory lock that ends with the process, however it ends.
func (OS) Lock(name string) (io.Closer, error) {
	l := flock.New(name, flock.SetPermissions(0o600))
	switch ok, err := l.TryLock(); {
	case err != nil:
		return nil, errors.Join(err, l.Close())
	case !ok:
		return nil, errors.Join(fmt.Errorf("lock %s: %w", name, ErrLocked), l.Close())
	}
	return l, nil
}

// osFile syncs data only where the system can.
type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }
