package faultfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// ErrCrashed is returned by everything after the crash.
var ErrCrashed = errors.New("faultfs: crashed")

// FS is a file system in memory. Folders are durable at once; files and their entries only when they are synced.
type FS struct {
	mu      sync.Mutex // guards what follows, and the content of all files
	dirs    map[string]bool
	files   map[string]*inode // as the processes see them
	durable map[string]*inode // as the disk has them
	pending []dirOp           // what changed files since it was synced, in order
	locks   map[string]*lock
	ops     int
	crashAt int // the operation that crashes; 0: none
	fault   func(op int, kind, name string) error
	used    int64
	limit   int64 // bytes that fit; 0: any number
	crashed bool
}

// dirOp is one change of a folder that was not synced: an entry that appeared, or disappeared with a nil inode.
type dirOp struct {
	dir     string
	entries map[string]*inode
}

// New returns an empty file system.
func New() *FS {
	return &FS{
		dirs: map[string]bool{}, files: map[string]*inode{}, durable: map[string]*inode{}, locks: map[string]*lock{},
	}
}

// CrashAt makes the n-th changing operation from now on, and all after it, fail with ErrCrashed. The operation itself may be
// done in part.
func (d *FS) CrashAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crashAt = d.ops + n
}

// Fail calls decide before every changing operation, which is numbered from 1 and of the kind create, write, truncate, sync,
// syncdir, rename or remove; the operation fails with the error that it returns.
func (d *FS) Fail(decide func(op int, kind, name string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = decide
}

// Limit sets how many bytes fit on the disk; 0 is any number. What does not fit is written in part and fails with ENOSPC.
func (d *FS) Limit(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.limit = bytes
}

// Ops returns how many changing operations there were.
func (d *FS) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// Used returns the sum of all file sizes.
func (d *FS) Used() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used
}

// step counts one changing operation and says how it fails.
func (d *FS) step(kind, name string) error {
	if d.crashed {
		return ErrCrashed
	}
	d.ops++
	if d.ops == d.crashAt {
		d.crashed = true
		return ErrCrashed
	}
	if d.fault != nil {
		if err := d.fault(d.ops, kind, name); err != nil {
			return &fs.PathError{Op: kind, Path: name, Err: err}
		}
	}
	return nil
}

func (d *FS) change(dir string, entries map[string]*inode) {
	for name, node := range entries {
		if old := d.files[name]; old != nil && old != node {
			d.used -= int64(len(old.data))
		}
		if node == nil {
			delete(d.files, name)
		} else {
			d.files[name] = node
		}
	}
	d.pending = append(d.pending, dirOp{dir: dir, entries: entries})
}

// OpenFile knows O_CREATE, O_EXCL and O_TRUNC; every file can be read and written.
func (d *FS) OpenFile(name string, flag int, _ fs.FileMode) (vfs.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.crashed {
		return nil, ErrCrashed
	}
	node := d.files[name]
	switch {
	case node != nil && flag&os.O_EXCL != 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrExist}
	case node == nil && flag&os.O_CREATE == 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case node == nil:
		if err := d.step("create", name); err != nil {
			return nil, err
		}
		node = &inode{born: d.ops}
		d.change(filepath.Dir(name), map[string]*inode{name: node})
	case flag&os.O_TRUNC != 0:
		if err := d.step("truncate", name); err != nil {
			return nil, err
		}
		d.resize(node, 0)
	}
	return &file{disk: d, node: node, name: name}, nil
}

// ReadDir lists the files and folders in a folder.
func (d *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.crashed:
		return nil, ErrCrashed
	case !d.dirs[name]:
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	var list []fs.DirEntry
	for p, node := range d.files {
		if filepath.Dir(p) == name {
			list = append(list, info{name: filepath.Base(p), size: int64(len(node.data)), born: node.born})
		}
	}
	for p := range d.dirs {
		if p != name && filepath.Dir(p) == name {
			list = append(list, info{name: filepath.Base(p), dir: true})
		}
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, nil
}

// MkdirAll makes folders, durable at once.
func (d *FS) MkdirAll(name string, _ fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.crashed {
		return ErrCrashed
	}
	for ; !d.dirs[name]; name = filepath.Dir(name) {
		d.dirs[name] = true
	}
	return nil
}

// Rename moves a file; its two entries change together.
func (d *FS) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("rename", from); err != nil {
		return err
	}
	node := d.files[from]
	if node == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	d.used += int64(len(node.data)) // change takes it off again
	d.change(filepath.Dir(from), map[string]*inode{from: nil, to: node})
	return nil
}

// Remove removes a file.
func (d *FS) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("remove", name); err != nil {
		return err
	}
	if d.files[name] == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	d.change(filepath.Dir(name), map[string]*inode{name: nil})
	return nil
}

// SyncDir makes the entries of a folder durable.
func (d *FS) SyncDir(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("syncdir", name); err != nil {
		return err
	}
	var rest []dirOp
	for _, op := range d.pending {
		if op.dir != name {
			rest = append(rest, op)
			continue
		}
		d.commit(op)
	}
	d.pending = rest
	return nil
}

func (d *FS) commit(op dirOp) {
	for name, node := range op.entries {
		if node == nil {
			delete(d.durable, name)
		} else {
			d.durable[name] = node
		}
	}
}

// Lock locks a name until Close, or until the crash.
func (d *FS) Lock(name string) (io.Closer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.crashed:
		return nil, ErrCrashed
	case d.locks[name] != nil:
		return nil, fmt.Errorf("lock %s: %w", name, vfs.ErrLocked)
	}
	l := &lock{disk: d, name: name}
	d.locks[name] = l
	return l, nil
}

type lock struct {
	disk *FS
	name string
}

// Close gives the lock up.
func (l *lock) Close() error {
	l.disk.mu.Lock()
	defer l.disk.mu.Unlock()
	if l.disk.locks[l.name] == l {
		delete(l.disk.locks, l.name)
	}
	return nil
}

// info is an entry of a folder. Files are dated by the operation that created them.
type info struct {
	name string
	size int64
	born int
	dir  bool
}

func (i info) Name() string               { return i.name }
func (i info) Size() int64                { return i.size }
func (i info) IsDir() bool                { return i.dir }
func (i info) Info() (fs.FileInfo, error) { return i, nil }
func (i info) ModTime() time.Time         { return time.Unix(0, int64(i.born)) }
func (i info) Sys() any                   { return nil }
func (i info) Type() fs.FileMode          { return i.Mode().Type() }

func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o700
	}
	return 0o600
}

// full is the error of a disk without room.
func full(name string) error { return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC} }
