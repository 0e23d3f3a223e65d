package journal

// View is a journal as its files are, without being open: nothing is changed, and no lock is taken. Damage and torn ends are
// passed over.
type View struct {
	Found Recovery // the same as Open would find, but for copies in quarantine
	j     *Journal
}

// Look reads through a folder. The folder of a running process can be looked at too: what has a sequence of upTo or above is left
// out, as it may be half written, and what is removed meanwhile counts as acknowledged. Take upTo from Stats().Next of the Journal
// before, and 0 where nobody writes. Without the folder the error is fs.ErrNotExist.
func Look(o Options, upTo uint64) (*View, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	r := recovery{opts: o, cursor: &cursor{fs: o.FS, dir: o.Dir}, upTo: upTo}
	if err := r.run(); err != nil {
		return nil, diskError(o.Dir, "look", err)
	}
	j := &Journal{opts: o, viewed: true, segments: r.segments, next: r.next, wanted: r.wanted}
	return &View{Found: r.found, j: j}, nil
}

// Look reads through the files of the journal while it is used, as the function does.
func (j *Journal) Look() (*View, error) { return Look(j.opts, j.Stats().Next) }

// Quarantined is the function for the files of the journal.
func (j *Journal) Quarantined() (files int, bytes int64, err error) { return Quarantined(j.opts) }

// NewReader returns a reader of the records from seq on, or from the first that is wanted if that is later. It ends where the
// journal ended when it was looked at.
func (v *View) NewReader(seq uint64) *Reader { return v.j.NewReader(seq) }

// Stats returns the segments, their bytes and the sequences.
func (v *View) Stats() Stats { return v.j.Stats() }
