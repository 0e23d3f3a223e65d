package queue

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Files is a reading of the files of a queue, beside its DiskStats.
type Files struct {
	Segments        int
	Unsynced        int64 // bytes that a loss of power would lose
	Quarantined     int   // copies of damaged parts
	QuarantineBytes int64
}

// Files looks into the folder of the queue.
func (q *Disk) Files() (Files, error) {
	s := q.journal.Stats()
	f := Files{Segments: s.Segments, Unsynced: s.Pending}
	var err error
	if f.Quarantined, f.QuarantineBytes, err = q.journal.Quarantined(); err != nil {
		return f, fmt.Errorf("queue: %w", err)
	}
	return f, nil
}

// Checked is what reading the files of a queue found.
type Checked struct {
	Found     journal.Recovery
	NotEvents int // whole records that hold no event
}

// Check reads through the files of the queue as they are now. It changes nothing, and the queue goes on meanwhile.
func (q *Disk) Check(ctx context.Context) (Checked, error) {
	view, err := q.journal.Look()
	if err != nil {
		return Checked{}, fmt.Errorf("queue: %w", err)
	}
	c := Checked{Found: view.Found}
	reader := view.NewReader(0)
	for failed := 0; ; {
		rec, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return c, reader.Close()
		case err == nil:
			failed = 0
			var row vscp.Row
			if row.Parse(rec.Payload) != nil {
				c.NotEvents++
			}
			err = ctx.Err()
		default:
			if failed++; failed <= readAttempts {
				continue // the reader passes over the place in the end
			}
		}
		if err != nil {
			return c, errors.Join(fmt.Errorf("queue: %w", err), reader.Close())
		}
	}
}
