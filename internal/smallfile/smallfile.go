package smallfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrNoFile is wrapped by errors about a path that leads to a pipe, a socket or a device.
var ErrNoFile = errors.New("no file")

// Read reads a regular file, links followed, of at most limit bytes. The error is an *fs.PathError.
func Read(path string, limit int64) ([]byte, error) {
	return read(path, limit, false)
}

// ReadOpened is Read that also takes what a shell has opened for a command, such as /dev/stdin and the /dev/fd/63 of <(...). Such a pipe has
// a minute to come to its end.
func ReadOpened(path string, limit int64) ([]byte, error) {
	return read(path, limit, IsOpened(path))
}

// IsOpened reports whether a path may be that of what a shell has opened, which can be read once only.
func IsOpened(path string) bool {
	path = filepath.ToSlash(filepath.Clean(path))
	return strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/")
}

// Open opens a regular file, links followed, of any size, to be read from its begin to its end. It waits for nobody who writes. The error is
// an *fs.PathError.
func Open(path string) (*os.File, error) {
	return open(path, false)
}

// patience is how long a pipe may take.
const patience = time.Minute

func read(path string, limit int64, opened bool) (text []byte, err error) {
	f, err := open(path, opened)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	if opened {
		_ = f.SetReadDeadline(time.Now().Add(patience)) // what has no deadline does not wait
	}
	text, err = io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is larger than %s", size(limit))}
	}
	return text, nil
}

func open(path string, opened bool) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: Reason(err)} // stat is not what was asked for
	}
	if err := check(path, info.Mode(), opened); err != nil {
		return nil, err // to open a device may do something
	}
	// What was looked at may be something else by now: O_NONBLOCK opens a pipe that nobody writes to without waiting.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // the path is the operator's choice
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = check(path, info.Mode(), opened)
	}
	if err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return f, nil
}

// check refuses what is no regular file. What a shell has opened may be a pipe or a device.
func check(path string, mode fs.FileMode, opened bool) error {
	var what string
	switch {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return &fs.PathError{Op: "read", Path: path, Err: syscall.EISDIR}
	case opened:
		return nil
	case mode&fs.ModeNamedPipe != 0:
		what = "named pipe"
	case mode&fs.ModeSocket != 0:
		what = "socket"
	default:
		what = "device"
	}
	return &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is a %s and %w", what, ErrNoFile)}
}

func size(limit int64) string {
	if limit%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", limit>>20)
	}
	return fmt.Sprintf("%d KiB", limit>>10)
}

// Reason returns what an error of Read says beside the path, for messages that name that themselves.
func Reason(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
