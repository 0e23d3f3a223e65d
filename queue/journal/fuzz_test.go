package journal

import (
	"bytes"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
)

// FuzzRecovery opens a journal with arbitrary bytes as segments and as cursor. It opens, says nothing that was not there, and
// goes on; the second start finds the same records.
func FuzzRecovery(f *testing.F) {
	var good []byte
	for seq := uint64(1); seq <= 4; seq++ {
		good = appendRecord(good, Record{Seq: seq, Time: 1, Payload: []byte(text(seq, 0))})
	}
	torn := slices.Concat(good[:50], []byte(recordTag), good[60:])
	late := appendRecord(nil, Record{Seq: 20, Payload: appendRecord(nil, Record{Seq: 21})})
	f.Add(good, late, slot(1, 3))
	f.Add(torn, good, slot(1, endSequence-1))
	f.Add(good[:70], bytes.Repeat([]byte(recordTag), 40), []byte{})
	f.Add([]byte{}, late, make([]byte, slotStep+slotSize))
	f.Fuzz(func(t *testing.T, one, two, cur []byte) {
		disk := faultfs.New()
		o := testOptions(disk)
		if err := disk.MkdirAll(testDir, 0o700); err != nil {
			t.Fatal(err)
		}
		disk.Put(segmentPath(testDir, 1), one)
		disk.Put(segmentPath(testDir, 20), two)
		disk.Put(testDir+"/"+cursorName, cur)
		checkLookUpTo(t, o, 10)
		view := mustLook(t, disk, o)
		seen := view.all(t)
		j, found := mustOpen(t, o)
		checkView(t, view, j, found)
		got := readAll(t, j, 0)
		if len(seen) != len(got) {
			t.Fatalf("the view has %d records, want the %d of the journal", len(seen), len(got))
		}
		if uint64(len(got)) != found.Records {
			t.Fatalf("read %d records, want the %d that Open found", len(got), found.Records)
		}
		last := uint64(0)
		for _, rec := range got {
			b := appendRecord(nil, rec)
			if rec.Seq <= last || !bytes.Contains(one, b) && !bytes.Contains(two, b) {
				t.Fatalf("record %d %q after %d, which is in no file or not in order", rec.Seq, rec.Payload, last)
			}
			last = rec.Seq
		}
		if sum := found.DamagedBytes + found.TornBytes; sum < 0 || sum > int64(len(one)+len(two)) {
			t.Fatalf("%d bytes damaged, of %d", sum, len(one)+len(two))
		}
		first := appendN(t, j, 1)
		if first <= last {
			t.Fatalf("Append = %d after record %d, want more", first, last)
		}
		mustClose(t, j)
		view = mustLook(t, disk, o)
		again, second := mustOpen(t, o)
		checkView(t, view, again, second)
		if found.DamagedRegions < maxFindings && second.DamagedRegions > 0 || second.MissingRecords >= endSequence {
			t.Fatalf("second Recovery = %+v, want no damage that the first one told of: %+v", second, found)
		}
		if got2 := readAll(t, again, 0); len(got2) != len(got)+1 || got2[len(got)].Seq != first {
			t.Fatalf("%d records at the second start, want the %d and the new one; first %+v, second %+v", len(got2), len(got), found, second)
		}
		mustClose(t, again)
	})
}

// checkLookUpTo looks as at a journal that is open and has come up to a sequence.
func checkLookUpTo(t *testing.T, o Options, upTo uint64) {
	t.Helper()
	v, err := Look(o, upTo)
	if err != nil {
		t.Fatalf("Look = %v, want a view", err)
	}
	got := v.all(t)
	if uint64(len(got)) != v.Found.Records || v.Found.Records+v.Found.MissingRecords >= upTo {
		t.Fatalf("%d records below %d, and found %+v", len(got), upTo, v.Found)
	}
	for _, rec := range got {
		if rec.Seq >= upTo {
			t.Fatalf("record %d, want none from %d on", rec.Seq, upTo)
		}
	}
}
