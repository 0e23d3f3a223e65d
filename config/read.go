package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	maxFile   = 4 << 20  // of what file() reads: it is for secrets and tables of devices, and /dev/zero shall end
	maxSource = 16 << 20 // of a file of the configuration: far more than thousands of remotes need
)

// errPipe is returned for a named pipe: to open one waits until somebody writes to it, and a reload would wait with it.
var errPipe = errors.New("it is a named pipe and no file")

// readFile reads a file for file() and credential().
func readFile(path string) ([]byte, error) { return readUpTo(path, maxFile) }

// readSource reads a file of the configuration.
func readSource(path string) ([]byte, error) {
	b, err := readUpTo(path, maxSource)
	if _, named := errors.AsType[*fs.PathError](err); err != nil && !named {
		err = &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return b, err
}

func readUpTo(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeNamedPipe != 0 && !fromShell(path) {
		return nil, errPipe
	}
	f, err := os.Open(path) //nolint:gosec // the path is the operator's choice
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("it is larger than %d MiB", limit>>20)
	}
	return b, nil
}

// fromShell reports whether a path may be that of a pipe that is open already, such as /dev/stdin or the /dev/fd/63 of a shell's <(...).
func fromShell(path string) bool {
	path = filepath.ToSlash(filepath.Clean(path))
	return strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/")
}
