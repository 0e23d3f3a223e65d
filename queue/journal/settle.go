package journal

import (
	"os"
	"slices"
)

// settleLost takes the files without records away, unless they are unreadable for now.
func (r *recovery) settleLost() {
	for _, m := range r.lost {
		i := slices.IndexFunc(r.good, func(g *remnant) bool { return g.first > m.first })
		f := Finding{Kind: Damaged, File: m.name, Bytes: m.size, Err: m.err}
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
		}
		if f.Err == nil && r.repair {
			f.Quarantine, f.Err = r.quar.move(m.name)
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

// settleGood reports on the segments that are still wanted, cuts their tails and lists all segments.
func (r *recovery) settleGood() {
	expect := r.wanted
	explained := false // what is missing, by the damage just before it
	for i, m := range r.good {
		end, last := r.next, i+1 == len(r.good)
		if !last {
			end = r.good[i+1].first
		}
		r.segments = append(r.segments, &segment{first: m.first, name: m.name, size: m.end, sealed: true, bad: m.bad})
		if end <= r.wanted {
			continue // the first tend removes it
		}
		m.tailIsDamage = (!last || r.upTo > 0) && m.last+1 < end && m.tail().size > 0
		r.report(m)
		explained = explained || len(m.bad) > 0 && m.bad[0].off == 0 || r.lostBetween(expect, m.start)
		if m.start > expect && !explained {
			r.found.MissingSegments++
			r.found.add(Finding{Kind: Missing, File: m.name})
		}
		r.found.Segments++
		r.found.Acked += m.acked
		r.found.Records += m.records - m.acked
		expect, explained = m.last+1, m.tailIsDamage
	}
	if expect = max(expect, r.upTo); expect > r.wanted {
		r.found.MissingRecords = expect - r.wanted - r.found.Records
	}
}

// lostBetween reports whether there was a file without valid records for a part of these sequences.
func (r *recovery) lostBetween(from, to uint64) bool {
	return slices.ContainsFunc(r.lost, func(m *remnant) bool { return m.size > 0 && m.first >= from && m.first < to })
}

// report counts what is wrong with a segment, and mends it.
func (r *recovery) report(m *remnant) {
	r.found.DamagedRegions += m.badCount
	r.found.DamagedBytes += m.badBytes
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
	switch {
	case tail.size == 0 && len(m.bad) == 0:
	case r.repair:
		r.mend(m, f)
	default:
		for _, bad := range m.bad {
			r.found.add(Finding{Kind: Damaged, File: m.name, Offset: bad.off, Bytes: bad.size})
		}
		if tail.size > 0 {
			r.found.add(f)
		}
	}
}

// mend keeps copies of the damaged parts of a segment and cuts the tail off.
func (r *recovery) mend(m *remnant, tail Finding) {
	file, err := r.opts.FS.OpenFile(m.name, os.O_RDWR, 0)
	if err != nil {
		r.found.add(Finding{Kind: Damaged, File: m.name, Bytes: m.badBytes + tail.Bytes, Err: err})
		return
	}
	for _, bad := range m.bad {
		b := Finding{Kind: Damaged, File: m.name, Offset: bad.off, Bytes: bad.size}
		if len(r.found.Findings) < maxFindings {
			b.Quarantine, b.Err = r.quar.copy(file, m.name, bad)
		}
		r.found.add(b)
	}
	if tail.Bytes > 0 {
		tail.Quarantine, tail.Err = r.quar.copy(file, m.name, m.tail())
		if tail.Err == nil && m.unreadable == 0 {
			tail.Err = file.Truncate(tail.Offset) // it need not be durable: the next start would do it again
		}
		r.found.add(tail)
	}
	if err := file.Close(); err != nil {
		r.found.add(Finding{Kind: Unreadable, File: m.name, Err: err})
	}
}
