package journal

import (
	"errors"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

var (
	// ErrFull is returned by Append when the disk, its inodes or the quota are used up. Append succeeds again when there is
	// room.
	ErrFull = errors.New("disk is full")
	// ErrReadOnly is returned by Open and Append when the file system is mounted read-only, as after an error of the disk.
	ErrReadOnly = errors.New("file system is read-only")
	// ErrTooLarge is returned by Append for a payload of more than MaxPayload bytes; it took none of the batch.
	ErrTooLarge = errors.New("payload is too large")
	// ErrLocked is returned by Open and LockDir when another process has the folder.
	ErrLocked = vfs.ErrLocked
	// ErrClosed is returned by Append, Sync and SyncContext after Close.
	ErrClosed = errors.New("journal is closed")
)

// diskError adds what was done, where, and the sentinel that fits.
func (j *Journal) diskError(did string, err error) error { return diskError(j.opts.Dir, did, err) }

func diskError(dir, did string, err error) error {
	switch {
	case err == nil:
		return nil
	case vfs.IsFull(err):
		return fmt.Errorf("journal %s: %s: %w: %w", dir, did, ErrFull, err)
	case vfs.IsReadOnly(err):
		return fmt.Errorf("journal %s: %s: %w: %w", dir, did, ErrReadOnly, err)
	default:
		return fmt.Errorf("journal %s: %s: %w", dir, did, err)
	}
}
