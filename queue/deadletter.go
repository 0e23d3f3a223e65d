package queue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// DeadLetters keeps the events that were given up in a file of letters, for people and programs that look for them later. At
// MaxDeadLetters bytes the file becomes the old one, with OldDeadLetters behind its name, in place of the one before. It keeps no
// file open: letters are rare. Its methods may be called from any goroutine, and nobody else may write to the files.
type DeadLetters struct {
	fs   vfs.FS
	path string

	mu     sync.Mutex // guards the files and what follows
	turns  int        // how often the file became the old one
	taking bool
}

// Limits of the file of dead letters.
const (
	MaxDeadLetters = 1 << 20
	OldDeadLetters = ".old"
)

// oldest and newest are the two files, in the order of their letters.
const (
	oldest = iota
	newest
)

// NewDeadLetters returns the file of a path. The file and its folder are made when they are needed.
func NewDeadLetters(files vfs.FS, path string) *DeadLetters {
	return &DeadLetters{fs: files, path: path}
}

// name returns the path of the oldest or newest file.
func (d *DeadLetters) name(file int) string {
	if file == oldest {
		return d.path + OldDeadLetters
	}
	return d.path
}

func (d *DeadLetters) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("queue: dead letters %s: %w", d.path, err)
}

// Put appends one letter. After an error it may be there in part, and the next one begins a new line.
func (d *DeadLetters) Put(l *Letter) error {
	line, err := l.AppendLine(nil)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed(d.putLocked(line))
}

func (d *DeadLetters) putLocked(line []byte) error {
	if err := d.fs.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return err
	}
	sizes, err := d.sizesLocked()
	if err != nil {
		return err
	}
	size := sizes[newest]
	if size > 0 && size+int64(len(line)) > MaxDeadLetters {
		if err := d.fs.Rename(d.path, d.name(oldest)); err != nil {
			return err
		}
		d.turns++
		size = 0
	}
	f, err := d.fs.OpenFile(d.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(appendLine(f, size, line), f.Close())
}

// sizesLocked returns the sizes of the two files, 0 for one that is not there.
func (d *DeadLetters) sizesLocked() (sizes [2]int64, err error) {
	entries, err := d.fs.ReadDir(filepath.Dir(d.path))
	if errors.Is(err, fs.ErrNotExist) {
		return sizes, nil
	}
	if err != nil {
		return sizes, err
	}
	for _, entry := range entries {
		for file := range sizes {
			if entry.Name() != filepath.Base(d.name(file)) {
				continue
			}
			info, err := entry.Info()
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return sizes, err
			}
			if err == nil {
				sizes[file] = info.Size()
			}
		}
	}
	return sizes, nil
}

// appendLine writes the line at the end, apart from what a write left there that failed.
func appendLine(f vfs.File, size int64, line []byte) error {
	if size > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	_, err := f.WriteAt(line, size)
	return err
}

// LetterStats is a reading of a file of dead letters and the old one.
type LetterStats struct {
	Letters int
	Bytes   int64
}

// Stats counts the letters without looking into them.
func (d *DeadLetters) Stats() (LetterStats, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, err := d.statsLocked()
	return s, d.failed(err)
}

func (d *DeadLetters) statsLocked() (LetterStats, error) {
	var s LetterStats
	files, err := d.openLocked()
	for _, f := range files {
		n, countErr := countLetters(f.section())
		err = errors.Join(err, countErr)
		s.Letters, s.Bytes = s.Letters+n, s.Bytes+f.size
	}
	return s, errors.Join(err, closeAll(files))
}

// countLetters counts the lines that are objects from end to end, which remains of a failed write are not.
func countLetters(from io.Reader) (int, error) {
	n := 0
	var begun, last byte // of the line; 0: nothing so far
	buf := make([]byte, MaxLetter)
	count := func() {
		if begun == '{' && last == '}' {
			n++
		}
		begun = 0
	}
	for {
		got, err := from.Read(buf)
		for text := buf[:got]; len(text) > 0; {
			line, rest, ended := bytes.Cut(text, []byte{'\n'})
			if line = bytes.TrimSpace(line); len(line) > 0 {
				if begun == 0 {
					begun = line[0]
				}
				last = line[len(line)-1]
			}
			if ended {
				count()
			}
			text = rest
		}
		if err != nil {
			count()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return n, err
		}
	}
}

// letterFile is one of the two files as it is at a moment: what is appended later is not part of it.
type letterFile struct {
	vfs.File
	name string
	size int64
}

func (f letterFile) section() io.Reader { return io.NewSectionReader(f.File, 0, f.size) }

// openLocked opens the files that are there, oldest first.
func (d *DeadLetters) openLocked() ([]letterFile, error) {
	sizes, err := d.sizesLocked()
	if err != nil {
		return nil, err
	}
	var files []letterFile
	for file, size := range sizes {
		if size == 0 {
			continue
		}
		f, err := d.fs.OpenFile(d.name(file), os.O_RDONLY, 0)
		if err != nil {
			return nil, errors.Join(err, closeAll(files))
		}
		files = append(files, letterFile{f, d.name(file), size})
	}
	return files, nil
}

func closeAll(files []letterFile) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// All reads the letters that are there when the loop begins, oldest first. Put does not wait for it. Errors are as with
// ReadLetters; the numbers of lines begin anew with the second file.
func (d *DeadLetters) All() iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) {
		d.mu.Lock()
		files, err := d.openLocked()
		d.mu.Unlock()
		defer func() { _ = closeAll(files) }() // nothing was written
		if err != nil {
			yield(Letter{}, d.failed(err))
			return
		}
		for _, f := range files {
			for l, err := range ReadLetters(f.section()) {
				if err != nil {
					err = fmt.Errorf("queue: dead letters %s: %w", f.name, err)
				}
				if !yield(l, err) {
					return
				}
			}
		}
	}
}
