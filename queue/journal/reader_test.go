package journal

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

func TestReaderFollowsTheEnd(t *testing.T) {
	t.Parallel()
	o := testOptions(faultfs.New())
	o.SegmentBytes = 300
	j, _ := mustOpen(t, o)
	r := j.NewReader(0)
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("Next of an empty journal = %v, want io.EOF", err)
	}
	for seq := uint64(1); seq < 50; seq++ {
		appendN(t, j, 1)
		rec, err := r.Next()
		if err != nil || rec.Seq != seq || string(rec.Payload) != text(seq, 0) {
			t.Fatalf("Next = %d %q, %v, want %d", rec.Seq, rec.Payload, err, seq)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("Next after record %d = %v, want io.EOF", seq, err)
		}
		j.Ack(seq)
		if err := j.tend(true); err != nil { // removes segments under the reader
			t.Fatalf("tend = %v, want nil", err)
		}
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Errorf("Close of the reader = %v, want nil", err)
	}
	mustClose(t, j)
}

// TestReaderSeesLaterDamage damages a file that is open, and checks that the reader goes on behind it and counts.
func TestReaderSeesLaterDamage(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	j, _ := mustOpen(t, testOptions(disk))
	appendN(t, j, 10)
	name := segmentNames(disk)[0]
	content(t, disk, name)[offsetOf(t, disk, name, 5)+headerSize] ^= 1
	checkSeqs(t, readAll(t, j, 0), span(1, 10, 5))
	checkSeqs(t, readAll(t, j, 0), span(1, 10, 5))
	want := int64(headerSize + len(text(5, 0)))
	if got := j.Stats().ReadDamage; got != want {
		t.Errorf("Stats().ReadDamage = %d after two readers, want %d", got, want)
	}
	content(t, disk, name)[offsetOf(t, disk, name, 5)] ^= 1
	content(t, disk, name)[offsetOf(t, disk, name, 4)] ^= 1
	checkSeqs(t, readAll(t, j, 0), span(1, 10, 4, 5))
	if got := j.Stats().ReadDamage; got < want+int64(headerSize+len(text(4, 0))) {
		t.Errorf("Stats().ReadDamage = %d after more damage, want that of record 4 too, on top of %d", got, want)
	}
	mustClose(t, j)
	j, found := mustOpen(t, testOptions(disk))
	checkSeqs(t, readAll(t, j, 0), span(1, 10, 4, 5))
	if got := j.Stats().ReadDamage; got != 0 || found.DamagedBytes == 0 {
		t.Errorf("ReadDamage = %d of %d that recovery told of, want none of them counted again", got, found.DamagedBytes)
	}
	mustClose(t, j)
}

// badSector is a file that cannot be read in one place.
type badSector struct {
	vfs.FS
	from, to int64
}

type badFile struct {
	vfs.File
	bad *badSector
}

func (b *badSector) OpenFile(name string, flag int, perm os.FileMode) (vfs.File, error) {
	f, err := b.FS.OpenFile(name, flag, perm)
	if err != nil || !strings.HasSuffix(name, segmentSuffix) {
		return f, err
	}
	return badFile{f, b}, nil
}

func (f badFile) ReadAt(p []byte, off int64) (int, error) {
	if off < f.bad.to && off+int64(len(p)) > f.bad.from {
		return 0, syscall.EIO
	}
	return f.File.ReadAt(p, off)
}

func TestUnreadableSector(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	bad := &badSector{FS: disk}
	o := testOptions(disk)
	o.FS = bad
	j, _ := mustOpen(t, o)
	appendN(t, j, 300)
	name := segmentNames(disk)[0]
	bad.from, bad.to = int64(offsetOf(t, disk, name, 100)), int64(offsetOf(t, disk, name, 101))
	// All records of the page are lost, no others.
	lost := span(1, 300)
	lost = slices.DeleteFunc(lost, func(seq uint64) bool {
		return int64(offsetOf(t, disk, name, seq))+headerSize+int64(len(text(seq, 0))) <= bad.from/page*page ||
			int64(offsetOf(t, disk, name, seq)) >= (bad.to+page-1)/page*page
	})
	r := j.NewReader(0)
	var got []uint64
	errs := 0
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			errs++
			continue
		}
		got = append(got, rec.Seq)
	}
	if want := span(1, 300, lost...); !slices.Equal(got, want) || errs < patience {
		t.Errorf("read %v with %d errors, want %v with at least %d", got, errs, want, patience)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close of the reader = %v, want nil", err)
	}
	mustClose(t, j)
	before := len(content(t, disk, name))
	again, found := mustOpen(t, o)
	if found.Records != 300-uint64(len(lost)) || found.UnreadableBytes == 0 || found.MissingRecords != uint64(len(lost)) {
		t.Errorf("Recovery = %+v, want %d records missing and some bytes unreadable", found, len(lost))
	}
	if after := len(content(t, disk, name)); after != before {
		t.Errorf("the file has %d bytes after Open, want the %d as before", after, before)
	}
	mustClose(t, again)
}
