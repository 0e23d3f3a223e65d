package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	segmentSuffix = ".seg"
	segmentDigits = 20
)

// remnant is one segment file as recovery finds it.
type remnant struct {
	name  string // path
	first uint64 // by its name
	size  int64

	start, last  uint64 // sequences of its first and last valid record; 0: none
	records      uint64
	acked        uint64 // those of them that are below the cursor
	end          int64  // behind the last valid record
	bad          damage // between and before valid records, with records that are wanted
	passed       damage // the same below the cursor
	unreadable   int64
	err          error  // of reading
	upTo         uint64 // where the next segment begins, or the journal goes on
	tailIsDamage bool
	tailKnown    bool
	gone         bool // removed since the folder was listed
}

func (m *remnant) tail() region { return region{off: m.end, size: m.size - m.end} }

// recovery is the state of one look through a folder: that of Open, which repairs, or one that changes nothing.
type recovery struct {
	opts   Options
	cursor *cursor
	repair bool
	upTo   uint64 // records from here on are somebody else's business; 0: there are none

	found Recovery
	known []Finding // what an earlier start told of
	quar  quarantine
	good  []*remnant // those with records, oldest first
	lost  []*remnant // those without
	buf   []byte     // of the scanners

	segments     []*segment // what the journal consists of
	next, wanted uint64     // as in Journal
}

// recover reads the whole folder and sets up the journal. Its errors are those of the folder, never of a file in it.
func (j *Journal) recover() (Recovery, error) {
	r := recovery{opts: j.opts, cursor: &j.cursor, repair: true}
	if err := r.run(); err != nil {
		return r.found, err
	}
	j.segments, j.next, j.wanted = r.segments, r.next, r.wanted
	return r.found, nil
}

// run does all of it.
func (r *recovery) run() error {
	r.quar = newQuarantine(r.opts)
	r.quar.remember()
	all, err := r.list()
	if err != nil {
		return err
	}
	// After the list: what had been removed before it, this cursor has passed.
	saved, state, err := r.cursor.load()
	if err != nil {
		r.found.add(Finding{Kind: Unreadable, File: filepath.Join(r.opts.Dir, cursorName), Err: err})
	}
	if r.upTo > 0 {
		saved = min(saved, r.upTo)
	}
	// From the last to the first, as a segment ends where the next one with records begins.
	limit := uint64(endSequence)
	for i, m := range slices.Backward(all) {
		r.scan(m, limit, saved)
		switch {
		case m.gone:
			if saved = max(saved, r.passed(all[i+1:])); saved > 0 {
				state = CursorOK
			}
		case m.last > 0:
			limit = m.first
			r.good = append(r.good, m)
		default:
			r.lost = append(r.lost, m)
		}
	}
	slices.Reverse(r.good)
	slices.Reverse(r.lost)
	r.place(saved, state)
	r.recall()
	r.settleLost()
	r.settleGood()
	return nil
}

// list finds the segments, sorted, and the foreign files.
func (r *recovery) list() ([]*remnant, error) {
	entries, err := r.opts.FS.ReadDir(r.opts.Dir)
	if err != nil {
		return nil, err
	}
	var all []*remnant
	for _, e := range entries {
		name := e.Name()
		first, ok := parseSegmentName(name)
		info, err := e.Info()
		switch {
		case ok && (errors.Is(err, fs.ErrNotExist) || r.upTo > 0 && first >= r.upTo):
			// Removed just now, or begun since.
		case ok && err == nil && info.Mode().IsRegular():
			all = append(all, &remnant{name: filepath.Join(r.opts.Dir, name), first: first, size: info.Size()})
		case name != cursorName && name != lockName && name != quarantineName:
			r.found.ForeignFiles = append(r.found.ForeignFiles, name)
		}
	}
	return all, nil // ReadDir sorts by name, hence by sequence
}

func parseSegmentName(name string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	if !ok || len(digits) != segmentDigits {
		return 0, false
	}
	first, err := strconv.ParseUint(digits, 10, 64)
	return first, err == nil && first > 0 && first < endSequence && digits[0] != '+'
}

// scan reads one file.
func (r *recovery) scan(m *remnant, limit, saved uint64) {
	f, err := r.opts.FS.OpenFile(m.name, os.O_RDONLY, 0)
	if err != nil {
		m.gone = !r.repair && errors.Is(err, fs.ErrNotExist)
		m.err, m.unreadable = err, m.size
		return
	}
	s := scanner{buf: r.buf}
	s.reset(f, m.first, limit, m.size)
	for {
		rec, bad, ok := s.scan()
		beyond := r.upTo > 0 && ok && rec.Seq >= r.upTo
		if beyond {
			m.size = s.pos - headerSize - int64(len(rec.Payload))
		}
		if !ok || beyond {
			break
		}
		r.take(m, rec, bad, s.pos, saved)
		if rec.Seq < saved {
			m.acked++
		}
	}
	if r.upTo > 0 && m.last+1 == r.upTo {
		m.size = m.end // what stands behind it is being written
	}
	r.buf = s.buf
	m.unreadable, m.err = s.unreadable, errors.Join(s.err, f.Close())
}

// take counts a record that ends at end, and the damage in front of it: what that can have held is below the record.
func (r *recovery) take(m *remnant, rec Record, bad region, end int64, saved uint64) {
	if bad.size > 0 {
		s := spot{region: bad, from: max(m.first, m.last+1), to: rec.Seq}
		s.known = r.quar.holds(copyName(m.name, bad), bad.size)
		if rec.Seq <= saved {
			m.passed.add(s)
		} else {
			m.bad.add(s)
		}
	}
	if m.start == 0 {
		m.start = rec.Seq
	}
	m.last, m.end = rec.Seq, end
	m.records++
}

// passed returns how far the cursor must have come since, as the segment before these was removed.
func (r *recovery) passed(behind []*remnant) uint64 {
	for _, m := range behind {
		if !m.gone {
			return m.first
		}
	}
	return r.upTo
}

// place decides where the journal begins and where it goes on.
func (r *recovery) place(saved uint64, state CursorState) {
	last, slack := uint64(0), int64(0)
	if n := len(r.good); n > 0 {
		last, slack = r.good[n-1].last, r.good[n-1].tail().size
	}
	next := max(last+1, saved)
	for _, m := range r.lost {
		if m.first > last {
			slack += m.size
		}
		if m.unreadable > 0 { // it stays, and may turn out to hold records
			next = max(next, m.first+uint64(m.size/headerSize)+1)
		}
	}
	// What was cut off or lost at the end may have held records up to the cursor.
	if last > 0 && saved > last+1+uint64(slack/headerSize) {
		state = CursorFuture
	}
	r.found.Cursor = state
	r.next = next
	if r.upTo > 0 {
		r.next = r.upTo
	}
	switch {
	case state == CursorOK:
		r.wanted = saved
	case last > 0:
		r.wanted = r.good[0].first
		for _, m := range r.good {
			m.acked = 0
			m.bad.prepend(m.passed)
			m.passed = damage{}
		}
	default:
		r.wanted = r.next
	}
}
