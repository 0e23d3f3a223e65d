package journal

import (
	"os"
	"path/filepath"
	"slices"
)

// settleLost takes the files without records away, unless they are unreadable for now.
func (r *recovery) settleLost() {
	for _, m := range r.lost {
		i := slices.IndexFunc(r.good, func(g *remnant) bool { return g.first > m.first })
		f := Finding{Kind: Damaged, File: m.name, Bytes: m.size, Err: m.err}
		copied := filepath.Base(m.name) + quarantineEnd
		switch {
		case m.unreadable > 0:
			f.Kind = Unreadable
			r.found.UnreadableBytes += m.unreadable
		case m.size == 0 || i >= 0 && r.good[i].first <= r.wanted: // made just before a crash, or no longer wanted
			if f.Err = r.remove(m.name); f.Err == nil {
				continue
			}
			f.Kind = Torn
		case i < 0:
			f.Kind = Torn
			r.found.TornBytes += m.size
		default:
			r.found.DamagedRegions++
			r.found.DamagedBytes += m.size
			copied = r.lostName(m, i)
		}
		if f.Err == nil && r.repair {
			f.Quarantine, f.Err = r.quar.move(m.name, copied)
		}
		r.found.add(f)
	}
}

func (r *recovery) remove(name string) error {
	if !r.repair {
		return nil
	}
	return r.opts.FS.Remove(name)
}

// lostName is the name of the copy of a file without records, in front of a good one.
func (r *recovery) lostName(m *remnant, behind int) string {
	from, to := m.first, r.good[behind].first
	if behind > 0 {
		from = max(from, r.good[behind-1].last+1)
	}
	whole := region{size: m.size}
	if from >= to {
		return copyName(m.name, whole)
	}
	return gapName(m.name, whole, from, to)
}

// settleGood reports on the segments that are still wanted, cuts their tails and lists all segments.
func (r *recovery) settleGood() {
	expect := r.wanted
	explained := false // what is missing, by the damage just before it
	for _, m := range r.good {
		r.segments = append(r.segments, &segment{first: m.first, name: m.name, size: m.end, sealed: true, bad: m.regions()})
		if m.upTo <= r.wanted {
			continue // the first tend removes it
		}
		r.report(m)
		known := r.quar.lost(expect, m.first)
		r.found.KnownRecords += known
		if m.start > expect && !explained && !r.explains(m, expect, known) {
			r.found.MissingSegments++
			r.found.add(Finding{Kind: Missing, File: m.name})
		}
		r.found.Segments++
		r.found.Acked += m.acked
		r.found.Records += m.records - m.acked
		expect, explained = m.last+1, m.tailIsDamage && !m.tailKnown
	}
	if expect = max(expect, r.upTo); expect > r.wanted {
		r.found.MissingRecords = expect - r.wanted - r.found.Records - r.found.KnownRecords
	}
	for _, f := range r.known { // behind the others, which need the room
		r.found.add(f)
	}
}

// explains reports whether damage explains what is missing in front of a segment, known of which are known to be.
func (r *recovery) explains(m *remnant, expect, known uint64) bool {
	from := m.start
	if len(m.bad.spots) > 0 && m.bad.spots[0].off == 0 {
		if !m.bad.spots[0].known {
			return true
		}
		from = m.first // what comes behind is the known damage
	}
	return from <= expect+known || r.lostBetween(expect, from)
}

// lostBetween reports whether there was a file without valid records for a part of these sequences.
func (r *recovery) lostBetween(from, to uint64) bool {
	return slices.ContainsFunc(r.lost, func(m *remnant) bool { return m.size > 0 && m.first >= from && m.first < to })
}

// report counts what is wrong with a segment, and mends it.
func (r *recovery) report(m *remnant) {
	r.found.DamagedRegions += m.bad.count
	r.found.DamagedBytes += m.bad.bytes
	r.found.UnreadableBytes += m.unreadable
	tail := m.tail()
	f := Finding{Kind: Torn, File: m.name, Offset: tail.off, Bytes: tail.size}
	switch {
	case tail.size == 0:
	case m.tailIsDamage:
		f.Kind = Damaged
		r.found.DamagedRegions++
		r.found.DamagedBytes += tail.size
	default:
		r.found.TornBytes += tail.size
	}
	if m.unreadable > 0 {
		r.found.add(Finding{Kind: Unreadable, File: m.name, Bytes: m.unreadable, Err: m.err})
	}
	fresh := r.setKnownApart(m)
	switch {
	case tail.size == 0 && len(fresh) == 0:
	case r.repair:
		r.mend(m, fresh, f)
	default:
		for _, bad := range fresh {
			r.found.add(Finding{Kind: Damaged, File: m.name, Offset: bad.off, Bytes: bad.size})
		}
		if tail.size > 0 && !m.tailKnown {
			r.found.add(f)
		}
	}
}

// mend keeps copies of the damaged parts of a segment and cuts the tail off.
func (r *recovery) mend(m *remnant, fresh []region, tail Finding) {
	file, err := r.opts.FS.OpenFile(m.name, os.O_RDWR, 0)
	if err != nil {
		r.found.add(Finding{Kind: Damaged, File: m.name, Bytes: m.bad.bytes + tail.Bytes, Err: err})
		return
	}
	for _, bad := range fresh {
		b := Finding{Kind: Damaged, File: m.name, Offset: bad.off, Bytes: bad.size}
		if len(r.found.Findings) < maxFindings {
			b.Quarantine, b.Err = r.quar.copy(file, copyName(m.name, bad), bad)
		}
		r.found.add(b)
	}
	if tail.Bytes > 0 {
		if !m.tailKnown {
			tail.Quarantine, tail.Err = r.quar.copy(file, m.tailName(), m.tail())
		}
		if tail.Err == nil && m.unreadable == 0 {
			tail.Err = file.Truncate(tail.Offset) // it need not be durable: the next start would do it again
		}
		if !m.tailKnown {
			r.found.add(tail)
		}
	}
	if err := file.Close(); err != nil {
		r.found.add(Finding{Kind: Unreadable, File: m.name, Err: err})
	}
}
