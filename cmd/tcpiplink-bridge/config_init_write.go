package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// createFile writes a new file that others than the group cannot read, whole or not at all. With force it replaces one.
func createFile(path string, content []byte, force bool) error {
	// An empty file holds the name, so that two at once do not both write.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640) //nolint:gosec // the path is the operator's choice
	switch {
	case errors.Is(err, fs.ErrExist) && force:
		return replaceFile(path, content)
	case errors.Is(err, fs.ErrExist):
		return &usageError{err: fmt.Errorf("%s exists", path), hint: "--force replaces it"}
	case err != nil:
		return err
	}
	info, err := file.Stat()
	if err = errors.Join(err, file.Close()); err == nil {
		err = swapFile(path, content, info)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
