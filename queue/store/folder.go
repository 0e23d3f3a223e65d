package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

const (
	lockName      = "lock"
	ownerName     = "owner"
	queuesName    = "queues"
	lettersName   = "dead"
	lettersSuffix = ".jsonl"
)

// Folder is a state folder, which need not be there.
type Folder struct {
	fs  vfs.FS
	dir string
}

// At returns the state folder of a path. The file system is vfs.OS but for tests.
func At(files vfs.FS, dir string) Folder { return Folder{fs: files, dir: dir} }

// Dir returns the path.
func (f Folder) Dir() string { return f.dir }

// Journal returns the journal of a queue, which goes without a lock of its own.
func (f Folder) Journal(n Name) journal.Options {
	o := journal.DefaultOptions(filepath.Join(f.dir, queuesName, n.String()))
	o.FS, o.Locked = f.fs, true
	return o
}

// Letters returns the dead letters of a queue.
func (f Folder) Letters(n Name) *queue.DeadLetters {
	return queue.NewDeadLetters(f.fs, filepath.Join(f.dir, lettersName, n.String()+lettersSuffix))
}

// Queues returns all queues that have files here, or dead letters, sorted; also those that no configuration names any more.
// Without the folder the error is fs.ErrNotExist.
func (f Folder) Queues() ([]Name, error) {
	if _, err := f.fs.ReadDir(f.dir); err != nil {
		return nil, f.failed(err)
	}
	all, err := f.onDisk()
	if err != nil {
		return nil, err
	}
	letters, err := f.list(lettersName, func(e fs.DirEntry) (string, bool) {
		return strings.CutSuffix(strings.TrimSuffix(e.Name(), queue.OldDeadLetters), lettersSuffix)
	})
	all = append(all, letters...)
	slices.SortFunc(all, Name.Compare)
	return slices.Compact(all), err
}

// onDisk returns the queues that have a folder.
func (f Folder) onDisk() ([]Name, error) {
	return f.list(queuesName, func(e fs.DirEntry) (string, bool) { return e.Name(), e.IsDir() })
}

// list returns the names that of finds in a folder in this one.
func (f Folder) list(dir string, of func(fs.DirEntry) (string, bool)) ([]Name, error) {
	entries, err := f.fs.ReadDir(filepath.Join(f.dir, dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, f.failed(err)
	}
	var all []Name
	for _, e := range entries {
		text, ok := of(e)
		if n, err := ParseName(text); ok && err == nil {
			all = append(all, n)
		}
	}
	return all, nil
}

func (f Folder) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: %s: %w", f.dir, err)
}

// Held is a folder that this process has to itself, until Close.
type Held struct {
	Folder
	lock io.Closer
}

// HeldError is returned by Lock when another process has the folder. It is a journal.ErrLocked.
type HeldError struct {
	Owner string // process and its number; empty if it did not say
	Err   error
}

// Error ends with the owner.
func (e *HeldError) Error() string {
	if e.Owner == "" {
		return e.Err.Error()
	}
	return e.Err.Error() + ": " + e.Owner
}

// Unwrap returns Err.
func (e *HeldError) Unwrap() error { return e.Err }

// Somebody who only asks whether the folder is free has it for a moment.
const (
	lockTries = 5
	lockPause = 10 * time.Millisecond
)

// Lock makes the folder if it is missing, and locks it. The error is a *HeldError when another process has it.
func (f Folder) Lock() (*Held, error) {
	lock, err := journal.LockDir(f.fs, f.dir)
	for n := 1; n < lockTries && errors.Is(err, journal.ErrLocked); n++ {
		<-time.After(lockPause)
		lock, err = journal.LockDir(f.fs, f.dir)
	}
	if errors.Is(err, journal.ErrLocked) {
		return nil, &HeldError{Owner: f.owner(), Err: err}
	}
	if err != nil {
		return nil, err
	}
	// It only serves the message above.
	_ = f.writeOwner()
	return &Held{Folder: f, lock: lock}, nil
}

// Free returns nil if no process has the folder, and a *HeldError if one has. It changes nothing; without the folder the error is
// fs.ErrNotExist.
func (f Folder) Free() error {
	entries, err := f.fs.ReadDir(f.dir)
	if err != nil {
		return f.failed(err)
	}
	if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == lockName }) {
		return nil
	}
	lock, err := f.fs.Lock(filepath.Join(f.dir, lockName))
	if errors.Is(err, journal.ErrLocked) {
		return &HeldError{Owner: f.owner(), Err: f.failed(err)}
	}
	if err != nil {
		return f.failed(err)
	}
	return f.failed(lock.Close())
}

// Close gives the folder free.
func (h *Held) Close() error { return h.failed(h.lock.Close()) }

// owner returns what the process that has, or had, the folder says of itself.
func (f Folder) owner() string {
	file, err := f.fs.OpenFile(filepath.Join(f.dir, ownerName), os.O_RDONLY, 0)
	if err != nil {
		return ""
	}
	buf := make([]byte, 80)
	n, _ := file.ReadAt(buf, 0) // the file is shorter
	_ = file.Close()
	return strings.TrimSpace(string(buf[:n]))
}

func (f Folder) writeOwner() error {
	file, err := f.fs.OpenFile(filepath.Join(f.dir, ownerName), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(fmt.Appendf(nil, "process %d\n", os.Getpid()), 0)
	return errors.Join(err, file.Close())
}
