package queue

import "time"

// trouble is what is wrong with the disk. One that is full can be read.
type trouble struct {
	write error // how the last write failed, or an attempt at one; nil: it did not
	read  error // likewise
	since time.Time
	busy  time.Time // when the present write or read began; zero: there is none
}

// err returns nil if all is well.
func (t *trouble) err() error {
	if t.write != nil {
		return t.write
	}
	return t.read
}

// wrote notes how a write ended.
func (t *trouble) wrote(err error) {
	before := t.err()
	t.write = err
	t.ended(before)
}

// loaded notes how a read ended.
func (t *trouble) loaded(err error) {
	before := t.err()
	t.read = err
	t.ended(before)
}

func (t *trouble) ended(before error) {
	t.busy = time.Time{}
	switch {
	case t.err() == nil:
		t.since = time.Time{}
	case before == nil:
		t.since = time.Now()
	}
}
