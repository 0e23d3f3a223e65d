package vfs

import (
	"errors"

	"golang.org/x/sys/windows"
)

// syncDir does nothing: NTFS journals its folders, and there is no call for it.
func syncDir(string) error { return nil }

// IsFull reports whether a write failed for want of room: the disk or the quota is used up.
func IsFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// IsReadOnly reports whether a write failed because the medium is write protected.
func IsReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }
