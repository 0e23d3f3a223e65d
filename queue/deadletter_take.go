package queue

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// ErrTaking is returned by Take while another Take is under way.
var ErrTaking = errors.New("dead letters are being taken already")

// takeLetters is how many letters Take hands over at once.
const takeLetters = 256

// Take hands over the letters that are there when it begins, oldest first and some at a time, and removes those that put took. It
// returns how many these are. put returns how many of its letters it took, from the first on, once they are safe: fewer than all,
// or an error, is the end. Lines that are no letters stay, and so do letters that come meanwhile; Put does not wait for put. After
// a crash the letters of the last call may still be there.
func (d *DeadLetters) Take(put func([]Letter) (int, error)) (int, error) {
	d.mu.Lock()
	if d.taking {
		d.mu.Unlock()
		return 0, d.failed(ErrTaking)
	}
	sizes, err := d.sizesLocked()
	t := taking{d: d, turns: d.turns, left: sizes}
	d.taking = true
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		d.taking = false
		d.mu.Unlock()
	}()
	taken := 0
	for err == nil {
		var letters []Letter
		if letters, err = t.next(); err != nil || len(letters) == 0 {
			break
		}
		n, putErr := put(letters)
		if err = t.remove(n); err == nil {
			taken += n
		}
		if putErr != nil || err != nil || n < len(letters) {
			return taken, errors.Join(putErr, d.failed(err))
		}
	}
	return taken, d.failed(err)
}

// Clear removes all letters and returns how many there were.
func (d *DeadLetters) Clear() (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, err := d.statsLocked()
	if err != nil {
		return 0, d.failed(err)
	}
	sizes, err := d.sizesLocked()
	if err != nil || s.Bytes == 0 {
		return 0, d.failed(err)
	}
	d.turns += 2 // a Take finds both files gone
	for file, size := range sizes {
		if size > 0 {
			err = errors.Join(err, d.fs.Remove(d.name(file)))
		}
	}
	return s.Letters, d.failed(errors.Join(err, d.fs.SyncDir(filepath.Dir(d.path))))
}

// taking is the state of one Take. The files may change places, or go, between its steps.
type taking struct {
	d     *DeadLetters
	turns int      // as far as it followed
	left  [2]int64 // bytes from the beginning of each file that are its business
	kept  [2]int64 // of these, what it has passed over, at the beginning
	file  int      // that the letters of next are in; -1: in none any more
	ends  []int64  // behind each of them
}

// followLocked takes note of the files that became the old one.
func (t *taking) followLocked() {
	for ; t.turns < t.d.turns; t.turns++ {
		t.left = [2]int64{t.left[newest], 0}
		t.kept = [2]int64{t.kept[newest], 0}
		t.file = max(t.file-1, -1)
	}
}

// next reads letters that stand together in one file. There are none at the end.
func (t *taking) next() (letters []Letter, err error) {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	t.followLocked()
	for file := range t.left {
		if t.file = file; t.kept[file] >= t.left[file] {
			continue
		}
		if letters, err = t.readLocked(file); err != nil || len(letters) > 0 {
			return letters, err
		}
	}
	return nil, nil
}

// readLocked reads on in one file, up to a line that is no letter. Those in front it passes over.
func (t *taking) readLocked(file int) ([]Letter, error) {
	f, err := t.d.fs.OpenFile(t.d.name(file), os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	start := t.kept[file]
	r := newLetterReader(io.NewSectionReader(f, start, t.left[file]-start))
	var letters []Letter
	t.ends = t.ends[:0]
	for len(letters) < takeLetters {
		l, err := r.next()
		var bad *LetterError
		switch {
		case err == nil:
			if len(letters) == 0 {
				t.kept[file] = start + r.from
			}
			letters, t.ends = append(letters, l), append(t.ends, start+r.at)
			continue
		case errors.Is(err, io.EOF) && len(letters) == 0:
			t.kept[file] = t.left[file]
		case errors.As(err, &bad) && len(letters) == 0:
			continue
		case !errors.Is(err, io.EOF) && bad == nil:
			return nil, errors.Join(err, f.Close())
		}
		break
	}
	return letters, f.Close()
}

// remove removes the first n letters that next returned.
func (t *taking) remove(n int) error {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	t.followLocked()
	if n == 0 || t.file < 0 {
		return nil
	}
	from, to := t.kept[t.file], t.ends[n-1]
	if err := t.d.cutLocked(t.file, from, to); err != nil {
		return err
	}
	t.left[t.file] -= to - from
	return nil
}

// cutLocked takes a part out of a file: what is left is written to another one, which takes its place when it is durable.
func (d *DeadLetters) cutLocked(file int, from, to int64) error {
	sizes, err := d.sizesLocked()
	if err != nil {
		return err
	}
	name, size := d.name(file), sizes[file]
	if from == 0 && to >= size {
		if size > 0 {
			err = d.fs.Remove(name)
		}
		return errors.Join(err, d.fs.SyncDir(filepath.Dir(name)))
	}
	src, err := d.fs.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	temporary := name + ".new"
	dst, err := d.fs.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return errors.Join(err, src.Close())
	}
	rest := io.MultiReader(io.NewSectionReader(src, 0, from), io.NewSectionReader(src, to, max(size-to, 0)))
	_, err = io.Copy(io.NewOffsetWriter(dst, 0), rest)
	if err = errors.Join(err, dst.Sync(), dst.Close(), src.Close()); err == nil {
		err = d.fs.Rename(temporary, name)
	}
	if err != nil {
		return errors.Join(err, d.fs.Remove(temporary))
	}
	return d.fs.SyncDir(filepath.Dir(name))
}
