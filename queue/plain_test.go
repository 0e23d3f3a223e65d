package queue

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// What is too long for the disk is delivered from the window, and dropped and counted behind it.
func TestDiskCannotKeepWhatIsTooLong(t *testing.T) {
	t.Parallel()
	q := mustOpenDisk(t, limits(9000, 1<<30, DropOldest), diskOptions(faultfs.New()))
	q.ahead.most = 20
	var want []int
	for i := range 200 {
		if i%7 != 3 {
			q.Push(numbered(i, 1))
			want = append(want, i)
			continue
		}
		row := vscp.NewRow(&vscp.Event{Data: append([]byte{0, 0, byte(i)}, make([]byte, vscp.MaxText)...)}, vscp.TextForm{})
		q.Push([]*vscp.Row{&row})
		if i < 20 {
			want = append(want, i)
		}
	}
	var got []int
	for events := 1; events > 0; events = q.Stats().Events {
		if err := q.settle(t); err != nil {
			t.Fatalf("settle = %v, want nil", err)
		}
		rows := q.Peek(nil, 7)
		got = append(got, numbers(rows)...)
		q.Remove(len(rows))
	}
	if !slices.Equal(got, want) {
		t.Errorf("peeked events are %v, want %v", got, want)
	}
	if s := q.Stats(); s.Dropped.TooLarge != uint64(200-len(want)) || s.Bytes != 0 || s.Disk.MemoryOnly != 0 || len(q.rows) != 0 {
		t.Errorf("%d events too large, %d bytes, %d in memory only, %d rows left, want %d, 0, 0, 0",
			s.Dropped.TooLarge, s.Bytes, s.Disk.MemoryOnly, len(q.rows), 200-len(want))
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// What is damaged behind the window while the queue is in use is dropped and counted when its turn comes, and the rest arrives.
func TestDiskDamageBehindTheWindow(t *testing.T) {
	t.Parallel()
	for rule := range Overflow(len(overflowNames)) {
		t.Run(rule.String(), func(t *testing.T) {
			t.Parallel()
			at := journal.DefaultOptions(filepath.Join(t.TempDir(), "queue"))
			at.SegmentBytes = 4000
			q := mustOpenDisk(t, limits(9000, 1<<30, rule), at)
			q.ahead.most, q.behind.most = 40, 10
			for i := 0; i < 1000; i += 20 {
				q.Push(subjects(rand.New(rand.NewPCG(1, uint64(i))), i, 20))
				if err := q.settle(t); err != nil {
					t.Fatalf("settle = %v, want nil", err)
				}
			}
			events := q.Stats().Events
			damage(t, at.Dir)
			got := 0
			for last := -1; q.Stats().Events > 0; {
				rows := q.Peek(nil, 9)
				for _, n := range numbers(rows) {
					if n <= last {
						t.Fatalf("event %d comes after %d, want them in order", n, last)
					}
					last = n
				}
				got += len(rows)
				q.Remove(len(rows))
				if err := q.settle(t); err != nil {
					t.Fatalf("settle = %v, want nil", err)
				}
			}
			s := q.Stats()
			if lost := int(s.Dropped.Damaged); lost < 5 || lost > 200 || got+lost != events || s.Bytes != 0 {
				t.Errorf("%d of %d events arrived, %d counted as damaged, %d bytes left, want the sum, 5 to 200, 0", got, events, lost, s.Bytes)
			}
			if err := q.Close(); err != nil {
				t.Fatalf("Close = %v, want nil", err)
			}
		})
	}
}

// damage overwrites the midst of some segments.
func damage(t *testing.T, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.seg"))
	if err != nil || len(names) < 10 {
		t.Fatalf("%d segments, %v, want 10 or more", len(names), err)
	}
	for _, name := range names[5:8] {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(make([]byte, 1000), 1200); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// ReleaseBut takes out what was answered, and the rest goes out again in order, also after the next start.
func TestDiskReleaseBut(t *testing.T) {
	t.Parallel()
	for rule := range Overflow(len(overflowNames)) {
		t.Run(rule.String(), func(t *testing.T) {
			t.Parallel()
			disk := faultfs.New()
			o := limits(9000, 1<<30, rule)
			q := mustOpenDisk(t, o, diskOptions(disk))
			q.ahead.most = 30
			batch := numbered(0, 100)
			for i, row := range batch {
				row.GUID[0], row.GUID[15] = 1, byte(i)
			}
			q.Push(batch[:80])
			if err := q.settle(t); err != nil {
				t.Fatalf("settle = %v, want nil", err)
			}
			q.Push(batch[80:]) // not written
			q.Peek(nil, 10)
			signalled(q.Space())
			q.ReleaseBut(func(l Lease) bool { return l.N < 2 || l.N == 5 || l.N == 9 })
			if !signalled(q.Space()) || !signalled(q.Ready()) {
				t.Error("no value from Space() and Ready() after ReleaseBut, want one from each")
			}
			if s := q.Stats(); s.Events != 96 || s.Leased != 0 || s.Removed != 4 {
				t.Errorf("after ReleaseBut %d events, %d leased, %d removed, want 96, 0, 4", s.Events, s.Leased, s.Removed)
			}
			if got, want := numbers(q.Peek(nil, 8)), []int{2, 3, 4, 6, 7, 8, 10, 11}; !slices.Equal(got, want) {
				t.Errorf("Peek after ReleaseBut = %v, want %v", got, want)
			}
			if err := q.Close(); err != nil {
				t.Fatalf("Close = %v, want nil", err)
			}
			q = mustOpenDisk(t, o, diskOptions(disk))
			// Those behind an event that stayed are known to the process before only.
			if got, want := numbers(q.Peek(nil, 200)), span(2, 98); !slices.Equal(got, want) {
				t.Errorf("after Close and open Peek = %v, want %v", got, want)
			}
			if err := q.Close(); err != nil {
				t.Fatalf("Close = %v, want nil", err)
			}
		})
	}
}

// What is behind the window is read when all before it were answered at once, though nothing else happens.
func TestDiskReadsOnAfterReleaseBut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, _, err := OpenDisk(limits(9000, 1<<30, DropOldest), diskOptions(faultfs.New()))
		if err != nil {
			t.Fatalf("OpenDisk = %v, want a queue", err)
		}
		q.mu.Lock()
		q.ahead.most = 10
		q.mu.Unlock()
		q.Push(numbered(0, 100))
		synctest.Wait()
		if got := numbers(q.Peek(nil, 10)); !slices.Equal(got, span(0, 10)) {
			t.Errorf("Peek = %v, want %v", got, span(0, 10))
		}
		synctest.Wait()
		signalled(q.Ready())
		q.ReleaseBut(func(Lease) bool { return true })
		synctest.Wait()
		if !signalled(q.Ready()) {
			t.Error("no value from Ready() after ReleaseBut took all out that was in memory, want one as others wait")
		}
		if got := numbers(q.Peek(nil, 5)); !slices.Equal(got, span(10, 5)) {
			t.Errorf("Peek = %v, want %v", got, span(10, 5))
		}
		if err := q.Close(); err != nil {
			t.Fatalf("Close = %v, want nil", err)
		}
	})
}
