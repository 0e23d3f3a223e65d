package journal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// spot is a damaged part in front of a record.
type spot struct {
	region
	from, to uint64 // the sequences that it can have held, without the second
	known    bool   // an earlier start told of it
}

// damage is the spots of a segment: those that have a copy, and the first ones of the others.
type damage struct {
	spots []spot
	fresh int // those of them that have no copy
	count int // all
	bytes int64
}

func (d *damage) add(s spot) {
	d.count++
	d.bytes += s.size
	if !s.known {
		if d.fresh == maxFindings {
			return
		}
		d.fresh++
	}
	d.spots = append(d.spots, s)
}

// prepend adds what is in front of it.
func (d *damage) prepend(other damage) {
	d.spots = slices.Concat(other.spots, d.spots)
	d.fresh, d.count, d.bytes = d.fresh+other.fresh, d.count+other.count, d.bytes+other.bytes
}

// regions returns all damage between records, which a Reader need not tell of again.
func (m *remnant) regions() []region {
	var all []region
	for _, s := range slices.Concat(m.passed.spots, m.bad.spots) {
		all = append(all, s.region)
	}
	return all
}

// copyName is the name of the copy of a part of a file. The same damage has the same name.
func copyName(file string, r region) string {
	return fmt.Sprintf("%s-%d-%d%s", filepath.Base(file), r.off, r.size, quarantineEnd)
}

// gapName is the name of a copy of what leaves its file, so that nothing else tells which sequences were lost with it.
func gapName(file string, r region, from, to uint64) string {
	return fmt.Sprintf("%s-%d-%d-%d-%d%s", filepath.Base(file), r.off, r.size, from, to, quarantineEnd)
}

func (m *remnant) tailName() string {
	if m.tailIsDamage {
		return gapName(m.name, m.tail(), m.last+1, m.upTo)
	}
	return copyName(m.name, m.tail())
}

// gap is a series of sequences that are known to be lost, without the second.
type gap struct{ from, to uint64 }

// remember reads the names of the copies. What cannot be listed is not known, and is told again.
func (q *quarantine) remember() {
	all, _ := q.list()
	q.sizes = make(map[string]int64, len(all))
	for _, k := range all {
		q.sizes[k.name] = k.size
		var first uint64
		var off, size int64
		var g gap
		const form = "%20d" + segmentSuffix + "-%d-%d-%d-%d" + quarantineEnd
		_, err := fmt.Sscanf(k.name, form, &first, &off, &size, &g.from, &g.to)
		if err == nil && g.from < g.to && g.to < endSequence && q.holds(k.name, size) {
			q.gaps = append(q.gaps, g)
		}
	}
	slices.SortFunc(q.gaps, func(a, b gap) int { return cmp.Compare(a.from, b.from) })
}

// holds reports whether there is a copy of that name, and a whole one of something of that size.
func (q *quarantine) holds(name string, size int64) bool {
	kept, ok := q.sizes[name]
	return ok && q.limit > 0 && kept <= size && kept >= min(size, q.limit)
}

// lost returns how many of these sequences, without the second, are known to be lost.
func (q *quarantine) lost(from, to uint64) uint64 {
	var n uint64
	for _, g := range q.gaps {
		if a, b := max(from, g.from), min(to, g.to); a < b {
			n += b - a
			from = b
		}
	}
	return n
}

// same reports whether the copy of that name has what the region has.
func (q *quarantine) same(file vfs.File, name string, r region) bool {
	f, err := q.fs.OpenFile(filepath.Join(q.dir, name), os.O_RDONLY, 0)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // nothing was written
	var a, b [page]byte
	for at := int64(0); at < q.sizes[name]; at += page {
		n := min(page, q.sizes[name]-at)
		if n1, _ := f.ReadAt(a[:n], at); int64(n1) < n {
			return false
		}
		if n2, _ := file.ReadAt(b[:n], r.off+at); int64(n2) < n || !bytes.Equal(a[:n], b[:n]) {
			return false
		}
	}
	return true
}

// recall decides, before anything is changed, what of the damage an earlier start told of.
func (r *recovery) recall() {
	for i, m := range r.good {
		m.upTo = r.next
		last := i+1 == len(r.good)
		if !last {
			m.upTo = r.good[i+1].first
		}
		if m.upTo <= r.wanted {
			continue
		}
		m.tailIsDamage = (!last || r.upTo > 0) && m.last+1 < m.upTo && m.tail().size > 0
		m.tailKnown = m.tailIsDamage && r.quar.holds(m.tailName(), m.tail().size)
		if m.tailKnown || len(m.bad.spots) > m.bad.fresh {
			r.compare(m)
		}
	}
}

// compare looks whether the copies of the damage of a segment are of this damage: after the loss of the cursor a segment may have
// the name of an older one.
func (r *recovery) compare(m *remnant) {
	file, err := r.opts.FS.OpenFile(m.name, os.O_RDONLY, 0)
	if !r.repair && errors.Is(err, fs.ErrNotExist) {
		return // acknowledged and removed just now
	}
	for i := range m.bad.spots {
		s := &m.bad.spots[i]
		s.known = s.known && err == nil && r.quar.same(file, copyName(m.name, s.region), s.region)
	}
	m.tailKnown = m.tailKnown && err == nil && r.quar.same(file, m.tailName(), m.tail())
	if err == nil {
		_ = file.Close() // nothing was written
	}
}

// setKnownApart moves the known damage of a segment to the counts of its own, and returns the rest of its regions.
func (r *recovery) setKnownApart(m *remnant) []region {
	var fresh []region
	apart := func(name string, at region) {
		r.found.DamagedRegions--
		r.found.DamagedBytes -= at.size
		r.found.KnownRegions++
		r.found.KnownBytes += at.size
		r.known = append(r.known, Finding{
			Kind: Damaged, File: m.name, Offset: at.off, Bytes: at.size, Known: true, Quarantine: filepath.Join(r.quar.dir, name),
		})
	}
	for _, s := range m.bad.spots {
		if !s.known {
			fresh = append(fresh, s.region)
			continue
		}
		apart(copyName(m.name, s.region), s.region)
		r.found.KnownRecords += s.to - max(s.from, min(s.to, r.wanted))
	}
	if m.tailKnown {
		apart(m.tailName(), m.tail())
	}
	return fresh
}
