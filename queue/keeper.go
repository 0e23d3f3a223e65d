package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// How much the keeper does at once.
const (
	writeEvents = 1024
	writeBytes  = 256 << 10
)

// keep owns the files until Close. A disk that takes nothing more, as it is full, is still read.
func (q *Disk) keep() {
	var retry time.Time // when to write again what the disk refused; zero: it refused nothing
	for {
		wrote := false
		if !time.Now().Before(retry) {
			var err error
			if wrote, err = q.write(); err != nil {
				wrote, retry = false, time.Now().Add(again)
			} else {
				retry = time.Time{}
			}
		}
		read, err := q.load()
		if (wrote || read) && err == nil {
			select {
			case <-q.stop:
				return
			default:
				continue
			}
		}
		if !q.rest(err, retry) {
			return
		}
	}
}

// rest waits for work, or after an error for the next attempt. It reports false at the end.
func (q *Disk) rest(read error, retry time.Time) bool {
	var due <-chan time.Time
	work := q.work
	if read != nil {
		retry, work = time.Now().Add(again), nil
	}
	if !retry.IsZero() {
		timer := time.NewTimer(time.Until(retry))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-q.stop:
		return false
	case <-due:
		return true
	case <-work:
		return true
	}
}

// batch is what one write appends. Its memory is used again.
type batch struct {
	rows     []*vscp.Row // of Disk.writing
	tickets  []uint64    // of what is appended: not of rows that are too long
	payloads [][]byte
	times    []int64
	ends     []int // of the payloads in text
	text     []byte
}

// keepText is how much room for text is kept from one write to the next.
const keepText = 4 * writeBytes

// write appends what is pending, a batch of it. It reports false if there was nothing.
func (q *Disk) write() (worked bool, err error) {
	q.mu.Lock()
	some := q.takeLocked()
	if !some {
		q.tellLocked(nil)
	}
	q.mu.Unlock()
	if !some {
		return false, q.recheck()
	}
	q.encode()
	first, err := q.journal.Append(q.out.payloads, q.out.times)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.trouble.wrote(err)
	if err != nil {
		q.pending = append(q.writing, q.pending...)
		q.writing = nil
		q.tellLocked(err)
		return true, err
	}
	q.wroteLocked(first)
	q.settleLocked()
	q.tellLocked(nil)
	return true, nil
}

// wroteLocked takes in that the batch is in the journal from a place on.
func (q *Disk) wroteLocked(first uint64) {
	tickets := q.out.tickets
	for i := range q.writing {
		a := &q.writing[i]
		_, here := q.hereLocked(a)
		if here {
			q.unwritten--
		}
		stored := len(tickets) > 0 && tickets[0] == a.ticket
		if stored {
			q.runs.add(a.ticket, first)
			first++
			tickets = tickets[1:]
		}
		if !here || a.ticket < q.ahead.end {
			continue
		}
		switch {
		case stored && q.plain():
			q.behind.add(*a)
		case stored:
			delete(q.rows, a.ticket)
		case q.plain():
			q.ledger.forgo(1, a.size, causeTooLarge)
		}
	}
	q.written = q.writing[len(q.writing)-1].ticket + 1
	clear(q.writing)
	q.writing = q.writing[:0]
	q.thinRunsLocked()
}

// recheck looks, with nothing to write, whether a disk that failed works again.
func (q *Disk) recheck() error {
	q.mu.Lock()
	failed := q.trouble.err() != nil
	q.mu.Unlock()
	if !failed {
		return nil
	}
	err := q.journal.Try()
	q.mu.Lock()
	defer q.mu.Unlock()
	if err == nil {
		q.trouble.loaded(nil) // what could not be read may have left the queue
	}
	q.trouble.wrote(err)
	return err
}

// takeLocked moves events from pending to writing and their rows to the batch, and leaves out those that are gone. It reports
// false if there is none.
func (q *Disk) takeLocked() bool {
	b := &q.out
	clear(b.rows)
	b.rows, b.times = b.rows[:0], b.times[:0]
	bytes, done := 0, 0
	wall := q.beganOnDisk()
	for i := range q.pending {
		if len(b.rows) == writeEvents || bytes >= writeBytes {
			break
		}
		done++
		a := &q.pending[i]
		row, _ := q.hereLocked(a)
		if row == nil {
			continue
		}
		b.rows, b.times = append(b.rows, row), append(b.times, wall+int64(a.at))
		q.writing = append(q.writing, *a)
		bytes += len(row.Text)
	}
	if left := len(q.pending) - done; left <= 4*writeEvents {
		copy(q.pending, q.pending[done:])
		clear(q.pending[left:])
		q.pending = q.pending[:left]
	} else {
		clear(q.pending[:done])
		q.pending = q.pending[done:] // to move them for each write would take too long
	}
	if len(b.rows) > 0 {
		q.trouble.busy = time.Now()
	}
	return len(b.rows) > 0
}

// encode writes the rows of the batch as text, in which nothing is lost. It leaves out what is too long to be read again, which no
// event is that came as text: with plain rules it is dropped outside of the window, else it stays in memory.
func (q *Disk) encode() {
	b := &q.out
	b.tickets, b.payloads, b.ends = b.tickets[:0], b.payloads[:0], b.ends[:0]
	if cap(b.text) > keepText {
		b.text = nil
	}
	text := b.text[:0]
	for i, row := range b.rows {
		from := len(text)
		if text = row.AppendText(text, vscp.TextForm{}); len(text)-from > vscp.MaxText {
			text = text[:from]
			continue
		}
		b.ends = append(b.ends, len(text))
		b.times[len(b.tickets)] = b.times[i]
		b.tickets = append(b.tickets, q.writing[i].ticket)
	}
	clear(b.rows) // they may leave the queue before the next write
	b.times = b.times[:len(b.tickets)]
	from := 0
	for _, end := range b.ends {
		b.payloads = append(b.payloads, text[from:end])
		from = end
	}
	b.text = text
}

// thinLocked forgets pending tickets of events that are gone, so that a disk which fails for long costs no memory.
func (q *Disk) thinLocked() {
	if len(q.pending) <= 2*q.ledger.events()+writeEvents {
		return
	}
	kept := q.pending[:0]
	for i := range q.pending {
		if _, here := q.hereLocked(&q.pending[i]); here {
			kept = append(kept, q.pending[i])
		}
	}
	clear(q.pending[len(kept):])
	q.pending = kept
}
