package queue

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// startDisk opens a queue with its keeper, and a journal that is tended as usual.
func startDisk(t *testing.T, o Options, disk *faultfs.FS) *Disk {
	t.Helper()
	at := diskOptions(disk)
	at.Interval = journal.DefaultOptions("").Interval
	q, _, err := OpenDisk(o, at)
	if err != nil {
		t.Fatalf("OpenDisk = %v, want a queue", err)
	}
	return q
}

func stopDisk(t *testing.T, q *Disk) {
	t.Helper()
	if err := q.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// TestSmallerLimitsAfterARestart has ten events on disk and room for four: the rule decides, and all are counted. What the rule
// drops in the midst of a queue stays on disk for as long as older events wait.
func TestSmallerLimitsAfterARestart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule    Overflow
		stay    []int
		dropped Drops
		later   []int // with the old limits again
	}{
		{DropOldest, span(6, 4), Drops{Oldest: 6}, span(6, 4)},
		{DropNewest, span(0, 10), Drops{}, span(0, 10)},
		{Block, span(0, 10), Drops{}, span(0, 10)},
		{DropLowestPriority, []int{3, 5, 7, 9}, Drops{LowestPriority: 6}, span(3, 7)},
		{LatestOnly, span(6, 4), Drops{Oldest: 6}, span(6, 4)},
	} {
		t.Run(tt.rule.String(), func(t *testing.T) {
			t.Parallel()
			disk := faultfs.New()
			wide, narrow := limits(10, 1<<20, tt.rule), limits(4, 1<<20, tt.rule)
			rows := numbered(0, 10)
			for i, row := range rows {
				row.Head = row.Head.WithPriority(uint8(3 + 4*((i+1)%2))) // the even ones are low
				row.GUID[15] = byte(i + 1)
			}
			q := startDisk(t, wide, disk)
			q.Push(rows)
			stopDisk(t, q)

			q = startDisk(t, narrow, disk)
			s := q.Stats()
			if s.Recovered != 10 || s.Events != len(tt.stay) || s.Dropped != tt.dropped {
				t.Errorf("%d recovered, %d there, dropped %+v, want 10, %d, %+v", s.Recovered, s.Events, s.Dropped, len(tt.stay), tt.dropped)
			}
			if got := numbers(q.Peek(nil, 10)); !slices.Equal(got, tt.stay) {
				t.Errorf("events %v stay, want %v", got, tt.stay)
			}
			q.Release()
			stopDisk(t, q)

			q = startDisk(t, wide, disk)
			if got := numbers(q.Peek(nil, 10)); !slices.Equal(got, tt.later) {
				t.Errorf("with the old limits there are events %v, want %v", got, tt.later)
			}
			q.Release()
			stopDisk(t, q)
		})
	}
}

// TestWhatComesAgainAfterACrash: what was sent since the cursor was written last, and what left from the midst.
func TestWhatComesAgainAfterACrash(t *testing.T) {
	for _, tt := range []struct {
		name string
		wait time.Duration // between the answers and the crash
		want []int
	}{
		{"at once", 0, span(0, 10)},
		{"after 400 ms", 400 * time.Millisecond, span(0, 10)},
		{"after 600 ms", 600 * time.Millisecond, span(5, 5)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := faultfs.New()
				o := limits(10, 1<<20, DropOldest)
				q := startDisk(t, o, disk)
				q.Push(numbered(0, 10))
				time.Sleep(time.Second)
				rows := q.Peek(nil, 8)
				q.Remove(5)
				q.ReleaseBut(func(l Lease) bool { return l.N == 1 }) // the seventh was answered, the sixth was not
				if len(rows) != 8 || q.Stats().Events != 4 {
					t.Fatalf("%d events leased, %d left, want 8 and 4", len(rows), q.Stats().Events)
				}
				time.Sleep(tt.wait)
				q = startDisk(t, o, kill(q, disk))
				if got := numbers(q.Peek(nil, 10)); !slices.Equal(got, tt.want) {
					t.Errorf("events %v come again, want %v", got, tt.want)
				}
				q.Release()
				stopDisk(t, q)
			})
		})
	}
}

// TestFullQueueAfterACrash: what was sent since the cursor was written last comes again, and takes no room from what was not.
func TestFullQueueAfterACrash(t *testing.T) {
	for _, tt := range []struct {
		rule Overflow
		want []int
	}{
		{DropOldest, span(4, 10)},
		{DropNewest, span(0, 14)},
		{Block, span(0, 14)},
	} {
		t.Run(tt.rule.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := faultfs.New()
				o := limits(10, 1<<20, tt.rule)
				q := startDisk(t, o, disk)
				q.Push(numbered(0, 10))
				time.Sleep(time.Second)
				q.Peek(nil, 4)
				q.Remove(4)
				q.Push(numbered(10, 4))
				time.Sleep(10 * time.Millisecond)
				q = startDisk(t, o, kill(q, disk))
				if s := q.Stats(); !balanced(&s) {
					t.Errorf("%+v, want removed + dropped + held to be what was pushed", s)
				}
				if got := numbers(q.Peek(nil, 20)); !slices.Equal(got, tt.want) {
					t.Errorf("events %v are there, want %v", got, tt.want)
				}
				q.Release()
				stopDisk(t, q)
			})
		})
	}
}

// TestAgeAfterARestart: the clock goes on while nothing runs, and what seems to come from the future came now.
func TestAgeAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := faultfs.New()
		j, _, err := journal.Open(diskOptions(disk))
		if err != nil {
			t.Fatal(err)
		}
		var payloads [][]byte
		var times []int64
		for i, age := range []time.Duration{2 * time.Hour, 50 * time.Minute, -time.Hour} {
			payloads = append(payloads, numbered(i, 1)[0].AppendText(nil, vscp.TextForm{}))
			times = append(times, time.Now().Add(-age).UnixNano())
		}
		if _, err := j.Append(payloads, times); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		o := limits(10, 1<<20, DropOldest)
		o.MaxAge = time.Hour
		q := startDisk(t, o, disk)
		if s := q.Stats(); s.Recovered != 3 || s.Dropped != (Drops{Expired: 1}) || time.Since(s.Oldest) != 50*time.Minute {
			t.Errorf("%d recovered, dropped %+v, the oldest came %v ago, want 3, one expired, 50m", s.Recovered, s.Dropped, time.Since(s.Oldest))
		}
		time.Sleep(59 * time.Minute)
		if s := q.Stats(); s.Events != 1 {
			t.Errorf("%d events after 59 minutes more, want the one from the future", s.Events)
		}
		time.Sleep(2 * time.Minute)
		if s := q.Stats(); s.Events != 0 {
			t.Errorf("%d events after 61 minutes, want none", s.Events)
		}
		stopDisk(t, q)
	})
}

// TestClockIsSetWhileItRuns has a machine find out what time it is after events came: the ages of all stay as they are, on disk too.
func TestClockIsSetWhileItRuns(t *testing.T) {
	for _, jump := range []time.Duration{72 * time.Hour, -72 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			o := limits(1000, 1<<20, DropOldest)
			o.MaxAge = 24 * time.Hour
			disk := faultfs.New()
			q := mustOpenDisk(t, o, diskOptions(disk))
			q.ahead.most, q.behind.most = 10, 4
			for i := range 40 {
				if i == 30 {
					q.clock = func() time.Time { return time.Now().Add(jump) }
				}
				q.Push(numbered(i, 1))
				if err := q.settle(t); err != nil {
					t.Fatalf("settle = %v, want nil", err)
				}
				time.Sleep(time.Minute)
			}
			reader := q.journal.NewReader(q.journal.Stats().Next - 1)
			rec, err := reader.Next()
			if got, want := time.Unix(0, rec.Time), q.clock().Add(-time.Minute); err != nil || !got.Equal(want) {
				t.Errorf("on disk the last event came at %v, %v, want %v", got, err, want)
			}
			if err := reader.Close(); err != nil {
				t.Error(err)
			}
			list, err := q.View(0, 40)
			if err != nil || len(list) != 40 {
				t.Fatalf("the clock set by %v: View = %d events, %v, want 40", jump, len(list), err)
			}
			for i, w := range list {
				if got, want := time.Since(w.Came), time.Duration(40-i)*time.Minute; (got - want).Abs() > 4*time.Minute {
					t.Errorf("the clock set by %v: View shows event %d as having come %v ago, want %v, as far as a block tells", jump, i, got, want)
				}
			}
			for i := range 40 {
				if got, want := time.Since(q.Stats().Oldest), time.Duration(40-i)*time.Minute; (got - want).Abs() > 4*time.Minute {
					t.Errorf("the clock set by %v: event %d came %v ago, want %v, as far as a block tells", jump, i, got, want)
				}
				if got := numbers(q.Peek(nil, 1)); len(got) != 1 || got[0] != i {
					t.Fatalf("the clock set by %v: Peek = %v, want %d", jump, got, i)
				}
				q.Remove(1)
				if err := q.settle(t); err != nil {
					t.Fatalf("settle = %v, want nil", err)
				}
			}
			if err := q.Close(); err != nil {
				t.Errorf("Close = %v, want nil", err)
			}
		})
	}
}
