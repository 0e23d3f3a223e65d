package faultfs

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Kill returns the disk as the next process finds it when only this process ended: all that was written is there. Locks are
// gone, the old FS is dead.
func (d *FS) Kill() *FS {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crashed = true
	next := d.rebirth()
	next.files, next.durable, next.pending, next.used = d.files, d.durable, d.pending, d.used
	return next
}

// PowerLoss returns the disk as it is found after the power failed: what was synced, and of the rest a random part. Entries
// of folders are kept in the order in which they changed, as journaling file systems do; the writes to a file are not.
func (d *FS) PowerLoss(random *rand.Rand) *FS {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crashed = true
	for _, op := range d.pending[:random.IntN(len(d.pending)+1)] {
		d.commit(op)
	}
	next := d.rebirth()
	for _, name := range slices.Sorted(maps.Keys(d.durable)) {
		old := d.durable[name]
		data := old.remains(random)
		node := &inode{data: data, synced: slices.Clone(data), born: old.born}
		next.files[name], next.durable[name] = node, node
		next.used += int64(len(data))
	}
	return next
}

func (d *FS) rebirth() *FS {
	next := New()
	next.dirs, next.ops, next.limit = d.dirs, d.ops, d.limit
	return next
}

// remains returns what the disk has of a file: the synced content, then some of the later changes, of some of them only a
// part of the sectors.
func (n *inode) remains(random *rand.Rand) []byte {
	data := slices.Clone(n.synced)
	keep := random.IntN(3) // 0: some changes, 1: a clean prefix of them, 2: nothing
	prefix := random.IntN(len(n.pending) + 1)
	for i, c := range n.pending {
		switch {
		case keep == 2, keep == 1 && i >= prefix, keep == 0 && random.IntN(4) == 0:
		case c.data == nil || keep == 1 || random.IntN(2) == 0:
			data = c.apply(data)
		default:
			data = c.torn(data, random)
		}
	}
	return data
}

// torn applies a random part of the sectors of a write. The size may grow although the data is lost.
func (c change) torn(to []byte, random *rand.Rand) []byte {
	if random.IntN(2) == 0 {
		to = sized(to, max(int64(len(to)), c.off+int64(len(c.data))))
	}
	for at := 0; at < len(c.data); {
		end := min(at+sector-int((c.off+int64(at))%sector), len(c.data))
		if random.IntN(2) == 0 {
			to = change{off: c.off + int64(at), data: c.data[at:end]}.apply(to)
		}
		at = end
	}
	return to
}

// Content returns what a file holds, and whether it is there. Changing it damages the file, on the disk as well.
func (d *FS) Content(name string) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	node := d.files[name]
	if node == nil {
		return nil, false
	}
	return node.data, true
}

// Put makes a file with this content, durable, or replaces it.
func (d *FS) Put(name string, data []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if old := d.files[name]; old != nil {
		d.used -= int64(len(old.data))
	}
	node := &inode{data: slices.Clone(data), synced: slices.Clone(data), born: d.ops}
	d.files[name], d.durable[name] = node, node
	d.used += int64(len(data))
}

// Names returns the names of all files, sorted.
func (d *FS) Names() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.files))
}
