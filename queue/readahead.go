package queue

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// readEvents is how much the keeper reads at once.
const readEvents = 512

// load reads ahead if the window runs short. It reports false if there was nothing to do.
func (q *Disk) load() (worked bool, err error) {
	q.mu.Lock()
	end := q.ahead.end
	claims, room := q.wantLocked()
	idle := len(claims) == 0 && (q.ledger.events() == q.ahead.events || q.plain() && q.behind.events == 0)
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
	rows, err := q.read(claims, room)
	q.mu.Lock()
	q.cameLocked(claims, rows)
	q.trouble.loaded(err)
	q.mu.Unlock()
	q.wake()
	return true, err
}

// wantLocked returns what is to be read now, and how many bytes of it.
func (q *Disk) wantLocked() (claims []claim, room int64) {
	if q.byOrder = q.plain(); q.byOrder {
		if q.shortLocked() || q.reader != nil && !q.ahead.full() {
			claims = q.claimLocked(readEvents)
		}
		return claims, windowBytes - q.ahead.bytes
	}
	if len(q.claims) == 0 && (q.shortLocked() || q.reader != nil && !q.ahead.full()) {
		q.claims = q.extendLocked(readEvents)
	}
	return q.claims, math.MaxInt64 // they are counted
}

// cameLocked takes what was read into the window, apart from what left the queue meanwhile.
func (q *Disk) cameLocked(claims []claim, rows []loaded) {
	if q.byOrder != q.plain() {
		return // all that was wanted has left the queue, and the rule changed
	}
	now, began := time.Since(q.began), q.beganOnDisk()
	for i, r := range rows {
		ticket := claims[i].ticket
		if !q.plain() {
			if _, wanted := q.rows[ticket]; wanted {
				q.rows[ticket] = r.row
			}
		} else if ticket >= q.ahead.end {
			at := min(time.Duration(r.time-began), now)
			q.comeLocked(arrival{ticket: ticket, at: at}, r.row)
		}
	}
	if !q.plain() {
		q.claims = claims[len(rows):]
	}
}

func (q *Disk) wake() {
	signal(q.loaded)
	signal(q.ready)
}

// loaded is an event from the disk.
type loaded struct {
	row  *vscp.Row
	time int64 // when it came, in nanoseconds since 1970
}

// read reads events that are claimed, from the first one on, as far as it comes or until they fill the room in bytes.
func (q *Disk) read(claims []claim, room int64) ([]loaded, error) {
	if q.reader == nil {
		q.reader = q.journal.NewReader(claims[0].seq)
	}
	var memory rowMemory
	rows := make([]loaded, 0, len(claims))
	for len(rows) < len(claims) && room > 0 {
		rec, err := q.reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			for len(rows) < len(claims) {
				rows = append(rows, loaded{row: q.lost})
			}
			return rows, nil
		case err != nil:
			return rows, fmt.Errorf("queue: %w", err)
		}
		for len(rows) < len(claims) && claims[len(rows)].seq < rec.Seq {
			rows = append(rows, loaded{row: q.lost})
		}
		if len(rows) < len(claims) && claims[len(rows)].seq == rec.Seq {
			row, err := memory.parse(rec.Payload)
			if err != nil {
				row = q.lost
			}
			rows = append(rows, loaded{row: row, time: rec.Time})
			room -= int64(len(rec.Payload)) + RowOverhead
		} else if len(rows) == len(claims) {
			// The reader went past the last claim, over damage: what it holds is wanted next.
			err := q.reader.Close()
			q.reader = nil
			return rows, err
		}
	}
	return rows, nil
}
