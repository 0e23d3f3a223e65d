package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// readAttempts is how often a place is tried, which is more often than the journal takes to give it up.
const readAttempts = 10

// Info is what the files of a queue hold.
type Info struct {
	Name
	OnDisk      bool // false: only its dead letters are here
	Events      int
	Bytes       int64     // as the queue counts them: text, and queue.RowOverhead for each event
	Oldest      time.Time // when the oldest event came; zero: there is none
	NotEvents   int       // whole records that hold no event
	Letters     queue.LetterStats
	Segments    int
	SegmentSize int64 // of all of them
	// Quarantined files are copies of damaged parts.
	Quarantined     int
	QuarantineBytes int64
	Found           journal.Recovery // what a start would find; a Repair: what it found
}

// Clean reports whether nothing was lost.
func (i *Info) Clean() bool { return i.Found.Clean() && i.NotEvents == 0 }

// Look reads through the files of a queue. The error is ErrNoQueue if there are none.
func (f Folder) Look(ctx context.Context, n Name) (Info, error) {
	info := Info{Name: n}
	var err error
	if info.Letters, err = f.Letters(n).Stats(); err != nil {
		return info, err
	}
	view, err := f.view(n)
	if errors.Is(err, ErrNoQueue) && info.Letters.Bytes > 0 {
		return info, nil
	}
	if err != nil {
		return info, err
	}
	stats := view.Stats()
	info.OnDisk, info.Found = true, view.Found
	info.Segments, info.SegmentSize = stats.Segments, stats.Bytes
	if info.Quarantined, info.QuarantineBytes, err = journal.Quarantined(f.Journal(n)); err != nil {
		return info, err
	}
	for rec, err := range records(ctx, view) {
		var row vscp.Row
		if err != nil {
			return info, err
		}
		if row.Parse(rec.Payload) != nil {
			info.NotEvents++
			continue
		}
		if came := time.Unix(0, rec.Time); info.Events == 0 || came.Before(info.Oldest) {
			info.Oldest = came
		}
		info.Events++
		info.Bytes += int64(len(rec.Payload)) + queue.RowOverhead
	}
	return info, nil
}

// Events returns the events of a queue, oldest first, each with the time when it came. Records that hold no event are left out.
// The letters are the caller's. An error is the last: ErrNoQueue, that of the context or of the disk.
func (f Folder) Events(ctx context.Context, n Name) iter.Seq2[queue.Letter, error] {
	return func(yield func(queue.Letter, error) bool) {
		view, err := f.view(n)
		if err != nil {
			yield(queue.Letter{}, err)
			return
		}
		for rec, err := range records(ctx, view) {
			if err != nil {
				yield(queue.Letter{}, err)
				return
			}
			row := new(vscp.Row)
			if row.Parse(slices.Clone(rec.Payload)) != nil {
				continue
			}
			if !yield(queue.Letter{Time: time.Unix(0, rec.Time), Route: n.Route, To: n.To, Row: row}, nil) {
				return
			}
		}
	}
}

func (f Folder) view(n Name) (*journal.View, error) {
	if err := f.exists(n); err != nil {
		return nil, err
	}
	return journal.Look(f.Journal(n), 0)
}

// exists returns ErrNoQueue if a queue has no folder.
func (f Folder) exists(n Name) error {
	names, err := f.onDisk()
	if err == nil && !slices.Contains(names, n) {
		err = f.failed(fmt.Errorf("%s: %w", n, ErrNoQueue))
	}
	return err
}

// records reads what is wanted; a payload is valid until the next step. An error is the last.
func records(ctx context.Context, view *journal.View) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		reader := view.NewReader(0)
		defer func() { _ = reader.Close() }() // nothing was written
		for failed := 0; ; {
			rec, err := reader.Next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err == nil:
				failed = 0
				err = ctx.Err()
			default:
				if failed++; failed <= readAttempts {
					continue // the reader passes over the place in the end
				}
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}
