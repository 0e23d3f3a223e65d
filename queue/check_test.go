package queue

import (
	"context"
	"errors"
	"io/fs"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// sickFS fails all reads while it is sick.
type sickFS struct {
	vfs.FS
	sick atomic.Bool
}

func (s *sickFS) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	f, err := s.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &sickFile{f, s}, nil
}

type sickFile struct {
	vfs.File
	fs *sickFS
}

var errSick = errors.New("input/output error")

func (f *sickFile) ReadAt(p []byte, at int64) (int, error) {
	if f.fs.sick.Load() {
		return 0, errSick
	}
	return f.File.ReadAt(p, at)
}

func TestCheckFiles(t *testing.T) {
	t.Parallel()
	disk := &sickFS{FS: faultfs.New()}
	at := journal.DefaultOptions("/state/q")
	at.FS = disk
	foreign, _, err := journal.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := foreign.Append([][]byte{[]byte("0,10,6,0,,,-,0,0,0"), []byte("no event")}, []int64{time.Now().UnixNano(), time.Now().UnixNano()}); err != nil {
		t.Fatal(err)
	}
	if err := foreign.Close(); err != nil {
		t.Fatal(err)
	}
	q, _, err := OpenDisk(limits(100, 1<<20, DropOldest), at)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close() //nolint:errcheck // the test has ended
	q.Push(numbered(1, 20))
	if err := q.Close(); err != nil { // now they are written
		t.Fatal(err)
	}
	if c, err := q.Check(t.Context()); err != nil || !c.Found.Clean() || c.Found.Records != 22 || c.NotEvents != 1 {
		t.Errorf("Check = %+v, %v, want 22 records, clean, one of them no event", c, err)
	}
	if f, err := q.Files(); err != nil || f.Segments == 0 || f.Unsynced != 0 || f.Quarantined != 0 {
		t.Errorf("Files = %+v, %v, want a segment, all of it synced, no quarantine", f, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Check(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("Check of nobody = %v, want context.Canceled", err)
	}
	disk.sick.Store(true)
	if c, err := q.Check(t.Context()); err == nil && (c.Found.Clean() || c.Found.UnreadableBytes == 0) {
		t.Errorf("Check of a disk that cannot be read = %+v, want an error or unreadable bytes", c)
	}
}
