package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sort"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// patience is how often a Reader reports that it cannot read a place before it takes the place for damaged.
const patience = 3

// Reader reads records in order, from the files, durable or not. It belongs to one goroutine, and uses the same memory
// whatever waits.
type Reader struct {
	j     *Journal
	seq   uint64 // the next one to deliver, if it is there
	seg   *segment
	file  vfs.File
	scan  scanner
	fails int
}

// NewReader returns a reader of the records from seq on, or from the first that is wanted if that is later.
func (j *Journal) NewReader(seq uint64) *Reader {
	j.mu.Lock()
	defer j.mu.Unlock()
	return &Reader{j: j, seq: max(seq, j.wanted)}
}

// Next returns the next record; its payload is valid until the next call. The error is io.EOF when there is none yet: call
// again after an Append. Other errors are of the disk; call again later, it goes on at the same place, and in the end passes
// over it. Damage is passed over and counted in the Stats.
func (r *Reader) Next() (Record, error) {
	for {
		if r.scan.pos >= r.scan.end {
			if err := r.advance(); err != nil {
				return Record{}, err
			}
		}
		at, next := r.scan.pos, r.scan.next
		rec, bad, ok := r.scan.scan()
		if err := r.scan.err; err != nil {
			r.scan.err = nil
			if r.fails++; r.fails <= patience {
				r.scan.pos, r.scan.next, r.scan.buf = at, next, r.scan.buf[:0]
				return Record{}, r.j.diskError(fmt.Sprintf("read %s at %d", r.seg.name, at), err)
			}
		} else if ok {
			r.fails = 0
		}
		if bad.size > 0 {
			r.j.damaged(r.seg, bad)
		}
		if ok && rec.Seq >= r.seq {
			r.seq = rec.Seq + 1
			return rec, nil
		}
	}
}

// advance finds more to read: what was appended to this segment, or the segment behind it.
func (r *Reader) advance() error {
	seg, end, limit, err := r.j.after(r.seg, r.seq, r.scan.pos)
	if err != nil {
		return err
	}
	if seg == r.seg {
		r.scan.end = end
		return nil
	}
	file, err := r.j.opts.FS.OpenFile(seg.name, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) && r.j.gone(seg) {
		return r.advance() // acknowledged and removed just now
	}
	if err != nil {
		return r.j.diskError("read", err)
	}
	err = r.Close()
	r.seg, r.file = seg, file
	r.scan.reset(file, seg.first, limit, end)
	return err
}

// after returns where a reader goes on that wants seq and stands at pos of a segment, nil at the start: the same segment if
// there is more in it, or the next one, with its size.
func (j *Journal) after(at *segment, seq uint64, pos int64) (seg *segment, end int64, limit uint64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if at != nil && pos < at.size {
		return at, at.size, 0, nil
	}
	// The segment with seq is the last one that does not begin behind it.
	seq = max(seq, j.wanted)
	i := sort.Search(len(j.segments), func(i int) bool { return j.segments[i].first > seq }) - 1
	i = max(i, 0)
	for at != nil && i < len(j.segments) && j.segments[i].first <= at.first {
		i++
	}
	if i >= len(j.segments) {
		return nil, 0, 0, io.EOF
	}
	limit = endSequence
	if i+1 < len(j.segments) {
		limit = j.segments[i+1].first
	}
	return j.segments[i], j.segments[i].size, limit, nil
}

// gone reports whether a segment is no longer part of the journal.
func (j *Journal) gone(seg *segment) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if i := slices.Index(j.segments, seg); j.viewed && i >= 0 {
		j.segments = slices.Delete(j.segments, 0, i+1)
	}
	return len(j.segments) == 0 || seg.first < j.segments[0].first
}

// damaged counts damage that a reader came to, once: neither what recovery told of, nor what a reader met before.
func (j *Journal) damaged(seg *segment, bad region) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.IndexFunc(seg.bad, func(r region) bool { return r.off == bad.off })
	switch {
	case i >= 0:
		j.stats.ReadDamage += max(bad.size-seg.bad[i].size, 0)
		seg.bad[i].size = max(bad.size, seg.bad[i].size)
	case len(seg.bad) < maxFindings:
		seg.bad = append(seg.bad, bad)
		j.stats.ReadDamage += bad.size
	}
}

// Close closes the file. A call of Next opens it again, at its beginning.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.seg, r.file = nil, nil
	r.scan.pos, r.scan.end = 0, 0
	return r.j.diskError("close segment", err)
}
