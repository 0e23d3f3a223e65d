package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

// model is what a journal promises, written the simple way.
type model struct {
	taken   map[uint64]entry           // accepted records by sequence
	tried   map[uint64]map[string]bool // everything that was ever given to Append for a sequence
	next    uint64
	wanted  uint64
	saved   uint64 // the cursor is durable up to here
	attempt int
}

// entry is an accepted record.
type entry struct {
	text    string
	durable bool
	doubt   bool // it was in a sync that failed
}

// settle notes the outcome of a sync.
func (m *model) settle(ok bool) {
	for seq, e := range m.taken {
		switch {
		case ok && !e.doubt:
			e.durable = true
		case !ok && !e.durable:
			e.doubt = true
		}
		m.taken[seq] = e
	}
}

// gap returns the first accepted record from one sequence up to another that is still wanted, or 0.
func (m *model) gap(from, to uint64) uint64 {
	for seq := max(from, m.wanted); seq < to; seq++ {
		if _, ok := m.taken[seq]; ok {
			return seq
		}
	}
	return 0
}

// world is a journal, its model and the disk below them.
type world struct {
	tb     testing.TB
	random *rand.Rand
	disk   *faultfs.FS
	opts   Options
	j      *Journal
	m      model
	reader *Reader
	read   uint64 // the next sequence that the reader has to give
	faults bool   // operations fail now and then
	// scarred: an earlier loss of power left damage, which stays until it is acknowledged.
	scarred bool
}

func newWorld(tb testing.TB, mode Sync, seed uint64) *world {
	tb.Helper()
	w := &world{tb: tb, random: rand.New(rand.NewPCG(seed, 7)), disk: faultfs.New()}
	w.opts = testOptions(w.disk)
	w.opts.Sync = mode
	w.opts.SegmentBytes = 200 + int64(w.random.IntN(2000))
	w.opts.QuarantineBytes = 1500
	w.m = model{taken: map[uint64]entry{}, tried: map[uint64]map[string]bool{}, next: 1, wanted: 1}
	return w
}

func (w *world) open() (Recovery, error) {
	w.opts.FS = w.disk
	j, found, err := open(w.opts)
	w.j, w.reader = j, nil
	return found, err
}

// step does one random thing, and reports false when the disk crashed.
func (w *world) step() bool {
	switch w.random.IntN(10) {
	case 0, 1, 2, 3:
		return w.append()
	case 4, 5:
		return w.next(1 + w.random.IntN(12))
	case 6, 7:
		seq := w.m.wanted + w.random.Uint64N(w.m.next-w.m.wanted+1)
		w.j.Ack(seq)
		w.m.wanted = seq
	case 8:
		return w.settle(w.j.tend(w.opts.Sync != SyncNever), w.opts.Sync != SyncNever)
	default:
		if w.random.IntN(6) == 0 {
			return w.settle(w.j.Sync(), true)
		}
		w.look()
	}
	return true
}

// look looks at the files beside the open journal: what was taken and is wanted is there, and nothing torn is seen.
func (w *world) look() {
	view, err := Look(w.opts, w.m.next)
	if err != nil {
		if !errors.Is(err, faultfs.ErrCrashed) {
			w.tb.Fatalf("Look = %v, want a view", err)
		}
		return
	}
	if !w.scarred && !w.faults && (!view.Found.Clean() || view.Found.TornBytes > 0) {
		w.tb.Fatalf("Look found %+v in a journal that is open, want no damage", view.Found)
	}
	read := w.m.wanted
	for _, rec := range view.all(w.tb) {
		if rec.Seq < w.m.wanted {
			continue // acknowledged, and not noted in the file so far
		}
		if missed := w.m.gap(read, rec.Seq); missed > 0 || string(rec.Payload) != w.m.taken[rec.Seq].text {
			w.tb.Fatalf("the view has record %d %q behind %d, want %q and all before it", rec.Seq, rec.Payload, read, w.m.taken[rec.Seq].text)
		}
		read = rec.Seq + 1
	}
	if missed := w.m.gap(read, w.m.next); missed > 0 {
		w.tb.Fatalf("the view ends at %d, want record %d", read, missed)
	}
}

// settle notes what a sync made durable.
func (w *world) settle(err error, sync bool) bool {
	if errors.Is(err, faultfs.ErrCrashed) {
		return false
	}
	if err != nil && !w.faults {
		w.tb.Fatalf("tend = %v, want nil", err)
	}
	if sync {
		w.m.settle(err == nil)
	}
	if sync && err == nil {
		w.m.saved = w.m.wanted
	}
	return true
}

func (w *world) append() bool {
	w.m.attempt++
	n := 1 + w.random.IntN(1+w.random.IntN(20))
	payloads, times := batchFrom(w.m.next, n, w.m.attempt)
	for i, p := range payloads {
		seq := w.m.next + uint64(i)
		if w.m.tried[seq] == nil {
			w.m.tried[seq] = map[string]bool{}
		}
		w.m.tried[seq][string(p)] = true
	}
	first, err := w.j.Append(payloads, times)
	if errors.Is(err, faultfs.ErrCrashed) {
		return false
	}
	if err != nil {
		if !w.faults {
			w.tb.Fatalf("Append = %v, want nil", err)
		}
		return true
	}
	if first != w.m.next {
		w.tb.Fatalf("Append = %d, want the sequence %d", first, w.m.next)
	}
	for i, p := range payloads {
		w.m.taken[first+uint64(i)] = entry{text: string(p), durable: w.opts.Sync == SyncAlways}
	}
	w.m.next += uint64(n)
	return true
}

// next reads some records, from a new reader if there is none or sometimes, and compares each.
func (w *world) next(n int) bool {
	if w.reader == nil || w.random.IntN(5) == 0 {
		if w.reader != nil && w.reader.Close() != nil {
			return false
		}
		w.reader, w.read = w.j.NewReader(0), w.m.wanted
	}
	for range n {
		rec, err := w.reader.Next()
		if errors.Is(err, faultfs.ErrCrashed) {
			return false
		}
		if err != nil {
			if missed := w.m.gap(w.read, w.m.next); missed > 0 {
				w.tb.Fatalf("Next = %v, want record %d", err, missed)
			}
			return true
		}
		if want, ok := w.m.taken[rec.Seq]; !ok || rec.Seq < w.read || string(rec.Payload) != want.text {
			w.tb.Fatalf("Next = %d %q, want %q and nothing below %d", rec.Seq, rec.Payload, want.text, w.read)
		}
		if missed := w.m.gap(w.read, rec.Seq); missed > 0 {
			w.tb.Fatalf("Next = %d, want record %d", rec.Seq, missed)
		}
		w.read = rec.Seq + 1
	}
	return true
}

// crash ends this life, by a loss of power or of the process, and checks what the next one finds.
func (w *world) crash(power bool, what string) {
	w.tb.Helper()
	if power {
		w.disk = w.disk.PowerLoss(w.random)
	} else {
		w.disk = w.disk.Kill()
	}
	w.opts.FS = w.disk
	view, lookErr := Look(w.opts, 0)
	found, err := w.open()
	if lookErr == nil {
		checkView(w.tb, view, w.j, found)
	} else if !errors.Is(lookErr, fs.ErrNotExist) {
		w.tb.Fatalf("%s: Look after the crash = %v, want a view, or no folder", what, lookErr)
	}
	if err != nil {
		w.tb.Fatalf("%s: open after the crash = %v, want a journal", what, err)
	}
	got := map[uint64]entry{}
	last := uint64(0)
	for _, rec := range readAll(w.tb, w.j, 0) {
		if rec.Seq <= last {
			w.tb.Fatalf("%s: record %d after record %d, want them in order", what, rec.Seq, last)
		}
		last = rec.Seq
		got[rec.Seq] = entry{text: string(rec.Payload), durable: w.opts.Sync != SyncNever} // open syncs what it finds
		if !w.m.tried[rec.Seq][string(rec.Payload)] {
			w.tb.Fatalf("%s: record %d is %q, which was never written there", what, rec.Seq, rec.Payload)
		}
	}
	for seq, want := range w.m.taken {
		if seq >= w.m.wanted && (want.durable || !power) && got[seq].text != want.text {
			w.tb.Fatalf("%s: record %d is %q after the crash, want %q", what, seq, got[seq].text, want.text)
		}
	}
	stats := w.j.Stats()
	if stats.Next <= last || stats.First > stats.Next {
		w.tb.Fatalf("%s: Stats() = %+v after the crash, want Next above %d", what, stats, last)
	}
	if found.Records != uint64(len(got)) {
		w.tb.Fatalf("%s: Recovery.Records = %d, want the %d that were read", what, found.Records, len(got))
	}
	if all := found.Records + found.MissingRecords + found.KnownRecords; all > stats.Next-stats.First {
		w.tb.Fatalf("%s: %d records are there or lost, want no more than from %d to %d: %+v", what, all, stats.First, stats.Next, found)
	}
	// What was acknowledged and saved is not delivered again.
	if w.opts.Sync != SyncNever && !w.faults && stats.First < w.m.saved {
		w.tb.Fatalf("%s: Stats().First = %d after the crash, want %d: %+v", what, stats.First, w.m.saved, found)
	}
	// A kill damages nothing. (A loss of power may tear the batch that was being written, in the middle as well.)
	damaged := found.DamagedRegions > 0 || found.MissingRecords > 0
	if !power && !w.faults && damaged && !w.scarred {
		w.tb.Fatalf("%s: Recovery = %+v, want no damage", what, found)
	}
	w.scarred = damaged || found.Cursor == CursorFuture // which leaves a gap up to it
	w.m.taken, w.m.wanted, w.m.next, w.m.saved = got, stats.First, stats.Next, stats.First
}

var allModes = []Sync{SyncInterval, SyncAlways, SyncNever}

// TestEveryCrashPoint runs a random life, once up to each of its operations on the disk, and looks at what is left. Then it
// lives on, and is killed once more.
func TestEveryCrashPoint(t *testing.T) {
	const steps = 40
	seeds := repeat.Times(uint64(16))
	if testing.Short() {
		seeds = 2
	}
	points := 0
	for _, mode := range allModes {
		for seed := range seeds {
			for _, power := range []bool{true, false} {
				for at := 1; ; at++ {
					what := fmt.Sprintf("%v, seed %d, power %v, crash at operation %d", mode, seed, power, at)
					w := newWorld(t, mode, seed)
					w.disk.CrashAt(at)
					_, err := w.open()
					crashed := err != nil
					for i := 0; i < steps && !crashed; i++ {
						crashed = !w.step()
					}
					w.crash(power, what)
					for range steps / 2 {
						w.step()
					}
					w.crash(!power, what+", and again")
					mustClose(t, w.j)
					points++
					if !crashed {
						break
					}
				}
			}
		}
	}
	t.Logf("%d crash points", points)
	if want := 200 * int(seeds); points < want {
		t.Errorf("%d crash points, want at least %d", points, want)
	}
}

// TestFaults lets operations fail at random, with a full disk or an error of the disk, and kills or cuts the power at the end.
func TestFaults(t *testing.T) {
	for seed := range repeat.Times(uint64(300)) {
		mode := allModes[seed%3]
		w := newWorld(t, mode, seed)
		w.faults = true
		if _, err := w.open(); err != nil {
			t.Fatalf("seed %d: open = %v, want a journal", seed, err)
		}
		for life := range 3 {
			random := rand.New(rand.NewPCG(seed, uint64(life)))
			w.disk.Fail(func(int, string, string) error {
				switch random.IntN(30) {
				case 0:
					return syscall.EIO
				case 1:
					return syscall.ENOSPC
				default:
					return nil
				}
			})
			for range 60 {
				w.step()
			}
			w.disk.Fail(nil)
			w.settle(w.j.Sync(), true)
			w.crash(life%2 == 0, fmt.Sprintf("%v, seed %d, life %d", mode, seed, life))
		}
		mustClose(t, w.j)
	}
}

// TestFullDisk fills a small disk again and again: what was taken is there, and there is an end to the errors.
func TestFullDisk(t *testing.T) {
	for _, mode := range allModes {
		disk := faultfs.New()
		o := testOptions(disk)
		o.Sync, o.SegmentBytes = mode, 2000
		j, _ := mustOpen(t, o)
		disk.Limit(20_000)
		var want []uint64
		next, fulls := uint64(1), 0
		for range 2000 {
			payloads, times := batchFrom(next, 3, 0)
			first, err := j.Append(payloads, times)
			if err == nil {
				want = append(want, first, first+1, first+2)
				next += 3
				continue
			}
			fulls++
			if !errors.Is(err, ErrFull) || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%v: Append on a full disk = %v, want ErrFull", mode, err)
			}
			checkSeqs(t, readAll(t, j, 0), want)
			want = slices.Delete(want, 0, len(want)/2)
			j.Ack(want[0])
			if err := j.tend(true); err != nil {
				t.Fatalf("%v: tend on a full disk = %v, want nil", mode, err)
			}
		}
		if fulls < 10 {
			t.Errorf("%v: the disk was full %d times, want at least 10", mode, fulls)
		}
		mustClose(t, j)
		o.FS = disk.PowerLoss(rand.New(rand.NewPCG(1, 1)))
		again, found := mustOpen(t, o)
		checkSeqs(t, readAll(t, again, 0), want)
		if !found.Clean() {
			t.Errorf("%v: Recovery = %+v, want a clean one", mode, found)
		}
		mustClose(t, again)
	}
}

// TestFailedAppendLeavesNothing writes a batch in part: after a kill it is not there, and nothing was torn.
func TestFailedAppendLeavesNothing(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := testOptions(disk)
	j, _ := mustOpen(t, o)
	appendN(t, j, 3)
	disk.Limit(disk.Used() + 500)
	payloads, times := batchFrom(4, 20, 1)
	if _, err := j.Append(payloads, times); !errors.Is(err, ErrFull) {
		t.Fatalf("Append = %v, want ErrFull", err)
	}
	o.FS = disk.Kill()
	again, found := mustOpen(t, o)
	checkSeqs(t, readAll(t, again, 0), span(1, 3))
	if found.TornBytes != 0 {
		t.Errorf("Recovery = %+v, want nothing torn", found)
	}
	mustClose(t, again)
}

// TestCursorComesFirst fails all writes of the cursor: no segment may go.
func TestCursorComesFirst(t *testing.T) {
	t.Parallel()
	disk, o, names := sample(t)
	j, _ := mustOpen(t, o)
	disk.Fail(func(_ int, kind, name string) error {
		if kind == "write" && strings.HasSuffix(name, cursorName) {
			return syscall.EIO
		}
		return nil
	})
	j.Ack(25)
	if err := j.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("Sync = %v, want EIO", err)
	}
	if got := segmentNames(disk); !slices.Equal(got, names) {
		t.Errorf("segments %v without a cursor, want %v", got, names)
	}
	disk.Fail(nil)
	mustClose(t, j)
	if got := segmentNames(disk); !slices.Equal(got, names[2:]) {
		t.Errorf("segments %v with the cursor, want %v", got, names[2:])
	}
}

// TestFailedBatchIsSuperseded leaves whole records of a failed Append in the file: those that got their sequences count.
func TestFailedBatchIsSuperseded(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := testOptions(disk)
	o.Sync = SyncAlways
	j, _ := mustOpen(t, o)
	appendN(t, j, 3)
	disk.Fail(func(_ int, kind, _ string) error {
		if kind == "sync" || kind == "truncate" {
			return syscall.EIO
		}
		return nil
	})
	payloads, times := batchFrom(4, 20, 1)
	if _, err := j.Append(payloads, times); !errors.Is(err, syscall.EIO) {
		t.Fatalf("Append = %v, want EIO", err)
	}
	disk.Fail(nil)
	appendN(t, j, 2)
	o.FS = disk.Kill()
	again, found := mustOpen(t, o)
	checkSeqs(t, readAll(t, again, 0), span(1, 5))
	if found.Records != 5 || found.TornBytes == 0 || !found.Clean() {
		t.Errorf("Recovery = %+v, want 5 records and the failed ones torn", found)
	}
	mustClose(t, again)
}
