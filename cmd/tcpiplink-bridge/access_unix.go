//go:build !windows

package main

import "golang.org/x/sys/unix"

// mayWrite returns why this user can make no file in a folder.
func mayWrite(dir string) error {
	return unix.Access(dir, unix.W_OK|unix.X_OK)
}
