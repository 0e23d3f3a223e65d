package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const stateDir = "/var/state"

var sites = Name{Route: "sites", To: "south"}

// someLetters returns letters with the types from first on.
func someLetters(t *testing.T, first, n int) []queue.Letter {
	t.Helper()
	var all []queue.Letter
	for i := range n {
		row := new(vscp.Row)
		if err := row.Parse(fmt.Appendf(nil, "96,10,%d,0,,,-,72", first+i)); err != nil {
			t.Fatal(err)
		}
		all = append(all, queue.Letter{Time: time.Unix(1, 0), Route: sites.Route, To: sites.To, Reason: "refused", Row: row})
	}
	return all
}

func each(letters []queue.Letter) iter.Seq2[queue.Letter, error] {
	return func(yield func(queue.Letter, error) bool) {
		for _, l := range letters {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// types returns the types of events, which tell them apart here.
func types(t *testing.T, events iter.Seq2[queue.Letter, error]) []int {
	t.Helper()
	var all []int
	for l, err := range events {
		if err != nil {
			t.Fatalf("after %d events: %v, want no error", len(all), err)
		}
		all = append(all, int(l.Row.Type))
	}
	return all
}

func span(first, n int) []int {
	var all []int
	for i := range n {
		all = append(all, first+i)
	}
	return all
}

func mustLock(t *testing.T, f Folder) *Held {
	t.Helper()
	h, err := f.Lock()
	if err != nil {
		t.Fatalf("Lock = %v, want the folder", err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("Close = %v, want nil", err)
		}
	})
	return h
}

func mustImport(t *testing.T, h *Held, first, n int) {
	t.Helper()
	done, err := h.Import(t.Context(), sites, each(someLetters(t, first, n)))
	if err != nil || done.Events != n {
		t.Fatalf("Import = %d, %v, want %d", done.Events, err, n)
	}
}

func TestImportAndPurge(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	f := At(disk, stateDir)
	if _, err := f.Queues(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Queues without a folder: %v, want fs.ErrNotExist", err)
	}
	h := mustLock(t, f)
	if _, err := h.Purge(sites); !errors.Is(err, ErrNoQueue) {
		t.Errorf("Purge without the queue = %v, want ErrNoQueue", err)
	}
	began := time.Now()
	mustImport(t, h, 1, 1500)
	mustImport(t, h, 1501, 3)
	if got, want := types(t, f.Events(t.Context(), sites)), span(1, 1503); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	info, err := f.Look(t.Context(), sites)
	const size = int64(len("96,10,1,0,,,00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00,72"))
	if err != nil || !info.OnDisk || info.Events != 1503 || !info.Clean() || info.Oldest.Before(began) || info.Segments == 0 ||
		info.Bytes < 1503*(queue.RowOverhead+8) || info.Bytes > 1503*(queue.RowOverhead+size+3) {
		t.Errorf("Look = %+v, %v, want 1503 events that came just now", info, err)
	}
	done, err := h.Purge(sites)
	if err != nil || done.Events != 1503 {
		t.Errorf("Purge = %d, %v, want 1503", done.Events, err)
	}
	mustImport(t, h, 7, 1)
	if got, want := types(t, f.Events(t.Context(), sites)), []int{7}; !slices.Equal(got, want) {
		t.Errorf("events after the purge %v, want %v", got, want)
	}
}

// TestImportEndsAtAnError takes the events before it, and none behind it.
func TestImportEndsAtAnError(t *testing.T) {
	t.Parallel()
	f := At(faultfs.New(), stateDir)
	h := mustLock(t, f)
	text := `{"line":"96,10,1,0,,,-,72"}` + "\n{}\n" + `{"line":"96,10,3,0,,,-,72"}`
	done, err := h.Import(t.Context(), sites, queue.ReadLetters(strings.NewReader(text)))
	var bad *queue.LetterError
	if !errors.As(err, &bad) || bad.Line != 2 || done.Events != 1 {
		t.Errorf("Import = %d, %v, want 1 and an error in line 2", done.Events, err)
	}
	if got, want := types(t, f.Events(t.Context(), sites)), []int{1}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if done, err := h.Import(ctx, sites, each(someLetters(t, 1, 5))); !errors.Is(err, context.Canceled) || done.Events != 0 {
		t.Errorf("Import = %d, %v, want 0 and that it was stopped", done.Events, err)
	}
}

// TestReadingStops when the context does, and where there is nothing to read.
func TestReadingStops(t *testing.T) {
	t.Parallel()
	f := At(faultfs.New(), stateDir)
	h := mustLock(t, f)
	mustImport(t, h, 1, 3)
	for n, want := range map[Name]error{sites: context.Canceled, {"no", "queue"}: ErrNoQueue} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		steps := 0
		for _, err := range f.Events(ctx, n) {
			if steps++; !errors.Is(err, want) {
				t.Errorf("Events of %v = %v, want %v", n, err, want)
			}
		}
		if steps != 1 {
			t.Errorf("Events of %v has %d steps, want the error alone", n, steps)
		}
		if _, err := f.Look(ctx, n); !errors.Is(err, want) {
			t.Errorf("Look at %v = %v, want %v", n, err, want)
		}
	}
}

// TestRetryStops keeps the letters when the context ends, or the disk takes nothing.
func TestRetryStops(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	f := At(disk, stateDir)
	h := mustLock(t, f)
	mustImport(t, h, 1, 1)
	for _, l := range someLetters(t, 2, 3) {
		if err := f.Letters(sites).Put(&l); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if done, err := h.Retry(ctx, sites); !errors.Is(err, context.Canceled) || done.Events != 0 {
		t.Errorf("Retry = %d, %v, want 0 and that it was stopped", done.Events, err)
	}
	disk.Limit(disk.Used())
	if _, err := h.Retry(t.Context(), sites); !errors.Is(err, journal.ErrFull) {
		t.Errorf("Retry on a full disk = %v, want journal.ErrFull", err)
	}
	disk.Limit(0)
	if s, err := f.Letters(sites).Stats(); err != nil || s.Letters != 3 {
		t.Errorf("letters %+v, %v, want all 3", s, err)
	}
	if got := types(t, f.Events(t.Context(), sites)); !slices.Equal(got, []int{1}) {
		t.Errorf("events %v, want the one from before", got)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	f := At(faultfs.New(), stateDir)
	h := mustLock(t, f)
	mustImport(t, h, 1, 2)
	for _, l := range someLetters(t, 3, 600) {
		if err := f.Letters(sites).Put(&l); err != nil {
			t.Fatal(err)
		}
	}
	done, err := h.Retry(t.Context(), sites)
	if err != nil || done.Events != 600 {
		t.Errorf("Retry = %d, %v, want 600", done.Events, err)
	}
	if got, want := types(t, f.Events(t.Context(), sites)), span(1, 602); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if s, err := f.Letters(sites).Stats(); err != nil || s != (queue.LetterStats{}) {
		t.Errorf("letters %+v, %v, want none", s, err)
	}
}

// TestRetryLosesNothing crashes at each operation: after a loss of power every letter is a letter still, or in the queue.
func TestRetryLosesNothing(t *testing.T) {
	t.Parallel()
	crashes := 0
	for at := 1; ; at++ {
		disk := faultfs.New()
		f := At(disk, stateDir)
		h, err := f.Lock()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range someLetters(t, 1, 3) {
			if err := f.Letters(sites).Put(&l); err != nil {
				t.Fatal(err)
			}
		}
		makeDurable(t, disk)
		disk.CrashAt(at)
		_, err = h.Retry(t.Context(), sites)
		if err == nil {
			break
		}
		crashes++
		f = At(disk.PowerLoss(newRandom(uint64(at))), stateDir)
		var got []int
		if _, err := f.Look(t.Context(), sites); err == nil {
			if names, _ := f.onDisk(); len(names) > 0 {
				got = types(t, f.Events(t.Context(), sites))
			}
		}
		got = append(got, types(t, f.Letters(sites).All())...)
		for _, want := range span(1, 3) {
			if !slices.Contains(got, want) {
				t.Errorf("crash at operation %d: events and letters %v, want %d among them", at, got, want)
			}
		}
	}
	if crashes < 5 {
		t.Errorf("%d crashes, want some at each step", crashes)
	}
}

func TestRepair(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	f := At(disk, stateDir)
	h := mustLock(t, f)
	if _, err := h.Repair(t.Context(), sites); !errors.Is(err, ErrNoQueue) {
		t.Errorf("Repair without the queue = %v, want ErrNoQueue", err)
	}
	mustImport(t, h, 1, 10)
	j, _, err := journal.Open(f.Journal(sites))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append([][]byte{[]byte("no event")}, []int64{1}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	segment := firstFile(t, disk, ".seg")
	b, _ := disk.Content(segment)
	b[40] ^= 1 // in the payload of the first record
	before := disk.Names()
	info, err := f.Look(t.Context(), sites)
	if err != nil || info.Clean() || info.Events != 9 || info.NotEvents != 1 || info.Found.DamagedRegions != 1 || info.Quarantined != 0 {
		t.Errorf("Look = %+v, %v, want 9 events, one record that is none and one damaged", info, err)
	}
	if got := disk.Names(); !slices.Equal(got, before) {
		t.Errorf("files %v after Look, want %v", got, before)
	}
	info, err = h.Repair(t.Context(), sites)
	if err != nil || info.Found.DamagedRegions != 1 || info.Quarantined != 1 || info.QuarantineBytes == 0 || info.Events != 9 {
		t.Errorf("Repair = %+v, %v, want what was found, and a copy of it", info, err)
	}
}
