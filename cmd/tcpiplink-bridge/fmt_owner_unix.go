//go:build !windows

package main

import (
	"os"
	"syscall"
)

// keepOwner gives a file the owner and group of another: a daemon that reads its configuration by its group must still be able to
// after root has formatted it.
func keepOwner(file *os.File, old os.FileInfo) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	was, ok := old.Sys().(*syscall.Stat_t)
	is, known := info.Sys().(*syscall.Stat_t)
	if !ok || !known || was.Uid == is.Uid && was.Gid == is.Gid {
		return nil
	}
	return file.Chown(int(was.Uid), int(was.Gid))
}
