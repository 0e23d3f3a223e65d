package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// mustLook looks at a folder that nobody writes to, and checks that it stays as it is.
func mustLook(tb testing.TB, disk *faultfs.FS, o Options) *View {
	tb.Helper()
	before := disk.Ops()
	v, err := Look(o, 0)
	if err != nil {
		tb.Fatalf("Look = %v, want a view", err)
	}
	if ops := disk.Ops() - before; ops > 0 {
		tb.Errorf("Look changed the disk %d times, want never", ops)
	}
	return v
}

// checkView compares a view with the journal that was opened after it.
func checkView(tb testing.TB, v *View, j *Journal, found Recovery) {
	tb.Helper()
	bare := func(r Recovery) string {
		r.Findings = slices.Clone(r.Findings)
		for i := range r.Findings {
			r.Findings[i].Quarantine = ""
		}
		return fmt.Sprintf("%+v", r)
	}
	if got, want := bare(v.Found), bare(found); got != want {
		tb.Errorf("Look found\n%s, and Open\n%s", got, want)
	}
	if got, want := v.Stats(), j.Stats(); got.First != want.First || got.Next != want.Next {
		tb.Errorf("sequences of the view %d to %d, of the journal %d to %d", got.First, got.Next, want.First, want.Next)
	}
}

// all reads the view to its end.
func (v *View) all(tb testing.TB) []Record {
	tb.Helper()
	return drain(tb, v.NewReader(0))
}

// drain reads to the end, with payloads copied, and closes the reader.
func drain(tb testing.TB, r *Reader) []Record {
	tb.Helper()
	var all []Record
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatalf("Next after %d records = %v, want a record or io.EOF", len(all), err)
		}
		rec.Payload = slices.Clone(rec.Payload)
		all = append(all, rec)
	}
	if err := r.Close(); err != nil {
		tb.Fatalf("Reader.Close = %v, want nil", err)
	}
	return all
}

func TestLookAtNothing(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := testOptions(disk)
	if _, err := Look(o, 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Look without a folder = %v, want fs.ErrNotExist", err)
	}
	if _, err := disk.ReadDir(testDir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	if err := disk.MkdirAll(testDir, 0o700); err != nil {
		t.Fatal(err)
	}
	if found, err := inspect(o, 0); err != nil || found.Records != 0 || !found.Clean() {
		t.Errorf("inspect of an empty folder = %+v, %v, want nothing", found, err)
	}
	if _, err := inspect(Options{}, 0); err == nil {
		t.Error("inspect without options = nil, want an error")
	}
}

// TestLookAtALivingJournal has it written to, and damaged behind upTo and below the cursor, which is nobody's business.
func TestLookAtALivingJournal(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	o := testOptions(disk)
	o.SegmentBytes = 1500
	j, _ := mustOpen(t, o)
	for range 25 {
		appendN(t, j, 1)
	}
	j.Ack(5)
	if err := j.tend(true); err != nil {
		t.Fatal(err)
	}
	upTo := j.Stats().Next
	names := segmentNames(disk)
	last := names[len(names)-1]
	end := int64(len(content(t, disk, last)))
	f, err := disk.OpenFile(last, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(recordTag+"half a record"), end); err != nil {
		t.Fatal(err)
	}
	disk.Put(segmentPath(testDir, upTo), []byte("a segment that is begun"))
	v, err := Look(o, upTo)
	if err != nil || !v.Found.Clean() || v.Found.TornBytes != 0 || v.Found.Records != 21 {
		t.Fatalf("Look = %+v, %v, want 21 records and no damage", v, err)
	}
	checkSeqs(t, v.all(t), span(5, 25))

	// What was written since is left out, in this segment and behind it.
	for range 30 {
		appendN(t, j, 1)
	}
	v, err = Look(o, upTo)
	if err != nil || !v.Found.Clean() || v.Found.Records != 21 || v.Stats().Next != upTo {
		t.Errorf("Look = %+v, %v, want the 21 records as before", v.Found, err)
	}
	checkSeqs(t, v.all(t), span(5, 25))

	// Damage in front of it is damage, also in the last record.
	content(t, disk, last)[offsetOf(t, disk, last, 25)+headerSize] ^= 1
	found, err := inspect(o, upTo)
	if err != nil || found.DamagedRegions != 1 || found.MissingRecords != 1 || found.Records != 20 {
		t.Errorf("inspect = %+v, %v, want one damaged record of 21", found, err)
	}

	// Acknowledged since.
	j.Ack(30)
	if err := j.tend(true); err != nil {
		t.Fatal(err)
	}
	v, err = Look(o, upTo)
	if err != nil || !v.Found.Clean() || v.Found.Records != 0 || v.Stats().First != upTo {
		t.Errorf("Look = %+v, %v, want nothing that is wanted", v.Found, err)
	}
	checkSeqs(t, v.all(t), nil)
	mustClose(t, j)
}

// TestLookMissesTheEnd tells that the last segment went away, which nothing in the folder says.
func TestLookMissesTheEnd(t *testing.T) {
	t.Parallel()
	disk, o, names := sample(t)
	if err := disk.Remove(names[2]); err != nil {
		t.Fatal(err)
	}
	if found, err := inspect(o, 31); err != nil || found.MissingRecords != 10 || found.Records != 20 {
		t.Errorf("inspect = %+v, %v, want 10 of 30 missing", found, err)
	}
}

// vanishing is a disk on which files go away just before they are opened, as the cursor moves.
type vanishing struct {
	*faultfs.FS
	tend func()
}

func (d *vanishing) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if strings.HasSuffix(name, segmentSuffix) && d.tend != nil {
		d.tend()
	}
	return d.FS.OpenFile(name, flag, perm)
}

// TestSegmentsGoWhileLooking acknowledges segments between the list and their reading, and between Look and Next.
func TestSegmentsGoWhileLooking(t *testing.T) {
	t.Parallel()
	disk, o, _ := sample(t)
	j, _ := mustOpen(t, o)
	ack := func(seq uint64) func() {
		return func() {
			j.Ack(seq)
			if err := j.tend(true); err != nil {
				t.Errorf("tend = %v, want nil", err)
			}
		}
	}
	looking := o
	looking.FS = &vanishing{FS: disk, tend: ack(13)}
	v, err := Look(looking, 31)
	if err != nil || !v.Found.Clean() || v.Found.Records != 20 || v.Stats().First != 11 {
		t.Errorf("Look = %+v, %v, want the records from 11 on, as the segment before them went", v.Found, err)
	}
	ack(25)()
	checkSeqs(t, v.all(t), span(21, 30))
	ack(31)()
	checkSeqs(t, v.all(t), nil)
	if found, err := inspect(o, 31); err != nil || !found.Clean() || found.Records != 0 {
		t.Errorf("inspect of what is acknowledged = %+v, %v, want nothing", found, err)
	}
	mustClose(t, j)
}

// TestLookWhileWriting looks again and again at a journal that is written to, acknowledged and tended.
func TestLookWhileWriting(t *testing.T) {
	t.Parallel()
	o := DefaultOptions(t.TempDir())
	o.SegmentBytes, o.Interval = 2000, time.Millisecond
	j, _, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		random := rand.New(rand.NewPCG(1, 2))
		for {
			select {
			case <-stop:
				return
			default:
			}
			payloads, times := batchFrom(j.Stats().Next, 1+random.IntN(20), 0)
			if _, err := j.Append(payloads, times); err != nil {
				t.Errorf("Append = %v, want nil", err)
			}
			if s := j.Stats(); s.Next-s.First > 500 {
				j.Ack(s.Next - random.Uint64N(400))
			}
		}
	})
	for range repeat.Times(200) {
		upTo := j.Stats().Next
		v, err := Look(o, upTo)
		if err != nil || !v.Found.Clean() || v.Found.TornBytes > 0 {
			t.Errorf("Look = %+v, %v, want no damage", v, err)
			break
		}
		last := uint64(0)
		for _, rec := range v.all(t) {
			if last > 0 && rec.Seq <= last || rec.Seq >= upTo || string(rec.Payload) != text(rec.Seq, 0) {
				t.Errorf("record %d %q after %d, want one below %d", rec.Seq, rec.Payload, last, upTo)
			}
			last = rec.Seq
		}
		// What was acknowledged meanwhile may have been removed.
		if first := j.Stats().First; last != 0 && last != upTo-1 && first < upTo {
			t.Errorf("the last record is %d, want %d, as those from %d on are wanted", last, upTo-1, first)
		}
	}
	close(stop)
	writer.Wait()
	mustClose(t, j)
}

func TestQuarantined(t *testing.T) {
	t.Parallel()
	disk, o, names := sample(t)
	if files, bytes, err := Quarantined(o); files != 0 || bytes != 0 || err != nil {
		t.Errorf("Quarantined = %d, %d, %v, want nothing", files, bytes, err)
	}
	content(t, disk, names[0])[offsetOf(t, disk, names[0], 4)] ^= 1
	j, _ := mustOpen(t, o)
	size := int64(headerSize + len(text(4, 0)))
	if files, bytes, err := Quarantined(o); files != 1 || bytes != size || err != nil {
		t.Errorf("Quarantined = %d, %d, %v, want 1 file of %d bytes", files, bytes, err, size)
	}
	mustClose(t, j)
}

// inspect returns what Look finds.
func inspect(o Options, upTo uint64) (Recovery, error) {
	v, err := Look(o, upTo)
	if err != nil {
		return Recovery{}, err
	}
	return v.Found, nil
}
