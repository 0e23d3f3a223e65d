package queue

import (
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Waiting is an event in a queue, as View shows it.
type Waiting struct {
	ID     uint64    // grows in the order of the queue, and is of this process only
	Came   time.Time // when the event came to the queue, maybe that of an earlier process
	Leased bool      // it is being sent
	Text   int64     // bytes of its text, as they count in the queue; of one that is on disk only, as they are there
	Row    *vscp.Row
}

// after returns the position of the first event whose number is above id, or else the end.
func (l *ledger[H]) after(id uint64) uint32 {
	n := sort.Search(int(l.end-l.first), func(n int) bool {
		i := l.skip(l.first + uint32(n))
		return i == l.end || l.slot(i).id > id
	})
	return l.skip(l.first + uint32(n))
}

// view says what is to be known of the event at a position of a queue that began then, but for the row.
func (l *ledger[H]) view(i uint32, began time.Time) Waiting {
	s := l.slot(i)
	return Waiting{ID: s.id, Came: began.Add(s.at), Leased: i-l.first < l.front-l.first, Text: textOf(1, s.size())}
}

// purge drops all events that wait and have a slot, and returns how many there were.
func (l *ledger[H]) purge() int {
	n := l.waiting - l.outside
	for l.front != l.end {
		l.drop(l.front, causePurged)
	}
	return n
}

// View returns up to limit events with an ID above after, oldest first, leased ones too. It changes nothing, and its error is
// nil. To see all, call it with 0 and then with the last ID that it returned.
func (q *Memory) View(after uint64, limit int) ([]Waiting, error) {
	q.mu.Lock()
	room := q.lookLocked()
	l := &q.ledger
	var list []Waiting
	for i := l.after(after); i != l.end && len(list) < limit; i = l.skip(i + 1) {
		w := l.view(i, q.began)
		w.Row = l.slot(i).handle
		list = append(list, w)
	}
	q.mu.Unlock()
	signalIf(room, q.space)
	return list, nil
}

// Purge drops all events but those that are being sent. It returns how many were dropped, and how many are being sent.
func (q *Memory) Purge() (purged, leased int) {
	q.mu.Lock()
	purged, leased = q.ledger.purge(), q.ledger.leased
	q.mu.Unlock()
	signalIf(purged > 0, q.space)
	return purged, leased
}

// View returns up to limit events with an ID above after, as Memory.View does. It reads from the disk what is not in memory,
// and leaves out what is removed meanwhile or cannot be read there. An error comes with the events before it. As each call reads the
// file of its first event from the beginning, few large pages take less time than many small ones.
func (q *Disk) View(after uint64, limit int) ([]Waiting, error) {
	var out []Waiting
	at := sight{journal: q.journal}
	for len(out) < limit {
		list, places := q.look(after, limit-len(out))
		if len(list) == 0 {
			break
		}
		after = list[len(list)-1].ID
		for i, w := range list {
			if w.Row == nil {
				row, came, err := at.row(places[i].seq)
				if err != nil {
					return out, errors.Join(fmt.Errorf("queue: %w", err), at.close())
				}
				if row == nil {
					continue
				}
				if w.Row = row; w.Came.IsZero() {
					when := places[i].in.within(time.Duration(came - q.beganOnDisk()))
					w.Came, w.Text = q.began.Add(when), int64(len(row.Text))
				}
			}
			out = append(out, w)
		}
	}
	return out, at.close()
}

// place is where an event is that is not in memory.
type place struct {
	seq uint64 // in the journal
	in  block  // that it is in, as it is now; of those outside of the window only
}

// look returns what View does, but of those that are not in memory the places in the journal instead of the rows.
func (q *Disk) look(after uint64, limit int) (list []Waiting, places []place) {
	q.mu.Lock()
	room := q.expireLocked()
	l := &q.ledger
	for i := l.after(after); i != l.end && len(list) < limit; i = l.skip(i + 1) {
		w := l.view(i, q.began)
		var at place
		switch row := q.rows[w.ID]; row {
		case nil:
			at.seq, _ = q.runs.find(w.ID)
		case q.lost:
		default:
			w.Row = row
		}
		list, places = append(list, w), append(places, at)
	}
	if q.ledger.outside > 0 {
		list, places = q.lookOutsideLocked(after, limit, list, places)
	}
	q.mu.Unlock()
	signalIf(room, q.space)
	return list, places
}

// lookOutsideLocked is look for what is not in the window.
func (q *Disk) lookOutsideLocked(after uint64, limit int, list []Waiting, places []place) ([]Waiting, []place) {
	from := max(after+1, q.ahead.end)
	for blocks := q.behind.blocks; len(blocks) > 0 && len(list) < limit; {
		ticket, seq, ok := q.runs.next(from)
		if !ok {
			break
		}
		if ticket > blocks[0].last && len(blocks) > 1 {
			blocks = blocks[1:]
			continue
		}
		list, places = append(list, Waiting{ID: ticket}), append(places, place{seq: seq, in: blocks[0]})
		from = ticket + 1
	}
	for _, part := range q.tailLocked() {
		for _, a := range part[sort.Search(len(part), func(i int) bool { return part[i].ticket >= from }):] {
			if len(list) < limit {
				list, places = append(list, Waiting{ID: a.ticket, Came: q.began.Add(a.at), Row: a.row, Text: textOf(1, a.size)}), append(places, place{})
			}
		}
	}
	return list, places
}

// Purge drops all events but those that are being sent, as Memory.Purge does. After Sync they do not come back, unless the
// process ends before those that are being sent were removed: the next one finds on disk again what was purged behind them.
func (q *Disk) Purge() (purged, leased int) {
	q.mu.Lock()
	purged, leased = q.ledger.purge()+q.purgeLocked(), q.ledger.leased
	q.settleLocked()
	q.thinLocked()
	q.mu.Unlock()
	signalIf(purged > 0, q.space)
	return purged, leased
}

// sight reads single events of a journal, in their order.
type sight struct {
	journal *journal.Journal
	reader  *journal.Reader
	rec     journal.Record // the last one that was read
	memory  rowMemory
}

// row returns the event at a place behind the last one and when it came, or nil if there is none.
func (s *sight) row(place uint64) (row *vscp.Row, came int64, err error) {
	if s.reader == nil {
		s.reader = s.journal.NewReader(place)
	}
	for failed := 0; s.rec.Seq < place; {
		rec, err := s.reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, 0, nil
		case err != nil:
			if failed++; failed > readAttempts {
				return nil, 0, err
			}
		default:
			s.rec = rec
		}
	}
	if s.rec.Seq != place {
		return nil, 0, nil
	}
	row, err = s.memory.parse(s.rec.Payload)
	if err != nil {
		return nil, 0, nil //nolint:nilerr // a record that holds no event: Peek drops it as damaged
	}
	return row, s.rec.Time, nil
}

func (s *sight) close() error {
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}
