package queue

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// viewed reads a queue through View, in pages.
func viewed(tb testing.TB, view func(uint64, int) ([]Waiting, error), page int) (all []int, leased int) {
	tb.Helper()
	for after := uint64(0); ; {
		list, err := view(after, page)
		if err != nil || len(list) > page {
			tb.Fatalf("View(%d, %d) = %d events, %v, want at most %d and no error", after, page, len(list), err, page)
		}
		for _, w := range list {
			if w.ID <= after || w.Leased && leased < len(all) || w.Came.IsZero() {
				tb.Fatalf("event %d in View is %+v after ID %d, want a higher one, a time, and leased ones first", len(all), w, after)
			}
			after = w.ID
			all = append(all, number(w.Row))
			if w.Leased {
				leased++
			}
		}
		if len(list) < page {
			return all, leased
		}
	}
}

// View of a disk shows what one in memory has, whether it was written, is in the window or not, and changes nothing.
func TestDiskView(t *testing.T) {
	t.Parallel()
	for rule := range Overflow(len(overflowNames)) {
		t.Run(rule.String(), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(5, uint64(rule)))
			o := limits(4000, 1<<30, rule)
			q := mustOpenDisk(t, o, diskOptions(faultfs.New()))
			q.ahead.most = 700
			m := newQueue(t, o)
			for n := 0; n < repeat.Times(20_000); {
				batch := subjects(random, n, random.IntN(900))
				if n += len(batch); random.IntN(2) == 0 {
					q.Push(batch)
					m.Push(batch)
				} else if got, want := q.Restore(batch), m.Restore(batch); got != want {
					t.Fatalf("Restore of %d = %d, want %d as in memory", len(batch), got, want)
				}
				if random.IntN(3) > 0 {
					if err := q.settle(t); err != nil {
						t.Fatalf("settle = %v, want nil", err)
					}
				}
				rows := q.Peek(nil, random.IntN(400))
				m.Peek(nil, len(rows))
				page := 50 + random.IntN(3000)
				got, leased := viewed(t, q.View, page)
				if want, most := viewed(t, m.View, 9000); !slices.Equal(got, want) || leased != most {
					t.Fatalf("View shows %v, %d leased, want %v, %d as in memory", got, leased, want, most)
				}
				removed := random.IntN(q.Stats().Leased + 1)
				q.Remove(removed)
				m.Remove(removed)
				if random.IntN(10) == 0 {
					purged, leased := q.Purge()
					if wantPurged, wantLeased := m.Purge(); purged != wantPurged || leased != wantLeased {
						t.Fatalf("Purge = %d, %d, want %d, %d as in memory", purged, leased, wantPurged, wantLeased)
					}
				}
				q.Release()
				m.Release()
				if got, want := q.Stats(), m.Stats(); got.Recovered != want.Recovered || got.Dropped != want.Dropped || got.Events != want.Events {
					t.Fatalf("Stats = %+v, want %+v as in memory", got, want)
				}
			}
			if err := q.Close(); err != nil {
				t.Fatalf("Close = %v, want nil", err)
			}
		})
	}
}

// subjects makes numbered events of random priorities about random subjects.
func subjects(random *rand.Rand, first, n int) []*vscp.Row {
	batch := numbered(first, n)
	for i, row := range batch {
		var e vscp.Event
		row.Event(&e)
		e.Head = e.Head.WithPriority(uint8(random.IntN(8)))
		e.GUID[15], e.GUID[14] = uint8(random.IntN(256)), uint8(random.IntN(60))
		made := vscp.NewRow(&e, vscp.TextForm{})
		batch[i] = &made
	}
	return batch
}

// What was purged does not come back with the next process.
func TestDiskPurgeIsDurable(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := limits(9000, 1<<30, DropOldest)
	q := mustOpenDisk(t, o, diskOptions(disk))
	q.ahead.most = 500
	q.Push(numbered(0, 3000))
	if err := q.settle(t); err != nil {
		t.Fatalf("settle = %v, want nil", err)
	}
	q.Push(numbered(3000, 1000)) // which are not written
	q.Peek(nil, 10)
	if purged, leased := q.Purge(); purged != 3990 || leased != 10 {
		t.Errorf("Purge = %d, %d, want 3990, 10", purged, leased)
	}
	if s := q.Stats(); s.Events != 10 || s.Dropped.Purged != 3990 || s.Disk.MemoryOnly != 0 {
		t.Errorf("after Purge %d events, %d purged, %d in memory only, want 10, 3990, 0", s.Events, s.Dropped.Purged, s.Disk.MemoryOnly)
	}
	q.Remove(10)
	q.Push(numbered(5000, 10))
	if err := q.settle(t); err != nil {
		t.Fatalf("settle = %v, want nil", err)
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
	q = mustOpenDisk(t, o, diskOptions(disk))
	if got, want := numbers(q.Peek(nil, 100)), span(5000, 10); !slices.Equal(got, want) {
		t.Errorf("after Purge, Close and open Peek = %v, want %v", got, want)
	}
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}
