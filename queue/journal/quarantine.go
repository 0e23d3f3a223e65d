package journal

import (
	"cmp"
	"errors"
	"fmt"
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
}

// copy keeps a region of a file, at most the limit of it, and returns its path. The same damage has the same name, so that
// finding it at every start does not fill the folder.
func (q *quarantine) copy(from vfs.File, name string, r region) (string, error) {
	if q.limit == 0 {
		return "", nil
	}
	if err := q.fs.MkdirAll(q.dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(q.dir, fmt.Sprintf("%s-%d-%d%s", filepath.Base(name), r.off, r.size, quarantineEnd))
	f, err := q.fs.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return path, nil
	}
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.NewOffsetWriter(f, 0), io.NewSectionReader(from, r.off, min(r.size, q.limit)))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, q.fs.Remove(path))
	}
	return path, errors.Join(q.fs.SyncDir(q.dir), q.trim())
}

// move takes a whole file out of the journal. Without a limit it is removed.
func (q *quarantine) move(name string) (string, error) {
	if q.limit == 0 {
		return "", q.fs.Remove(name)
	}
	if err := q.fs.MkdirAll(q.dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(q.dir, filepath.Base(name)+quarantineEnd)
	if err := q.fs.Rename(name, path); err != nil {
		return "", err
	}
	return path, errors.Join(q.fs.SyncDir(q.dir), q.fs.SyncDir(filepath.Dir(name)), q.trim())
}

// trim removes the oldest files until the rest is within the limit.
func (q *quarantine) trim() error {
	list, err := q.fs.ReadDir(q.dir)
	if err != nil {
		return err
	}
	type kept struct {
		name string
		at   time.Time
		size int64
	}
	var all []kept
	var total int64
	for _, e := range list {
		info, err := e.Info()
		if err != nil || e.IsDir() || filepath.Ext(e.Name()) != quarantineEnd {
			continue // gone, or not ours
		}
		all = append(all, kept{name: e.Name(), at: info.ModTime(), size: info.Size()})
		total += info.Size()
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	for i := 0; total > q.limit; i++ {
		if err := q.fs.Remove(filepath.Join(q.dir, all[i].name)); err != nil {
			return err
		}
		total -= all[i].size
	}
	return nil
}
