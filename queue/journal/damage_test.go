package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
)

// sample makes a closed journal of three segments: 1-10, 11-20 and 21-30, and returns the paths.
func sample(t *testing.T) (*faultfs.FS, Options, []string) {
	t.Helper()
	disk := faultfs.New()
	o := testOptions(disk)
	o.SegmentBytes = headerSize
	j, _ := mustOpen(t, o)
	for range 3 {
		appendN(t, j, 10)
	}
	mustClose(t, j)
	names := segmentNames(disk)
	if len(names) != 3 {
		t.Fatalf("the sample has the segments %v, want 3", names)
	}
	return disk, o, names
}

// offsetOf returns where a record begins in its segment.
func offsetOf(t *testing.T, disk *faultfs.FS, name string, seq uint64) int {
	t.Helper()
	b := content(t, disk, name)
	for off := 0; off < len(b); {
		h, ok := parseHeader(b[off:])
		if !ok {
			break
		}
		if h.seq == seq {
			return off
		}
		off += int(h.size())
	}
	t.Fatalf("%s has no record %d", name, seq)
	return 0
}

func content(t *testing.T, disk *faultfs.FS, name string) []byte {
	t.Helper()
	b, ok := disk.Content(name)
	if !ok {
		t.Fatalf("no file %s, want one", name)
	}
	return b
}

// counts are the numbers of a Recovery, without details.
func counts(r Recovery) Recovery {
	r.Findings = nil
	return r
}

func TestDamage(t *testing.T) {
	t.Parallel()
	size := func(seq uint64) int64 { return int64(headerSize + len(text(seq, 0))) }
	flip := func(seq uint64, segment, at int) func(*testing.T, *faultfs.FS, []string) {
		return func(t *testing.T, disk *faultfs.FS, names []string) {
			t.Helper()
			content(t, disk, names[segment])[offsetOf(t, disk, names[segment], seq)+at] ^= 0x10
		}
	}
	tests := []struct {
		name   string
		damage func(*testing.T, *faultfs.FS, []string)
		want   []uint64
		found  Recovery
	}{
		{"none", func(*testing.T, *faultfs.FS, []string) {}, span(1, 30), Recovery{Segments: 3, Records: 30}},
		{
			"torn tail", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				b := content(t, disk, names[2])
				disk.Put(names[2], b[:len(b)-5])
			}, span(1, 29), Recovery{Segments: 3, Records: 29, TornBytes: size(30) - 5},
		},
		{
			"tail of a middle segment", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				b := content(t, disk, names[1])
				disk.Put(names[1], b[:len(b)-5])
			}, span(1, 30, 20),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(20) - 5, MissingRecords: 1},
		},
		{
			"magic", flip(5, 0, 0), span(1, 30, 5),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(5), MissingRecords: 1},
		},
		{
			"length", flip(5, 0, 4), span(1, 30, 5),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(5), MissingRecords: 1},
		},
		{
			"length, far too large", flip(5, 0, 7), span(1, 30, 5),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(5), MissingRecords: 1},
		},
		{
			"header", flip(15, 1, 17), span(1, 30, 15),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(15), MissingRecords: 1},
		},
		{
			"payload", flip(15, 1, headerSize+1), span(1, 30, 15),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(15), MissingRecords: 1},
		},
		{
			"first record", flip(11, 1, 9), span(1, 30, 11),
			Recovery{Segments: 3, Records: 29, DamagedRegions: 1, DamagedBytes: size(11), MissingRecords: 1},
		},
		{
			"payload of the last record", flip(30, 2, headerSize), span(1, 29),
			Recovery{Segments: 3, Records: 29, TornBytes: size(30)},
		},
		{
			"two places", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				flip(8, 0, 33)(t, disk, names)
				flip(3, 0, 3)(t, disk, names)
			}, span(1, 30, 3, 8),
			Recovery{Segments: 3, Records: 28, DamagedRegions: 2, DamagedBytes: size(3) + size(8), MissingRecords: 2},
		},
		{
			"zeroed block", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				clear(content(t, disk, names[0])[offsetOf(t, disk, names[0], 3)+7 : offsetOf(t, disk, names[0], 6)+7])
			}, span(1, 30, 3, 4, 5, 6),
			Recovery{
				Segments: 3, Records: 26, DamagedRegions: 1, DamagedBytes: size(3) + size(4) + size(5) + size(6), MissingRecords: 4,
			},
		},
		{
			"bytes cut out", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				b := content(t, disk, names[0])
				from, to := offsetOf(t, disk, names[0], 3)+7, offsetOf(t, disk, names[0], 6)+7
				disk.Put(names[0], slices.Concat(b[:from], b[to:]))
			}, span(1, 30, 3, 4, 5, 6),
			Recovery{Segments: 3, Records: 26, DamagedRegions: 1, DamagedBytes: size(6), MissingRecords: 4},
		},
		{
			"missing segment", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				if err := disk.Remove(names[1]); err != nil {
					t.Fatal(err)
				}
			}, span(1, 30, span(11, 20)...), Recovery{Segments: 2, Records: 20, MissingSegments: 1, MissingRecords: 10},
		},
		{
			"missing first segment", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				if err := disk.Remove(names[0]); err != nil {
					t.Fatal(err)
				}
			}, span(11, 30), Recovery{Segments: 2, Records: 20, MissingSegments: 1, MissingRecords: 10},
		},
		{
			"zeroed segment", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				disk.Put(names[1], make([]byte, 5000))
			}, span(1, 30, span(11, 20)...),
			Recovery{Segments: 2, Records: 20, DamagedRegions: 1, DamagedBytes: 5000, MissingRecords: 10},
		},
		{
			"last segment is garbage", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				disk.Put(names[2], bytes.Repeat([]byte(recordTag), 500))
			}, span(1, 20), Recovery{Segments: 2, Records: 20, TornBytes: 2000},
		},
		{
			"empty segment", func(_ *testing.T, disk *faultfs.FS, _ []string) {
				disk.Put(segmentPath(testDir, 31), nil)
			}, span(1, 30), Recovery{Segments: 3, Records: 30},
		},
		{
			"segment with a low name and nothing in it", func(_ *testing.T, disk *faultfs.FS, _ []string) {
				disk.Put(segmentPath(testDir, 5), []byte("not a segment"))
			}, span(1, 30), Recovery{Segments: 3, Records: 30, DamagedRegions: 1, DamagedBytes: 13},
		},
		{
			"copy of a segment under another name", func(t *testing.T, disk *faultfs.FS, names []string) {
				t.Helper()
				disk.Put(segmentPath(testDir, 900), content(t, disk, names[0]))
			}, span(1, 30), Recovery{Segments: 3, Records: 30, TornBytes: func() (n int64) {
				for seq := range uint64(10) {
					n += size(seq + 1)
				}
				return n
			}()},
		},
		{
			"foreign files", func(_ *testing.T, disk *faultfs.FS, names []string) {
				disk.Put(filepath.Join(testDir, "README"), []byte("x"))
				disk.Put(filepath.Join(testDir, "5.seg"), []byte("y"))
				disk.Put(names[0]+".bak", []byte("z"))
			}, span(1, 30),
			Recovery{Segments: 3, Records: 30, ForeignFiles: []string{"00000000000000000001.seg.bak", "5.seg", "README"}},
		},
		{
			"cursor missing", func(t *testing.T, disk *faultfs.FS, _ []string) {
				t.Helper()
				if err := disk.Remove(filepath.Join(testDir, cursorName)); err != nil {
					t.Fatal(err)
				}
			}, span(1, 30), Recovery{Segments: 3, Records: 30, Cursor: CursorMissing},
		},
		{
			"cursor damaged", func(_ *testing.T, disk *faultfs.FS, _ []string) {
				disk.Put(filepath.Join(testDir, cursorName), make([]byte, 9000))
			}, span(1, 30), Recovery{Segments: 3, Records: 30, Cursor: CursorDamaged},
		},
		{
			"cursor too short", func(_ *testing.T, disk *faultfs.FS, _ []string) {
				disk.Put(filepath.Join(testDir, cursorName), []byte("x"))
			}, span(1, 30), Recovery{Segments: 3, Records: 30, Cursor: CursorDamaged},
		},
		{
			"cursor from the future", func(_ *testing.T, disk *faultfs.FS, _ []string) {
				disk.Put(filepath.Join(testDir, cursorName), slot(8, 5000))
			}, span(1, 30), Recovery{Segments: 3, Records: 30, Cursor: CursorFuture},
		},
		{
			"cursor within, one slot damaged", func(_ *testing.T, disk *faultfs.FS, _ []string) {
				b := slot(8, 15)
				disk.Put(filepath.Join(testDir, cursorName), append(b, bytes.Repeat([]byte{7}, 5000)...))
			}, span(15, 30), Recovery{Segments: 2, Records: 16, Acked: 4},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			disk, o, names := sample(t)
			tt.damage(t, disk, names)
			view := mustLook(t, disk, o)
			checkSeqs(t, view.all(t), tt.want)
			j, found := mustOpen(t, o)
			checkView(t, view, j, found)
			checkSeqs(t, readAll(t, j, 0), tt.want)
			if got, want := fmt.Sprintf("%+v", counts(found)), fmt.Sprintf("%+v", tt.found); got != want {
				t.Errorf("Recovery is\n%s, want\n%s", got, want)
			}
			// The journal goes on, and the next start finds the same records and what is new, and nothing twice.
			next := j.Stats().Next
			appendN(t, j, 3)
			mustClose(t, j)
			again, second := mustOpen(t, o)
			checkSeqs(t, readAll(t, again, 0), slices.Concat(tt.want, span(next, next+2)))
			if second.Cursor != CursorOK || second.TornBytes > 0 {
				t.Errorf("second Recovery = %+v, want a cursor and nothing torn", second)
			}
			again.Ack(next + 3)
			mustClose(t, again)
			if left := segmentNames(disk); len(left) > 0 {
				t.Errorf("segments %v after everything was acknowledged, want none", left)
			}
			for _, name := range found.ForeignFiles {
				content(t, disk, filepath.Join(testDir, name))
			}
		})
	}
}

// TestDamageOfAnyByte flips each byte of a segment in turn: at most the record that it belongs to is lost.
func TestDamageOfAnyByte(t *testing.T) {
	t.Parallel()
	pristine, _, names := sample(t)
	want := content(t, pristine, names[1])
	for at := range want {
		disk, o, _ := sample(t)
		content(t, disk, names[1])[at] ^= 1 << (at % 8)
		j, found := mustOpen(t, o)
		got := readAll(t, j, 0)
		if len(got) != 29 || found.DamagedRegions != 1 || found.MissingRecords != 1 {
			t.Fatalf("byte %d: %d records and %+v, want 29 and one damaged region", at, len(got), found)
		}
		mustClose(t, j)
	}
}

func TestQuarantine(t *testing.T) {
	t.Parallel()
	disk, o, names := sample(t)
	b := content(t, disk, names[0])
	off := offsetOf(t, disk, names[0], 4)
	b[off+headerSize] ^= 1
	bad := slices.Clone(b[off:offsetOf(t, disk, names[0], 5)])
	for range 2 {
		j, found := mustOpen(t, o)
		if len(found.Findings) != 1 || found.Findings[0].Err != nil {
			t.Fatalf("Findings = %v, want one without an error", found.Findings)
		}
		f := found.Findings[0]
		if f.File != names[0] || f.Offset != int64(off) || f.Kind != Damaged {
			t.Errorf("Finding = %v, want damage of %s at %d", f, names[0], off)
		}
		if got := content(t, disk, f.Quarantine); !bytes.Equal(got, bad) {
			t.Errorf("%s holds %q, want the damaged record %q", f.Quarantine, got, bad)
		}
		if parts, size := found.Quarantined(); parts != 1 || size != int64(len(bad)) {
			t.Errorf("Quarantined = %d parts of %d bytes, want 1 of %d", parts, size, len(bad))
		}
		mustClose(t, j)
	}
	if got := quarantined(disk); len(got) != 1 {
		t.Errorf("quarantine holds %v after two starts, want one file", got)
	}
}

func TestQuarantineIsBounded(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{0, 1000} {
		disk, o, _ := sample(t)
		o.QuarantineBytes = limit
		for i := range 20 {
			garbage := bytes.Repeat([]byte{byte(i)}, 300)
			disk.Put(segmentPath(testDir, uint64(1000+i)), garbage)
			j, _ := mustOpen(t, o)
			checkSeqs(t, readAll(t, j, 0), span(1, 30))
			mustClose(t, j)
		}
		got, want := quarantined(disk), min(int(limit/300), 3)
		if len(got) != want || want > 0 && !strings.Contains(got[want-1], "1019.seg") {
			t.Errorf("limit %d: quarantine holds %v, want the %d newest", limit, got, want)
		}
	}
}

func quarantined(disk *faultfs.FS) []string {
	var out []string
	for _, name := range disk.Names() {
		if strings.HasSuffix(name, quarantineEnd) {
			out = append(out, name)
		}
	}
	return out
}

// TestDamageWithoutRoom starts on a disk that takes nothing more: what is readable is read.
func TestDamageWithoutRoom(t *testing.T) {
	t.Parallel()
	disk, o, names := sample(t)
	content(t, disk, names[0])[offsetOf(t, disk, names[0], 4)] ^= 1
	b := content(t, disk, names[2])
	disk.Put(names[2], b[:len(b)-1])
	disk.Fail(func(_ int, kind, _ string) error {
		return &fs.PathError{Op: kind, Err: errors.New("not today")}
	})
	j, found := mustOpen(t, o)
	checkSeqs(t, readAll(t, j, 0), span(1, 29, 4))
	if found.DamagedRegions != 1 || found.TornBytes == 0 || found.Findings[0].Err == nil {
		t.Errorf("Recovery = %+v, want one damaged region, a torn tail, and why they could not be kept", found)
	}
	if parts, size := found.Quarantined(); parts != 0 || size != 0 {
		t.Errorf("Quarantined = %d parts of %d bytes, want none on a disk that takes nothing", parts, size)
	}
	if j.Stats().LastError == nil {
		t.Error("Stats().LastError = nil, want what went wrong")
	}
	disk.Fail(nil)
	appendN(t, j, 1)
	checkSeqs(t, readAll(t, j, 0), span(1, 30, 4))
	mustClose(t, j)
}
