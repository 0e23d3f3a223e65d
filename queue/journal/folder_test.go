package journal

import (
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// syncs notes which folders are synced.
type syncs struct {
	vfs.FS
	names []string
}

func (s *syncs) SyncDir(name string) error {
	s.names = append(s.names, name)
	return s.FS.SyncDir(name)
}

// TestNewFoldersAreDurable: what is synced in a folder whose own entry a loss of power takes would be lost with it.
func TestNewFoldersAreDurable(t *testing.T) {
	t.Parallel()
	disk := &syncs{FS: faultfs.New()}
	check := func(when string, want ...string) {
		t.Helper()
		if !slices.Equal(disk.names, want) {
			t.Errorf("%s the folders %v were synced, want %v", when, disk.names, want)
		}
		disk.names = nil
	}
	l, err := LockDir(disk, "/var/state")
	if err != nil {
		t.Fatal(err)
	}
	check("with the lock", "/", "/var")
	for _, synced := range [][]string{{"/var/state", "/var/state/queues", "/var/state/queues/a@b"}, {"/var/state/queues"}} {
		o := DefaultOptions("/var/state/queues/a@b")
		o.FS, o.Locked = disk, true
		j, _ := mustOpen(t, o)
		check("at the start", synced...)
		mustClose(t, j)
		disk.names = nil
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
