package journal

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// Sync says when records are made durable.
type Sync uint8

// The sync modes.
const (
	SyncInterval Sync = iota // all that was written since, every Options.Interval
	SyncAlways               // before Append returns
	SyncNever                // only at Close, Sync and SyncContext
)

var syncNames = [...]string{SyncInterval: "interval", SyncAlways: "always", SyncNever: "never"}

// String returns the name that ParseSync reads.
func (s Sync) String() string {
	if int(s) < len(syncNames) {
		return syncNames[s]
	}
	return fmt.Sprintf("fsync(%d)", uint8(s))
}

// ParseSync reads interval, always or never.
func ParseSync(s string) (Sync, error) {
	for i, name := range syncNames {
		if s == name {
			return Sync(i), nil
		}
	}
	return 0, fmt.Errorf("journal: unknown fsync %q, want one of %s", s, strings.Join(syncNames[:], ", "))
}

// Options describe a journal.
type Options struct {
	Dir             string        // the folder, of this journal alone; made if it is missing
	Sync            Sync          // when records are made durable
	Interval        time.Duration // between syncs, and between writes of the cursor
	SegmentBytes    int64         // a segment that would get larger is followed by a new one; a batch is never divided
	QuarantineBytes int64         // what is kept of damaged files
	// Locked says that the caller holds a lock over the folder, as of LockDir on one above it: Open then takes none.
	Locked bool
	FS     vfs.FS // vfs.OS but for tests
}

// DefaultOptions returns a journal in dir that syncs every 500 ms, with segments of 16 MiB and 64 MiB of quarantine.
func DefaultOptions(dir string) Options {
	return Options{
		Dir: dir, Interval: 500 * time.Millisecond, SegmentBytes: 16 << 20, QuarantineBytes: 64 << 20, FS: vfs.OS{},
	}
}

func (o Options) validate() error {
	switch {
	case o.Dir == "":
		return errors.New("journal: no folder given")
	case int(o.Sync) >= len(syncNames):
		return fmt.Errorf("journal: unknown %v", o.Sync)
	case o.Interval <= 0:
		return fmt.Errorf("journal: interval is %v, want more than 0", o.Interval)
	case o.SegmentBytes < headerSize:
		return fmt.Errorf("journal: segment size is %d, want at least %d", o.SegmentBytes, headerSize)
	case o.QuarantineBytes < 0:
		return fmt.Errorf("journal: quarantine size is %d, want 0 or more", o.QuarantineBytes)
	case o.FS == nil:
		return errors.New("journal: no file system given")
	default:
		return nil
	}
}
