package bridge

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// rows returns n events whose one data byte counts from first on.
func rows(t *testing.T, first, n int) []*vscp.Row {
	t.Helper()
	var all []*vscp.Row
	for i := first; i < first+n; i++ {
		row := new(vscp.Row)
		if err := row.Parse(fmt.Appendf(nil, "0,10,6,7,,,-,%d", i)); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

// waiting returns the data bytes of what is in a queue.
func waiting(t *testing.T, q Queue) []int {
	t.Helper()
	var all []int
	view, err := q.View(0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range view {
		var e vscp.Event
		w.Row.Event(&e)
		all = append(all, int(e.Data[0]))
	}
	return all
}

func TestRestoreCounts(t *testing.T) {
	t.Parallel()
	const size = 13 + queue.RowOverhead // of an event with one digit
	for _, tt := range []struct {
		name    string
		limits  queue.Options
		before  int // events that wait
		come    int
		dropped map[Reason]uint64
		queued  string
	}{
		{"room", queue.Options{MaxEvents: 5, MaxBytes: 1 << 20}, 2, 3, nil, "[0 1 2 3 4]"},
		{"none", queue.Options{MaxEvents: 5, MaxBytes: 1 << 20}, 2, 0, nil, "[0 1]"},
		{"drop_oldest", queue.Options{MaxEvents: 3, MaxBytes: 1 << 20}, 2, 3, map[Reason]uint64{ReasonQueueOldest: 2}, "[2 3 4]"},
		{
			"drop_newest",
			queue.Options{MaxEvents: 3, MaxBytes: 1 << 20, Overflow: queue.DropNewest},
			2, 3,
			map[Reason]uint64{ReasonQueueNewest: 2},
			"[0 1 2]",
		},
		{"too large", queue.Options{MaxEvents: 3, MaxBytes: size - 1}, 0, 2, map[Reason]uint64{ReasonQueueTooLarge: 2}, "[]"},
	} {
		d := newDirection(t, tt.limits, hclog.NewNullLogger())
		q := Queue{d}
		d.take(new(tally), rows(t, 0, tt.before))
		done, err := q.Restore(t.Context(), rows(t, tt.before, tt.come))
		if err != nil || done.Events != tt.come || fmt.Sprint(done.Dropped) != fmt.Sprint(tt.dropped) {
			t.Errorf("%s: %+v, %v, want %d events, dropped %v", tt.name, done, err, tt.come, tt.dropped)
		}
		if got := fmt.Sprint(waiting(t, q)); got != tt.queued {
			t.Errorf("%s: %s in the queue, want %s", tt.name, got, tt.queued)
		}
		s := q.Status()
		if s.Received != uint64(tt.before) || s.Recovered != uint64(tt.come) || !s.Balanced() {
			t.Errorf("%s: %d received, %d recovered, balanced %v, want %d, %d and true", tt.name, s.Received, s.Recovered, s.Balanced(), tt.before, tt.come)
		}
	}
}

// TestRestoreCompletes fills in what is filled in for an event that comes from a remote.
func TestRestoreCompletes(t *testing.T) {
	t.Parallel()
	q := Queue{blockingDirection(t, 10)}
	before := uint64(time.Now().UnixNano())
	if _, err := q.Restore(t.Context(), rows(t, 0, 1)); err != nil {
		t.Fatal(err)
	}
	view, err := q.View(0, 10)
	if err != nil || len(view) != 1 {
		t.Fatalf("View = %v, %v, want one event", view, err)
	}
	if row := view[0].Row; row.ObID != 0 || row.Time.Nanos < before {
		t.Errorf("obid %d, time %d, want 0 and now", row.ObID, row.Time.Nanos)
	}
}

func TestRestoreWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := blockingDirection(t, 3)
		q := Queue{d}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if got, err := q.Restore(t.Context(), rows(t, 0, 10)); err != nil || got.Events != 10 || got.Dropped != nil {
				t.Errorf("Restore = %+v, %v, want 10 events, none dropped", got, err)
			}
		}()
		for forwarded := 0; forwarded < 10; {
			synctest.Wait()
			if s := q.Status(); !s.Balanced() || s.Recovered != uint64(min(10, forwarded+3)) {
				t.Fatalf("with %d forwarded: %+v, want balanced, recovered what the queue had room for", forwarded, s)
			}
			n := len(d.queue.Peek(nil, 2))
			d.settle(n, remote.Forwarded)
			forwarded += n
		}
		<-done
	})
}

// TestRestoreGivesUp ends a wait with its context, and with the bridge.
func TestRestoreGivesUp(t *testing.T) {
	for name, want := range map[string]error{"context": context.Canceled, "bridge": ErrStopping} {
		synctest.Test(t, func(t *testing.T) {
			d := blockingDirection(t, 3)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stopping := make(chan struct{})
			d.stopping = stopping
			result := make(chan error, 1)
			go func() {
				done, err := Queue{d}.Restore(ctx, rows(t, 0, 10))
				if done.Events != 3 {
					t.Errorf("%s: %d events, want 3", name, done.Events)
				}
				result <- err
			}()
			synctest.Wait()
			if want == ErrStopping { //nolint:errorlint // it is the value from the table
				close(stopping)
			} else {
				cancel()
			}
			if err := <-result; !errors.Is(err, want) {
				t.Errorf("%s: Restore = %v, want %v", name, err, want)
			}
			if s := d.status(); s.Recovered != 3 || s.Queued != 3 || !s.Balanced() {
				t.Errorf("%s: %+v, want the 3 that had room, balanced", name, s)
			}
		})
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	d := blockingDirection(t, 10)
	q := Queue{d}
	d.take(new(tally), rows(t, 0, 5))
	d.queue.Peek(nil, 2)
	purged, leased, err := q.Purge()
	if purged != 3 || leased != 2 || err != nil {
		t.Errorf("Purge = %d, %d, %v, want 3 purged, 2 being sent", purged, leased, err)
	}
	if s := q.Status(); s.Dropped[ReasonPurged] != 3 || s.Queued != 2 || s.Leased != 2 || !s.Balanced() {
		t.Errorf("%+v, want 3 purged, 2 queued and leased, balanced", s)
	}
	d.settle(2, remote.Forwarded)
	if s := q.Status(); s.Forwarded != 2 || s.Queued != 0 || !s.Balanced() {
		t.Errorf("%+v, want the 2 forwarded, balanced", s)
	}
}

// TestNoChangesAtTheStop: what came now would be lost without a word.
func TestNoChangesAtTheStop(t *testing.T) {
	t.Parallel()
	d := withLetters(t, blockingDirection(t, 10), 1)
	stopping := make(chan struct{})
	close(stopping)
	d.stopping = stopping
	d.take(new(tally), rows(t, 0, 1))
	q := Queue{d}
	if done, err := q.Restore(t.Context(), rows(t, 1, 1)); !errors.Is(err, ErrStopping) || done.Events != 0 {
		t.Errorf("Restore = %+v, %v, want ErrStopping", done, err)
	}
	if n, _, err := q.Purge(); !errors.Is(err, ErrStopping) || n != 0 {
		t.Errorf("Purge = %d, %v, want ErrStopping", n, err)
	}
	if done, err := q.Retry(t.Context()); !errors.Is(err, ErrStopping) || done.Events != 0 {
		t.Errorf("Retry = %+v, %v, want ErrStopping", done, err)
	}
	if s, err := q.LetterStats(); err != nil || s.Letters != 1 || fmt.Sprint(waiting(t, q)) != "[0]" {
		t.Errorf("%d letters (%v) and %v in the queue, want all as before", s.Letters, err, waiting(t, q))
	}
}

// withLetters gives a direction n dead letters, whose data bytes count from 100 on.
func withLetters(t *testing.T, d *direction, n int) *direction {
	t.Helper()
	d.letters = store.At(vfs.OS{}, t.TempDir()).Letters(store.Name{Route: "r", To: "b"})
	for _, row := range rows(t, 100, n) {
		if err := d.letters.Put(&queue.Letter{Time: time.Now(), Route: "r", To: "b", Reason: "refused", Row: row}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestRetry drives out nothing: what finds no room stays a letter.
func TestRetry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		maxEvents int
		overflow  queue.Overflow
		bytes     int64 // that there is room for beside what waits
		queued    string
		left      int
	}{
		{"room", 10, queue.DropOldest, 1 << 20, "[0 1 100 101 102]", 0},
		{"room for two", 4, queue.DropOldest, 1 << 20, "[0 1 100 101]", 1},
		{"full", 2, queue.DropNewest, 1 << 20, "[0 1]", 3},
		{"room for the bytes of one", 10, queue.Block, 200, "[0 1 100]", 2},
	} {
		const waits = 2 * (int64(len("0,10,6,7,,,-,0")) + queue.RowOverhead)
		limits := queue.Options{MaxEvents: tt.maxEvents, MaxBytes: waits + tt.bytes, Overflow: tt.overflow}
		d := withLetters(t, newDirection(t, limits, hclog.NewNullLogger()), 3)
		d.take(new(tally), rows(t, 0, 2))
		q := Queue{d}
		done, err := q.Retry(t.Context())
		if err != nil || done.Events != 3-tt.left || done.Dropped != nil {
			t.Errorf("%s: %+v, %v, want %d events, none dropped", tt.name, done, err, 3-tt.left)
		}
		if got := fmt.Sprint(waiting(t, q)); got != tt.queued {
			t.Errorf("%s: %s in the queue, want %s", tt.name, got, tt.queued)
		}
		if s, err := q.LetterStats(); err != nil || s.Letters != tt.left {
			t.Errorf("%s: %d letters left (%v), want %d", tt.name, s.Letters, err, tt.left)
		}
		if s := q.Status(); s.Recovered != uint64(done.Events) || !s.Balanced() {
			t.Errorf("%s: %+v, want %d recovered, balanced", tt.name, s, done.Events)
		}
	}
}

func TestLettersOfAQueue(t *testing.T) {
	t.Parallel()
	none := Queue{blockingDirection(t, 10)}
	if s, err := none.LetterStats(); err != nil || s != (queue.LetterStats{}) {
		t.Errorf("LetterStats without a state folder = %+v, %v, want nothing", s, err)
	}
	if n, err := none.ClearLetters(); err != nil || n != 0 {
		t.Errorf("ClearLetters without a state folder = %d, %v, want 0", n, err)
	}
	if done, err := none.Retry(t.Context()); err != nil || done.Events != 0 {
		t.Errorf("Retry without a state folder = %+v, %v, want nothing", done, err)
	}
	for l, err := range none.Letters() {
		t.Errorf("Letters without a state folder has %+v, %v, want none", l, err)
	}
	q := Queue{withLetters(t, blockingDirection(t, 10), 3)}
	n := 0
	for l, err := range q.Letters() {
		var e vscp.Event
		if err != nil {
			t.Fatal(err)
		}
		if l.Row.Event(&e); int(e.Data[0]) != 100+n || l.Reason != "refused" {
			t.Errorf("letter %d has data %v and reason %q, want %d and refused", n, e.Data, l.Reason, 100+n)
		}
		n++
	}
	if got, err := q.ClearLetters(); n != 3 || got != 3 || err != nil {
		t.Errorf("%d letters, ClearLetters = %d, %v, want 3 and 3", n, got, err)
	}
	if s, err := q.LetterStats(); err != nil || s.Letters != 0 {
		t.Errorf("%d letters (%v) after ClearLetters, want none", s.Letters, err)
	}
}

func TestQueueOnDisk(t *testing.T) {
	t.Parallel()
	limits := queue.Options{MaxEvents: 10, MaxBytes: 1 << 20}
	dir := filepath.Join(t.TempDir(), "q")
	disk, found, err := queue.OpenDisk(limits, journal.DefaultOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close() //nolint:errcheck // the test has ended
	d := &direction{route: "r", to: "b", queue: disk, limits: limits, found: found, watch: watch{logger: hclog.NewNullLogger()}}
	q := Queue{d}
	if done, err := q.Restore(t.Context(), rows(t, 0, 4)); err != nil || done.Events != 4 {
		t.Fatalf("Restore = %+v, %v, want 4", done, err)
	}
	if err := disk.Close(); err != nil { // now they are written
		t.Fatal(err)
	}
	files, err := q.Files()
	if err != nil || files.Segments != 1 || files.Quarantined != 0 {
		t.Errorf("Files = %+v, %v, want one segment", files, err)
	}
	checked, err := q.Check(t.Context())
	if err != nil || !checked.Found.Clean() || checked.Found.Records != 4 || checked.NotEvents != 0 {
		t.Errorf("Check = %+v, %v, want 4 events, clean", checked, err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Check(canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("Check of nobody = %v, want context.Canceled", err)
	}
	if _, err := (Queue{blockingDirection(t, 1)}).Check(t.Context()); !errors.Is(err, ErrNotOnDisk) {
		t.Errorf("Check of a queue in memory = %v, want ErrNotOnDisk", err)
	}
	if files, err := (Queue{blockingDirection(t, 1)}).Files(); err != nil || files != (queue.Files{}) {
		t.Errorf("Files of a queue in memory = %+v, %v, want nothing", files, err)
	}
}
