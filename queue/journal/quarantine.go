package journal

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

const (
	quarantineName = "quarantine"
	quarantineEnd  = ".bad"
)

// quarantine keeps damaged parts for people to look at, within a limit.
type quarantine struct {
	fs    vfs.FS
	dir   string
	limit int64

	sizes map[string]int64 // of the copies that there were before this look
	gaps  []gap            // that they tell of
}

func newQuarantine(o Options) quarantine {
	return quarantine{fs: o.FS, dir: filepath.Join(o.Dir, quarantineName), limit: o.QuarantineBytes}
}

// Quarantined returns how many files a journal has in quarantine, and their size. It may be open.
func Quarantined(o Options) (files int, bytes int64, err error) {
	if err := o.validate(); err != nil {
		return 0, 0, err
	}
	q := newQuarantine(o)
	all, err := q.list()
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	}
	for _, k := range all {
		bytes += k.size
	}
	return len(all), bytes, diskError(o.Dir, "list quarantine", err)
}

// kept is a file in quarantine.
type kept struct {
	name string
	at   time.Time
	size int64
}

// list returns what is kept, oldest first.
func (q *quarantine) list() ([]kept, error) {
	entries, err := q.fs.ReadDir(q.dir)
	if err != nil {
		return nil, err
	}
	var all []kept
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || e.IsDir() || filepath.Ext(e.Name()) != quarantineEnd {
			continue // gone, or not ours
		}
		all = append(all, kept{name: e.Name(), at: info.ModTime(), size: info.Size()})
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	return all, nil
}

// copy keeps a region of a file, at most the limit of it, and returns its path. What an interrupted copy left is written over.
func (q *quarantine) copy(from vfs.File, name string, r region) (string, error) {
	if q.limit == 0 {
		return "", nil
	}
	if err := q.fs.MkdirAll(q.dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(q.dir, name)
	f, err := q.fs.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.NewOffsetWriter(f, 0), io.NewSectionReader(from, r.off, min(r.size, q.limit)))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, q.fs.Remove(path))
	}
	return path, errors.Join(q.fs.SyncDir(q.dir), q.trim())
}

// move takes a whole file out of the journal, under another name. Without a limit it is removed.
func (q *quarantine) move(name, to string) (string, error) {
	if q.limit == 0 {
		return "", q.fs.Remove(name)
	}
	if err := q.fs.MkdirAll(q.dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(q.dir, to)
	if err := q.fs.Rename(name, path); err != nil {
		return "", err
	}
	return path, errors.Join(q.fs.SyncDir(q.dir), q.fs.SyncDir(filepath.Dir(name)), q.trim())
}

// trim removes the oldest files until the rest is within the limit.
func (q *quarantine) trim() error {
	all, err := q.list()
	if err != nil {
		return err
	}
	var total int64
	for _, k := range all {
		total += k.size
	}
	for i := 0; total > q.limit; i++ {
		if err := q.fs.Remove(filepath.Join(q.dir, all[i].name)); err != nil {
			return err
		}
		total -= all[i].size
	}
	return nil
}
