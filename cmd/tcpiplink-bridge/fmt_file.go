package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// maxSource is far more than a configuration of thousands of remotes has.
const maxSource = 16 << 20

// readSource reads an ordinary file, or the one that a link leads to.
func readSource(path string) ([]byte, error) {
	info, err := os.Stat(path) // before opening it: that of a pipe would wait
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no ordinary file", path)
	}
	file, err := os.Open(path) //nolint:gosec // the path is the operator's choice
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	return readAll(file, path)
}

func readAll(in io.Reader, name string) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(in, maxSource+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(src) > maxSource {
		return nil, fmt.Errorf("%s is larger than %d MiB", name, maxSource>>20)
	}
	return src, nil
}

// replaceFile puts a new content in the place of a file, whole or not at all. Mode and owner stay, and a link still leads to it.
func replaceFile(path string, content []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := writable(path); err != nil {
		return err
	}
	return swapFile(path, content, info)
}

// swapFile replaces the file at path by one that looks like old.
func swapFile(path string, content []byte, old os.FileInfo) error {
	dir := filepath.Dir(path)
	// Mode 0600 until it is complete. The name does not end in .hcl, so that nobody takes a half for a configuration.
	file, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	if err := errors.Join(fill(file, content, old), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return vfs.OS{}.SyncDir(dir)
}

// writable returns an error for a file that is write-protected: a rename would not ask.
func writable(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the path is the operator's choice
	if err != nil {
		return err
	}
	return file.Close()
}

// fill writes the content, durably, and takes owner and mode over from the file that is replaced.
func fill(file *os.File, content []byte, old os.FileInfo) error {
	if _, err := file.Write(content); err != nil {
		return err
	}
	if err := keepOwner(file, old); err != nil {
		return fmt.Errorf("keep its owner: %w", err)
	}
	if err := file.Chmod(old.Mode().Perm()); err != nil {
		return err
	}
	return file.Sync()
}
