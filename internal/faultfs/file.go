package faultfs

import (
	"io"
	"io/fs"
	"slices"
)

// sector is what a disk writes whole or not at all.
const sector = 512

// inode is a file: what processes see, what the disk has, and the changes between the two in order.
type inode struct {
	data    []byte
	synced  []byte
	pending []change
	born    int
}

// change is a write, or with nil data a truncation to off.
type change struct {
	off  int64
	data []byte
}

func (c change) apply(to []byte) []byte {
	if c.data == nil {
		return sized(to, c.off)
	}
	to = sized(to, max(int64(len(to)), c.off+int64(len(c.data))))
	copy(to[c.off:], c.data)
	return to
}

func sized(b []byte, size int64) []byte {
	if int64(len(b)) >= size {
		return b[:size]
	}
	old := len(b)
	b = slices.Grow(b, int(size)-old)[:size]
	clear(b[old:]) // what was cut off before does not come back
	return b
}

// file is an open inode.
type file struct {
	disk   *FS
	node   *inode
	name   string
	closed bool
}

// ReadAt reads what was written, synced or not.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	switch {
	case f.closed:
		return 0, fs.ErrClosed
	case f.disk.crashed:
		return 0, ErrCrashed
	case off >= int64(len(f.node.data)):
		return 0, io.EOF
	}
	n := copy(p, f.node.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt writes. On a crash or a full disk the first part of the data may be written.
func (f *file) WriteAt(p []byte, off int64) (int, error) {
	d := f.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if f.closed {
		return 0, fs.ErrClosed
	}
	before := d.crashed
	if err := d.step("write", f.name); err != nil {
		if d.crashed && !before {
			f.put(p[:len(p)/2], off)
		}
		return 0, err
	}
	room := int64(len(p))
	if grow := off + room - int64(len(f.node.data)); d.limit > 0 && grow > 0 && d.used+grow > d.limit && d.files[f.name] == f.node {
		room = max(room-(d.used+grow-d.limit), 0)
	}
	f.put(p[:room], off)
	if room < int64(len(p)) {
		return int(room), full(f.name)
	}
	return len(p), nil
}

func (f *file) put(p []byte, off int64) {
	if len(p) == 0 {
		return
	}
	c := change{off: off, data: slices.Clone(p)}
	before := len(f.node.data)
	f.node.data = c.apply(f.node.data)
	f.node.pending = append(f.node.pending, c)
	if f.disk.files[f.name] == f.node {
		f.disk.used += int64(len(f.node.data) - before)
	}
}

// Truncate cuts or extends the file.
func (f *file) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	if err := f.disk.step("truncate", f.name); err != nil {
		return err
	}
	f.disk.resize(f.node, size)
	return nil
}

func (d *FS) resize(node *inode, size int64) {
	d.used += size - int64(len(node.data))
	c := change{off: size}
	node.data = c.apply(node.data)
	node.pending = append(node.pending, c)
}

// Sync makes the content durable, not the entry in the folder. When it fails, what was to be synced is never written later
// either, as on Linux: the next Sync succeeds and means nothing for it.
func (f *file) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	before := f.disk.crashed
	if err := f.disk.step("sync", f.name); err != nil {
		if !f.disk.crashed && !before {
			f.node.pending = nil
		}
		return err
	}
	for _, c := range f.node.pending {
		f.node.synced = c.apply(f.node.synced)
	}
	f.node.pending = nil
	return nil
}

// Close closes the file. It syncs nothing.
func (f *file) Close() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	f.closed = true
	return nil
}
