package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// storage is what Memory and Disk have for events that move.
type storage interface {
	Push(rows []*vscp.Row) int
	Inherit(events []Waiting) int
	Peek(dst []*vscp.Row, limit int) []*vscp.Row
	View(after uint64, limit int) ([]Waiting, error)
	Remove(n int) int64
	Stats() Stats
}

// handOver moves all events from one queue to another, and returns them as they were.
func handOver(t *testing.T, from, to storage) []Waiting {
	t.Helper()
	n := len(from.Peek(nil, 1000))
	list, err := from.View(0, n)
	if err != nil || len(list) != n {
		t.Fatalf("View of %d leased events = %d, %v, want all of them", n, len(list), err)
	}
	if got := to.Inherit(list); got != n {
		t.Fatalf("Inherit = %d, want %d", got, n)
	}
	from.Remove(n)
	return list
}

// TestInherit moves events of two ages between two queues, which are also on disk: they keep order, time and bytes, and expire as if they
// had been in one queue.
func TestInherit(t *testing.T) {
	for _, way := range []string{"memory to disk", "disk to memory", "memory to memory", "disk to disk"} {
		t.Run(way, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				files := faultfs.New()
				o := limits(100, 1<<20, DropOldest)
				o.MaxAge = time.Hour
				open := func(onDisk bool, disk *faultfs.FS) storage {
					if onDisk {
						q := startDisk(t, o, disk)
						t.Cleanup(func() { _ = q.Close() })
						return q
					}
					return newQueue(t, o)
				}
				from := open(way[:4] == "disk", faultfs.New())
				began := time.Now()
				from.Push(numbered(0, 3))
				time.Sleep(40 * time.Minute)
				from.Push(numbered(3, 2))
				time.Sleep(10 * time.Minute)
				to := open(way[len(way)-4:] == "disk", files)
				before := from.Stats()
				moved := handOver(t, from, to)
				s := to.Stats()
				if s.Events != 5 || s.Text.Held != before.Text.Held || !s.Oldest.Equal(began) || s.Recovered != 0 || !balanced(&s) {
					t.Fatalf("after the move: %+v, want the 5 events and %d bytes that there were, the oldest of %v", s, before.Text.Held, began)
				}
				list, err := to.View(0, 10)
				if err != nil || len(list) != 5 {
					t.Fatalf("View = %d events, %v, want 5", len(list), err)
				}
				for i, w := range list {
					if !w.Came.Equal(moved[i].Came) || string(w.Row.Text) != string(moved[i].Row.Text) || w.Text != moved[i].Text {
						t.Errorf("event %d is %q of %v, %d bytes, want %q of %v, %d bytes", i, w.Row.Text, w.Came, w.Text, moved[i].Row.Text, moved[i].Came, moved[i].Text)
					}
				}
				if q, is := to.(*Disk); is { // and so they are on disk
					stopDisk(t, q)
					to = open(true, files)
				}
				time.Sleep(10 * time.Minute)
				if s = to.Stats(); s.Events != 2 || s.Dropped.Expired != 3 {
					t.Errorf("an hour after the first events: %+v, want them expired and the other 2 there", s)
				}
				time.Sleep(40 * time.Minute)
				if s = to.Stats(); s.Events != 0 || s.Dropped.Expired != 5 || !balanced(&s) {
					t.Errorf("an hour after the last events: %+v, want all expired", s)
				}
			})
		})
	}
}

// TestInheritTooOld: what the new queue would not keep takes no room in it from what it would.
func TestInheritTooOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newQueue(t, limits(100, 1<<20, DropOldest))
		from.Push(numbered(0, 50))
		time.Sleep(time.Hour)
		from.Push(numbered(50, 10))
		o := limits(10, 1<<20, DropNewest)
		o.MaxAge = time.Hour
		disk := startDisk(t, o, faultfs.New())
		defer stopDisk(t, disk)
		for _, to := range []storage{newQueue(t, o), disk} {
			list, err := from.View(0, 100)
			if err != nil || to.Inherit(list) != 60 {
				t.Fatalf("Inherit of %d events, %v, want 60 dealt with", len(list), err)
			}
			if s := to.Stats(); s.Events != 10 || s.Dropped != (Drops{Expired: 50}) || !balanced(&s) {
				t.Errorf("%T has %+v, want the 10 young events, and 50 expired", to, s)
			}
		}
	})
}
