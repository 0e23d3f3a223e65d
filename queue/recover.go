package queue

import (
	"errors"
	"io"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// readAttempts is how often recovery tries to read a place, which is more often than the journal takes to give it up.
const readAttempts = 10

// recover takes in what the journal holds.
func (q *Disk) recover() error {
	reader := q.journal.NewReader(0)
	q.written = 1 << 63 // all that comes now
	var memory rowMemory
	now, began := time.Since(q.began), q.beganOnDisk()
	var row vscp.Row
	for failed := 0; ; {
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if failed++; failed > readAttempts {
				return errors.Join(err, reader.Close())
			}
			continue // the reader passes over the place in the end
		}
		failed = 0
		e := entry{at: min(time.Duration(rec.Time-began), now), size: sizeOf(rec.Payload)}
		if err := row.Parse(rec.Payload); err != nil {
			q.ledger.refuse(e.size, causeDamaged)
			continue
		}
		a, taken := q.foundLocked(&row, &e)
		if !taken {
			continue
		}
		q.runs.add(a.ticket, rec.Seq)
		switch {
		case a.ticket < q.ahead.end:
			q.rows[a.ticket] = memory.keep(&row)
		case q.plain():
			q.behind.add(a)
		}
	}
	q.ledger.restored = q.ledger.pushed
	q.runs.end, q.written = q.journal.Stats().Next, q.ledger.next
	q.expireAtLocked(now)
	q.settleLocked()
	signalIf(q.ledger.waiting > 0, q.ready)
	return reader.Close()
}

// foundLocked takes an event in that was found on disk, and reports whether it stays. Rules that evict nothing drop nothing here, as
// SetLimits does: after a crash there are also those that were sent, which shall take no room from the others.
func (q *Disk) foundLocked(row *vscp.Row, e *entry) (a arrival, taken bool) {
	if r := q.ledger.limits.Overflow; r == DropNewest || r == Block {
		return q.enterLocked(row, e), true
	}
	a, taken, _ = q.pushLocked(row, e)
	return a, taken
}

// beganOnDisk is what the wall clock would have said when the queue began, in nanoseconds since 1970, had it gone then as it does now. A
// machine without a clock of its own sets it when it finds a time server, a while after the start.
func (q *Disk) beganOnDisk() int64 {
	return q.clock().UnixNano() - int64(time.Since(q.began))
}

// rowMemory holds rows in chunks, so that an event costs no allocation of its own.
type rowMemory struct {
	text []byte
	rows []vscp.Row
}

const rowsPerChunk = 64

func (m *rowMemory) keep(row *vscp.Row) *vscp.Row {
	if len(row.Text) > cap(m.text)-len(m.text) {
		m.text = make([]byte, 0, max(rowsPerChunk*RowOverhead, len(row.Text)))
	}
	if len(m.rows) == cap(m.rows) {
		m.rows = make([]vscp.Row, 0, rowsPerChunk)
	}
	from := len(m.text)
	m.text = append(m.text, row.Text...)
	m.rows = append(m.rows, *row)
	kept := &m.rows[len(m.rows)-1]
	kept.Text = m.text[from:len(m.text):len(m.text)]
	return kept
}

func (m *rowMemory) parse(text []byte) (*vscp.Row, error) {
	var row vscp.Row
	if err := row.Parse(text); err != nil {
		return nil, err
	}
	return m.keep(&row), nil
}
