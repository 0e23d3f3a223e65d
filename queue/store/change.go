package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// importEvents is how many events one write appends.
const importEvents = 512

// Change is what was done to a queue.
type Change struct {
	Events int              // that were put in or taken out
	Found  journal.Recovery // what was found on the way, and repaired as a start does it
}

// Import puts events at the end of a queue, as if they came now; the queue is made if it is missing. They are durable when it
// returns without an error. The first error of the letters ends it: those before are in the queue. Limits are not looked at, as
// they are in the configuration; the next start applies them.
func (h *Held) Import(ctx context.Context, n Name, letters iter.Seq2[queue.Letter, error]) (Change, error) {
	return h.change(n, func(a *appender) error {
		batch := make([]queue.Letter, 0, importEvents)
		for l, err := range letters {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return errors.Join(err, a.put(batch))
			}
			if batch = append(batch, l); len(batch) == importEvents {
				if err := a.put(batch); err != nil {
					return err
				}
				batch = batch[:0]
			}
		}
		return a.put(batch)
	})
}

// Retry puts the dead letters of a queue back into it, as if they came now, and removes them. The queue is made if it is missing.
func (h *Held) Retry(ctx context.Context, n Name) (Change, error) {
	return h.change(n, func(a *appender) error {
		_, err := h.Letters(n).Take(func(letters []queue.Letter) (int, error) {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			// They leave their file next.
			if err := errors.Join(a.put(letters), a.journal.Sync()); err != nil {
				return 0, err
			}
			return len(letters), nil
		})
		return err
	})
}

// Purge drops all events of a queue.
func (h *Held) Purge(n Name) (Change, error) {
	if err := h.exists(n); err != nil {
		return Change{}, err
	}
	return h.change(n, func(a *appender) error {
		a.journal.Ack(a.journal.Stats().Next)
		a.done.Events = int(a.done.Found.Records)
		return nil
	})
}

// Repair does to the files of a queue what a start does. Info.Found is what it found.
func (h *Held) Repair(ctx context.Context, n Name) (Info, error) {
	if err := h.exists(n); err != nil {
		return Info{Name: n}, err
	}
	done, err := h.change(n, func(*appender) error { return nil })
	if err != nil {
		return Info{Name: n, OnDisk: true, Found: done.Found}, err
	}
	info, err := h.Look(ctx, n)
	info.Found = done.Found
	return info, err
}

// change opens the journal of a queue for what do does.
func (h *Held) change(n Name, do func(*appender) error) (Change, error) {
	j, found, err := journal.Open(h.Journal(n))
	if err != nil {
		return Change{Found: found}, err
	}
	a := appender{journal: j, done: Change{Found: found}}
	err = do(&a)
	return a.done, errors.Join(err, j.Close())
}

// appender appends events to a journal.
type appender struct {
	journal  *journal.Journal
	done     Change
	buf      []byte
	payloads [][]byte
	times    []int64
}

func (a *appender) put(letters []queue.Letter) error {
	a.buf, a.payloads, a.times = a.buf[:0], a.payloads[:0], a.times[:0]
	now := time.Now().UnixNano()
	var ends []int
	for _, l := range letters {
		from := len(a.buf)
		if a.buf = l.Row.AppendText(a.buf, vscp.TextForm{}); len(a.buf)-from > vscp.MaxText {
			// Data in an odd form: in the plain one there is room for the longest event.
			var e vscp.Event
			l.Row.Event(&e)
			row := vscp.NewRow(&e, vscp.TextForm{})
			a.buf = append(a.buf[:from], row.Text...)
		}
		ends = append(ends, len(a.buf))
	}
	from := 0
	for _, end := range ends {
		a.payloads, a.times = append(a.payloads, a.buf[from:end]), append(a.times, now)
		from = end
	}
	if _, err := a.journal.Append(a.payloads, a.times); err != nil {
		return err
	}
	a.done.Events += len(ends)
	return nil
}
