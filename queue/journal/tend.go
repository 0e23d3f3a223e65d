package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// run tends the journal at the interval, while there is anything to tend.
func (j *Journal) run() {
	for {
		select {
		case <-j.stop:
			return
		case answer := <-j.asked:
			j.tendFor(answer)
			continue
		case <-j.work:
		}
		wait := time.NewTimer(j.opts.Interval)
		select {
		case <-j.stop:
			wait.Stop()
			return
		case answer := <-j.asked: // it does what there was to do
			wait.Stop()
			j.tendFor(answer)
			continue
		case <-wait.C:
		}
		if j.tend(Sync(j.mode.Load()) != SyncNever) != nil {
			j.signal() // the error is in the Stats; try again
		}
	}
}

func (j *Journal) tendFor(answer chan<- error) {
	err := j.tend(true)
	if err != nil {
		j.signal()
	}
	answer <- err // there is room
}

func (j *Journal) signal() {
	select {
	case j.work <- struct{}{}:
	default:
	}
}

// Sync makes everything durable that was appended and acknowledged so far, in each mode.
func (j *Journal) Sync() error {
	j.writing.Lock()
	closed := j.closed
	j.writing.Unlock()
	if closed {
		return ErrClosed
	}
	return j.tend(true)
}

// SetSync changes when records are made durable, from the next Append on; Options.Interval stays. What was appended before is made
// durable within the interval, unless the mode is SyncNever now. It does not wait for the disk.
func (j *Journal) SetSync(s Sync) error {
	if int(s) >= len(syncNames) {
		return fmt.Errorf("journal: unknown %v", s)
	}
	j.mode.Store(uint32(s))
	j.signal()
	return nil
}

// SyncContext is Sync for those who do not wait for a disk that hangs: the goroutine that tends does it, and goes on when ctx ends.
func (j *Journal) SyncContext(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case j.asked <- answer:
	case <-j.stop:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tend makes records durable, then the cursor, and then removes the segments that it has passed. It goes on after an error,
// but the cursor does not pass records that it does not know to be durable or in doubt, and nothing is removed in vain.
func (j *Journal) tend(sync bool) error {
	j.tending.Lock()
	defer j.tending.Unlock()
	j.mu.Lock()
	wanted := j.wanted // before the list: what it passes is in the list
	list := slices.Clone(j.segments)
	j.mu.Unlock()

	err := j.syncAll(list, wanted, sync)
	if err == nil && (wanted != j.cursor.seq || sync && !j.cursor.synced) {
		err = j.diskError("write cursor", j.cursor.store(wanted, sync))
	}
	err = errors.Join(err, j.closeSealed(list))
	if j.cursor.seq > 0 {
		err = errors.Join(err, j.removePassed(j.cursor.seq, sync))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil {
		j.stats.LastError, j.stats.LastErrorAt = err, time.Now()
	} else {
		j.stats.LastError, j.stats.LastErrorAt = nil, time.Time{}
	}
	return err
}

// syncAll makes the segments durable, apart from those that are not worth it as they are removed next. A segment whose sync
// failed is in doubt for good: another try would say nothing about what the first one lost.
func (j *Journal) syncAll(list []*segment, wanted uint64, sync bool) error {
	if !sync {
		return nil
	}
	var errs []error
	var done []*segment
	sizes := make([]int64, 0, len(list))
	for i, seg := range list {
		j.mu.Lock()
		size, clean, file := seg.size, seg.synced == seg.size, seg.file
		passed := seg.sealed && i+1 < len(list) && list[i+1].first <= wanted
		j.mu.Unlock()
		if clean || passed {
			continue
		}
		err := j.syncFile(seg.name, file)
		j.mu.Lock()
		j.syncedLocked(err)
		if err != nil {
			j.stats.Doubtful += size - seg.synced
			seg.failed, seg.synced = true, size
		}
		j.mu.Unlock()
		if err == nil {
			done, sizes = append(done, seg), append(sizes, size)
		} else {
			errs = append(errs, j.diskError("sync", err))
		}
	}
	if len(done) > 0 {
		if err := j.syncEntries(done, sizes); err != nil {
			errs = append(errs, j.diskError("sync folder", err))
		}
	}
	return errors.Join(errs...)
}

// syncFile syncs a segment, which may be closed already.
func (j *Journal) syncFile(name string, file vfs.File) error {
	if file != nil {
		return file.Sync()
	}
	f, err := j.opts.FS.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncEntries makes the entries of segments durable, which were synced up to sizes, and only then calls them synced.
func (j *Journal) syncEntries(done []*segment, sizes []int64) error {
	need := false
	j.mu.Lock()
	for _, seg := range done {
		need = need || !seg.dirSynced
	}
	j.mu.Unlock()
	if need {
		if err := j.opts.FS.SyncDir(j.opts.Dir); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, seg := range done {
		seg.synced, seg.dirSynced = sizes[i], true
	}
	return nil
}

// syncedLocked counts a sync.
func (j *Journal) syncedLocked(err error) {
	now := time.Now()
	if err != nil {
		j.stats.SyncErrors++
		j.stats.LastError, j.stats.LastErrorAt = err, now
		return
	}
	j.stats.Syncs++
	j.stats.LastSync = now
	j.stats.LastError, j.stats.LastErrorAt = nil, time.Time{}
}

// closeSealed closes what is not written to any more.
func (j *Journal) closeSealed(list []*segment) error {
	var errs []error
	for _, seg := range list {
		j.mu.Lock()
		file := seg.file
		if !seg.sealed {
			file = nil
		} else {
			seg.file = nil
		}
		j.mu.Unlock()
		if file != nil {
			errs = append(errs, file.Close())
		}
	}
	return j.diskError("close segment", errors.Join(errs...))
}

// removePassed removes the segments that the cursor has passed.
func (j *Journal) removePassed(cursor uint64, sync bool) error {
	removed := false
	for {
		name := j.passed(cursor)
		if name == "" {
			break
		}
		if err := j.opts.FS.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return j.diskError("remove segment", err)
		}
		removed = true
		j.mu.Lock()
		j.segments = slices.Delete(j.segments, 0, 1)
		j.mu.Unlock()
	}
	if !removed || !sync {
		return nil
	}
	return j.diskError("sync folder", j.opts.FS.SyncDir(j.opts.Dir))
}

// passed returns the path of the oldest segment if it holds nothing that is wanted.
func (j *Journal) passed(cursor uint64) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.segments) == 0 || !j.segments[0].sealed || j.segments[0].file != nil {
		return ""
	}
	end := j.next
	if len(j.segments) > 1 {
		end = j.segments[1].first
	}
	if end > cursor {
		return ""
	}
	return j.segments[0].name
}
