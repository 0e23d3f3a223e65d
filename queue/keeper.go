package queue

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// How much the keeper does at once.
const (
	writeEvents = 1024
	writeBytes  = 256 << 10
	readEvents  = 512
)

// keep owns the files until Close.
func (q *Disk) keep() {
	for {
		worked, err := q.write()
		if err == nil {
			var more bool
			more, err = q.load()
			worked = worked || more
		}
		if worked && err == nil {
			select {
			case <-q.stop:
				return
			default:
				continue
			}
		}
		if !q.rest(err) {
			return
		}
	}
}

// rest waits for work, or after an error for the next attempt. It reports false at the end.
func (q *Disk) rest(err error) bool {
	if err == nil {
		select {
		case <-q.stop:
			return false
		case <-q.work:
			return true
		}
	}
	timer := time.NewTimer(again)
	defer timer.Stop()
	select {
	case <-q.stop:
		return false
	case <-timer.C:
		return true
	}
}

// batch is what one write appends.
type batch struct {
	tickets  []uint64
	payloads [][]byte
	times    []int64
}

// write appends what is pending, a batch of it. It reports false if there was nothing.
func (q *Disk) write() (worked bool, err error) {
	q.mu.Lock()
	rows, times := q.takeLocked()
	q.mu.Unlock()
	if len(rows) == 0 {
		return false, q.recheck()
	}
	b := q.encode(rows, times)
	first, err := q.journal.Append(b.payloads, b.times)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.noteLocked(err)
	if err != nil {
		q.pending = append(q.writing, q.pending...)
		q.writing = nil
		return true, err
	}
	for _, a := range q.writing {
		if _, here := q.rows[a.ticket]; here {
			q.unwritten--
		}
	}
	for i, ticket := range b.tickets {
		q.runs.add(ticket, first+uint64(i))
		if ticket >= q.ahead.end {
			delete(q.rows, ticket)
		}
	}
	q.written = q.writing[len(q.writing)-1].ticket + 1
	q.writing = q.writing[:0]
	q.settleLocked()
	return true, nil
}

// recheck looks, with nothing to write, whether a disk that failed works again.
func (q *Disk) recheck() error {
	q.mu.Lock()
	failed := q.trouble.err != nil
	q.mu.Unlock()
	if !failed {
		return nil
	}
	err := q.journal.Try()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.noteLocked(err)
	return err
}

// takeLocked moves tickets from pending to writing, and leaves out the events that are gone.
func (q *Disk) takeLocked() (rows []*vscp.Row, times []int64) {
	q.writing = q.writing[:0]
	most := min(writeEvents, len(q.pending))
	rows, times = make([]*vscp.Row, 0, most), make([]int64, 0, most)
	bytes, done := 0, 0
	wall := q.began.UnixNano()
	for _, a := range q.pending {
		if len(rows) == writeEvents || bytes >= writeBytes {
			break
		}
		done++
		row := q.rows[a.ticket]
		if row == nil {
			continue
		}
		rows, times = append(rows, row), append(times, wall+int64(a.at))
		q.writing = append(q.writing, a)
		bytes += len(row.Text)
	}
	q.pending = q.pending[:copy(q.pending, q.pending[done:])]
	if len(rows) > 0 {
		q.trouble.busy = time.Now()
	}
	return rows, times
}

// encode writes rows as text, in which nothing is lost. What is too long to be read again stays in memory.
func (q *Disk) encode(rows []*vscp.Row, times []int64) batch {
	b := batch{tickets: make([]uint64, 0, len(rows)), payloads: make([][]byte, 0, len(rows)), times: make([]int64, 0, len(rows))}
	buf := q.buf[:0]
	ends := make([]int, 0, len(rows))
	for i, row := range rows {
		from := len(buf)
		if buf = row.AppendText(buf, vscp.TextForm{}); len(buf)-from > vscp.MaxText {
			buf = buf[:from]
			continue
		}
		ends = append(ends, len(buf))
		b.tickets, b.times = append(b.tickets, q.writing[i].ticket), append(b.times, times[i])
	}
	from := 0
	for _, end := range ends {
		b.payloads = append(b.payloads, buf[from:end])
		from = end
	}
	q.buf = buf
	return b
}

// load reads ahead if the window runs short. It reports false if there was nothing to do.
func (q *Disk) load() (worked bool, err error) {
	q.mu.Lock()
	claims := q.claims
	end := q.ahead.end
	if len(claims) == 0 && (q.shortLocked() || q.reader != nil && !q.ahead.full()) {
		claims = q.extendLocked(nil, readEvents)
	}
	q.claims = claims
	idle := len(claims) == 0 && q.ledger.events() == q.ahead.events
	if len(claims) > 0 {
		q.trouble.busy = time.Now()
	}
	wake := q.ahead.end != end && q.ledger.waiting > 0 && q.availableLocked()
	q.mu.Unlock()
	if len(claims) == 0 {
		if wake {
			q.wake()
		}
		if idle && q.reader != nil { // an open file takes up its place on the disk
			err, q.reader = q.reader.Close(), nil
		}
		return false, err
	}
	rows, err := q.read(claims)
	q.mu.Lock()
	for i, row := range rows {
		if _, wanted := q.rows[claims[i].ticket]; wanted {
			q.rows[claims[i].ticket] = row
		}
	}
	q.claims = claims[len(rows):]
	q.noteLocked(err)
	q.mu.Unlock()
	q.wake()
	return true, err
}

func (q *Disk) wake() {
	signal(q.loaded)
	signal(q.ready)
}

// read reads events that are claimed, from the first one on, as far as it comes.
func (q *Disk) read(claims []claim) ([]*vscp.Row, error) {
	if q.reader == nil {
		q.reader = q.journal.NewReader(claims[0].seq)
	}
	var memory rowMemory
	rows := make([]*vscp.Row, 0, len(claims))
	for len(rows) < len(claims) {
		rec, err := q.reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			for len(rows) < len(claims) {
				rows = append(rows, q.lost)
			}
			return rows, nil
		case err != nil:
			return rows, fmt.Errorf("queue: %w", err)
		}
		for len(rows) < len(claims) && claims[len(rows)].seq < rec.Seq {
			rows = append(rows, q.lost)
		}
		if len(rows) < len(claims) && claims[len(rows)].seq == rec.Seq {
			row, err := memory.parse(rec.Payload)
			if err != nil {
				row = q.lost
			}
			rows = append(rows, row)
		} else if len(rows) == len(claims) {
			// The reader went past the last claim, over damage: what it holds is wanted next.
			err := q.reader.Close()
			q.reader = nil
			return rows, err
		}
	}
	return rows, nil
}

// noteLocked notes how a write or read ended.
func (q *Disk) noteLocked(err error) {
	t := &q.trouble
	t.busy = time.Time{}
	switch {
	case err == nil:
		t.err, t.since = nil, time.Time{}
	case t.err == nil:
		t.err, t.since = err, time.Now()
	default:
		t.err = err
	}
}

// thinLocked forgets pending tickets of events that are gone, so that a disk which fails for long costs no memory.
func (q *Disk) thinLocked() {
	if len(q.pending) <= 2*q.ledger.events()+writeEvents {
		return
	}
	kept := q.pending[:0]
	for _, a := range q.pending {
		if _, here := q.rows[a.ticket]; here {
			kept = append(kept, a)
		}
	}
	q.pending = kept
}
