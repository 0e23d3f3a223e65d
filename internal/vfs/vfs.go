package vfs

import (
	"errors"
	"io"
	"io/fs"
)

// FS is a file system. Names are paths of the operating system. It is wider than most interfaces here on purpose: it lists
// everything that durable storage asks of a disk, hence everything that can go wrong there.
type FS interface {
	// OpenFile takes the flags of os.OpenFile.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	MkdirAll(name string, perm fs.FileMode) error
	Rename(from, to string) error
	Remove(name string) error
	// SyncDir makes the entries of a folder durable: files that were created, renamed or removed in it.
	SyncDir(name string) error
	// Lock creates the file if it is missing and locks it until Close, or until the process ends; its error is ErrLocked
	// if another holder has it. The file stays behind.
	Lock(name string) (io.Closer, error)
}

// File is an open file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Sync makes the content and the size durable.
	Sync() error
	Truncate(size int64) error
}

// ErrLocked is returned by Lock when another process, or another holder in this one, has the lock.
var ErrLocked = errors.New("another process holds the lock")
