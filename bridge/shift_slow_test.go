package bridge

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// slowFS is a disk on which some reads take longer than anybody waits for them.
type slowFS struct {
	*faultfs.FS
	slow  *atomic.Int64 // reads that will be
	opens chan struct{} // a value for each file that is opened in a queue, if it is not nil
}

func (s slowFS) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if s.opens != nil && strings.Contains(name, "@") {
		s.opens <- struct{}{}
	}
	f, err := s.FS.OpenFile(name, flag, perm)
	return slowFile{f, s.slow}, err
}

type slowFile struct {
	vfs.File
	slow *atomic.Int64
}

func (f slowFile) ReadAt(p []byte, off int64) (int, error) {
	if f.slow.Add(-1) >= 0 {
		<-time.After(400 * time.Millisecond)
	}
	return f.File.ReadAt(p, off)
}

// slowBridge is a bridge of one route, from a remote that is down to another, with a state folder on a slow disk. The returned function
// gives the configuration with another storage.
func slowBridge(t *testing.T, opens chan struct{}) (b *Bridge, disk slowFS, with func(storage string) *config.Config, end func()) {
	t.Helper()
	with = func(storage string) *config.Config {
		cfg, err := config.Parse("test.hcl", []byte(`
bridge { state_dir = "/state" }
remote "a" { address = "a:9598" }
remote "b" { address = "b:9598" }
route "r" {
  from = [remote.a]
  to   = [remote.b]
  queue {
    storage    = "`+storage+`"
    max_events = 100000
  }
}`), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	memory := with("memory")
	memory.Bridge.StateDir = "" // New is not to make the folder
	b, err := New(memory, Options{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }})
	if err != nil {
		t.Fatal(err)
	}
	memory.Bridge.StateDir = "/state"
	disk = slowFS{FS: faultfs.New(), slow: new(atomic.Int64), opens: opens}
	b.state.folder = store.At(disk, "/state")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx)
	}()
	end = func() {
		stop()
		<-done
	}
	t.Cleanup(end)
	for b.changeable() != nil {
		<-time.After(time.Millisecond)
	}
	return b, disk, with, end
}

// TestMoveFromASlowDisk moves a long queue from a disk that is slow, and full, to memory. All of it arrives there, and meanwhile the
// bridge can be asked about everything else.
func TestMoveFromASlowDisk(t *testing.T) {
	t.Parallel()
	b, disk, with, _ := slowBridge(t, nil)
	if err := b.Apply(with("disk")); err != nil {
		t.Fatalf("Apply = %v, want nil", err)
	}
	const n = 17_600 // more than a queue on disk keeps in memory
	d, few := b.all()[0], rows(t, 0, 200)
	for range n / len(few) {
		d.take(new(tally), few)
	}
	if err := (Queue{d}).Sync(t.Context()); err != nil {
		t.Fatalf("Sync = %v, want nil", err)
	}
	disk.Fail(func(int, string, string) error { return journal.ErrFull })
	d.take(new(tally), rows(t, 0, 1))
	for d.status().Disk.Degraded == nil {
		<-time.After(time.Millisecond)
	}
	disk.slow.Store(3)
	moved := make(chan error, 1)
	go func() { moved <- b.Apply(with("memory")) }()
	locked := 0
	for waits := true; waits; {
		select {
		case err := <-moved:
			if waits = false; err != nil {
				t.Errorf("Apply = %v, want nil", err)
			}
		case <-time.After(50 * time.Millisecond):
			if !b.mu.TryRLock() {
				locked++
			} else {
				b.mu.RUnlock()
			}
		}
	}
	if locked > 1 {
		t.Errorf("the bridge was locked at %d looks while events were moved, want at none", locked)
	}
	if s := d.status(); s.Disk != nil || s.Queued != n+1 || !s.Balanced() {
		t.Errorf("after the move %d queued, dropped %v, want all %d", s.Queued, s.Dropped, n+1)
	}
	disk.Fail(nil)
}

// TestStopWaitsForApply does not give the state folder free while a queue in it is being opened.
func TestStopWaitsForApply(t *testing.T) {
	t.Parallel()
	opens := make(chan struct{})
	b, disk, with, end := slowBridge(t, opens)
	applied, ended := make(chan error, 1), make(chan struct{})
	go func() { applied <- b.Apply(with("disk")) }()
	<-opens
	go func() {
		defer close(ended)
		end()
	}()
	select {
	case <-ended:
		t.Error("Run ended while a queue is being opened")
	case <-time.After(500 * time.Millisecond):
	}
	if _, err := disk.Lock("/state/lock"); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("lock of the folder while a queue is being opened = %v, want ErrLocked", err)
	}
	for {
		select {
		case <-opens:
			continue
		case err := <-applied:
			if !errors.Is(err, ErrStopping) {
				t.Errorf("Apply = %v, want ErrStopping", err)
			}
		}
		break
	}
	<-ended
	if _, err := disk.Lock("/state/lock"); err != nil {
		t.Errorf("lock of the folder after the stop = %v, want nil", err)
	}
}
