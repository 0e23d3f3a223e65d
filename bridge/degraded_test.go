package bridge

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// newDiskDirection is newDirection with a queue on a disk. The returned function closes it.
func newDiskDirection(t *testing.T, disk *faultfs.FS, logger hclog.Logger) (d *direction, stop func()) {
	t.Helper()
	at := journal.DefaultOptions("/state/queues/r@b")
	at.FS = disk
	q, found, err := queue.OpenDisk(queue.DefaultOptions(), at)
	if err != nil {
		t.Fatal(err)
	}
	d = &direction{route: "r", from: []string{"a"}, to: "b", queue: q, found: found, watch: watch{logger: logger}}
	return d, func() {
		d.endEpisodes()
		if err := q.Close(); err != nil {
			t.Errorf("Close = %v, want nil", err)
		}
	}
}

// checkMessages is check without the times.
func (b *book) checkMessages(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var got []string
	for _, line := range b.lines {
		_, message, _ := strings.Cut(strings.TrimSpace(line), " ")
		got = append(got, message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("logged %q, want %q", got, want)
	}
}

func (b *book) count(message string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Count(strings.Join(b.lines, "\n"), message)
}

// checkDisk fails the test unless the direction has so many events, so many of them in memory only, and this trouble.
func checkDisk(t *testing.T, d *direction, when string, queued, memoryOnly int, trouble error) {
	t.Helper()
	s := d.status()
	if s.Queued != queued || s.Disk.MemoryOnly != memoryOnly || !errors.Is(s.Disk.Degraded, trouble) || !s.Balanced() {
		t.Errorf("%s: %d events, %d in memory only, trouble %v, balanced %v, want %d, %d, %v, true",
			when, s.Queued, s.Disk.MemoryOnly, s.Disk.Degraded, s.Balanced(), queued, memoryOnly, trouble)
	}
	if (trouble == nil) != s.Disk.Since.IsZero() {
		t.Errorf("%s: trouble since %v, want a time only while there is any", when, s.Disk.Since)
	}
}

// TestDiskThatFails has a disk become read-only, and later full. The direction goes on, and tells each trouble once, also when no
// event comes any more and nobody asks.
func TestDiskThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const soon = 2*recheckDisk + 500*time.Millisecond // two intervals: the keeper's, and that of the look at it
		log, logger := newBook()
		disk := faultfs.New()
		d, stop := newDiskDirection(t, disk, logger)
		l := lane{d: d}
		offer(t.Context(), &l, 3)
		time.Sleep(soon)
		checkDisk(t, d, "on a good disk", 3, 0, nil)
		log.check(t)

		const fails, works = "error the disk of a queue fails, events are kept in memory: r b", "info the disk of a queue works again: r b"
		disk.Fail(func(_ int, kind, name string) error { return &fs.PathError{Op: kind, Path: name, Err: syscall.EROFS} })
		offer(t.Context(), &l, 5)
		time.Sleep(soon)
		log.checkMessages(t, fails)
		checkDisk(t, d, "on a read-only disk", 8, 5, journal.ErrReadOnly)
		d.settle(len(d.peek(nil, 6)), remote.Forwarded)
		offer(t.Context(), &l, 2)
		time.Sleep(time.Minute)
		checkDisk(t, d, "after more came and went", 4, 4, journal.ErrReadOnly)
		log.checkMessages(t, fails)

		disk.Fail(nil)
		time.Sleep(soon)
		log.checkMessages(t, fails, works)
		checkDisk(t, d, "on a good disk again", 4, 0, nil)

		disk.Limit(disk.Used())
		offer(t.Context(), &l, 1)
		time.Sleep(soon)
		log.checkMessages(t, fails, works, fails)
		checkDisk(t, d, "on a full disk", 5, 1, journal.ErrFull)
		disk.Limit(0)
		time.Sleep(soon)
		checkDisk(t, d, "with room", 5, 0, nil)
		time.Sleep(time.Minute)
		log.checkMessages(t, fails, works, fails, works)
		stop()

		again, stop := newDiskDirection(t, disk.Kill(), logger)
		if got := again.status(); got.Queued != 5 || got.Recovered != 5 || !got.Balanced() {
			t.Errorf("after a restart %d events, %d recovered, want 5 of each, balanced", got.Queued, got.Recovered)
		}
		stop()
	})
}

// TestSyncThatFails: the disk works again at once, and the doubt about what it lost is told nevertheless, once in a while.
func TestSyncThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const doubt = "a sync of the disk failed, a loss of power may take events"
		log, logger := newBook()
		disk := faultfs.New()
		d, stop := newDiskDirection(t, disk, logger)
		l := lane{d: d}
		failed := 0
		disk.Fail(func(_ int, kind, name string) error {
			if kind != "sync" || !strings.HasSuffix(name, ".seg") {
				return nil
			}
			failed++
			return &fs.PathError{Op: kind, Path: name, Err: syscall.EIO}
		})
		for range 3 {
			offer(t.Context(), &l, 1)
			time.Sleep(3 * time.Second)
		}
		disk.Fail(nil)
		if got := log.count(doubt); got != 1 {
			t.Errorf("told %d times within 10 s, want once", got)
		}
		time.Sleep(doubtsApart)
		offer(t.Context(), &l, 1)
		time.Sleep(doubtsApart)
		if got := log.count(doubt); got != 2 {
			t.Errorf("told %d times after a while, want twice: of the first sync, and of the others", got)
		}
		if s := d.status(); failed < 3 || s.Disk.Doubtful == 0 || s.Disk.MemoryOnly != 0 || s.Queued != 4 {
			t.Errorf("%d syncs failed, %d bytes in doubt, %d in memory only, %d queued, want 3 or more, some, 0, 4",
				failed, s.Disk.Doubtful, s.Disk.MemoryOnly, s.Queued)
		}
		stop()
	})
}
