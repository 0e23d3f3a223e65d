package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// keepBuffer is the capacity of the write buffer that is kept from one Append to the next.
const keepBuffer = 1 << 20

// Append writes a batch with one write and returns the sequence of its first record; the others follow it. Times are
// nanoseconds since 1970, one for each payload. It keeps neither slice. An error means that none of the batch is in the
// journal: ErrFull, ErrReadOnly, ErrTooLarge, ErrClosed or what the disk said.
func (j *Journal) Append(payloads [][]byte, times []int64) (uint64, error) {
	if len(payloads) != len(times) {
		return 0, fmt.Errorf("journal: %d payloads and %d times", len(payloads), len(times))
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.closed {
		return 0, ErrClosed
	}
	first := j.next // only Append changes it
	if err := j.encode(first, payloads, times); err != nil || len(payloads) == 0 {
		return first, err
	}
	if mode := Sync(j.mode.Load()); mode != j.used {
		j.seal() // what is in it was promised something else
		j.used = mode
	}
	seg, err := j.room(first, int64(len(j.buf)))
	if err != nil {
		return 0, j.diskError("begin segment", err)
	}
	if _, err := seg.file.WriteAt(j.buf, seg.size); err != nil {
		j.undo(seg)
		j.seal() // so that it can be removed, and make room, as soon as nothing in it is wanted
		return 0, j.diskError("append", err)
	}
	if j.used == SyncAlways {
		if err := j.syncNow(seg); err != nil {
			j.undo(seg)
			j.seal()
			return 0, j.diskError("sync", err)
		}
	}
	j.publish(seg, uint64(len(payloads)))
	return first, nil
}

// trySize is enough that a disk without a free block refuses it.
const trySize = 4 << 10

// Try tells whether a record could be written now: it writes something behind the last one, and takes it back.
func (j *Journal) Try() error {
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.closed {
		return ErrClosed
	}
	seg, err := j.room(j.next, trySize)
	if err != nil {
		return j.diskError("begin segment", err)
	}
	_, err = seg.file.WriteAt(make([]byte, trySize), seg.size)
	j.undo(seg)
	if err != nil {
		j.seal()
	}
	return j.diskError("try", err)
}

// encode fills the buffer.
func (j *Journal) encode(first uint64, payloads [][]byte, times []int64) error {
	if cap(j.buf) > keepBuffer {
		j.buf = nil
	}
	j.buf = j.buf[:0]
	for i, p := range payloads {
		if len(p) > MaxPayload {
			return fmt.Errorf("journal: payload of %d bytes, at most %d: %w", len(p), MaxPayload, ErrTooLarge)
		}
		j.buf = appendRecord(j.buf, Record{Seq: first + uint64(i), Time: times[i], Payload: p})
	}
	return nil
}

// room returns the segment to write to, a new one if the active one is full or no longer to be trusted.
func (j *Journal) room(first uint64, size int64) (*segment, error) {
	if seg := j.active; seg != nil {
		j.mu.Lock()
		failed := seg.failed
		j.mu.Unlock()
		if !failed && (seg.size == 0 || seg.size+size <= j.opts.SegmentBytes) {
			return seg, nil
		}
		j.seal()
	}
	// No records are lost if the file exists: the journal has none of this sequence, so it is what a failed Append left.
	name := segmentPath(j.opts.Dir, first)
	f, err := j.opts.FS.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	j.active = &segment{first: first, name: name, file: f}
	return j.active, nil
}

// syncNow makes what was written to the active segment durable.
func (j *Journal) syncNow(seg *segment) error {
	j.mu.Lock()
	dirSynced := seg.dirSynced
	j.mu.Unlock()
	err := seg.file.Sync()
	if err == nil && !dirSynced {
		err = j.opts.FS.SyncDir(j.opts.Dir)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil {
		seg.dirSynced = true
	}
	j.syncedLocked(err)
	return err
}

// publish makes the buffer part of the journal.
func (j *Journal) publish(seg *segment, records uint64) {
	j.mu.Lock()
	if seg.size == 0 {
		j.segments = append(j.segments, seg)
	}
	seg.size += int64(len(j.buf))
	if j.used == SyncAlways {
		seg.synced = seg.size
	}
	j.next += records
	j.mu.Unlock()
	if j.used != SyncAlways {
		j.signal()
	}
}

// undo cuts off what a failed Append wrote. If that fails too, the segment gets no more records: what is behind its records
// must not get between them.
func (j *Journal) undo(seg *segment) {
	if err := seg.file.Truncate(seg.size); err != nil {
		j.seal()
	}
}

// seal ends the active segment. One without records is no part of the journal: its file goes, or is written over by the next
// segment, which has the same name.
func (j *Journal) seal() {
	seg := j.active
	j.active = nil
	switch {
	case seg == nil:
	case seg.size == 0:
		// Nothing depends on either.
		_ = errors.Join(seg.file.Close(), j.opts.FS.Remove(seg.name))
	default:
		j.mu.Lock()
		seg.sealed = true
		j.mu.Unlock()
		j.signal()
	}
}

func segmentPath(dir string, first uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%0*d%s", segmentDigits, first, segmentSuffix))
}
