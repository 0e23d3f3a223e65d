package queue

import (
	"context"
	"errors"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// ErrInDoubt is returned by Disk.Sync when a sync failed since the last call, maybe one in the background: what was written
// before is on disk unless the power fails.
var ErrInDoubt = errors.New("a sync of the disk failed")

// attempt is a write of the keeper that somebody waits for.
type attempt struct {
	done chan struct{} // closed at its end
	err  error
}

// Sync returns nil at once: there is nothing that could be made safer.
func (q *Memory) Sync(context.Context) error { return nil }

// Sync makes durable what was done before, in each mode of the journal: what was pushed is written and synced, and what left the
// queue does not come back, unless it left from behind events that are still there. After an error, which is that of ctx, ErrInDoubt,
// journal.ErrClosed or what the disk said, all of this is done in memory, and maybe on disk; the queue goes on to try.
func (q *Disk) Sync(ctx context.Context) error {
	q.mu.Lock()
	end, doubt := q.ledger.next, q.doubt
	q.mu.Unlock()
	err := q.waitWritten(ctx, end)
	if err == nil {
		err = q.journal.SyncContext(ctx)
	}
	doubtful := q.journal.Stats().Doubtful
	q.mu.Lock()
	q.doubt = max(q.doubt, doubtful)
	q.mu.Unlock()
	if err == nil && doubtful > doubt {
		err = ErrInDoubt
	}
	if err != nil {
		return fmt.Errorf("queue: sync: %w", err)
	}
	return nil
}

// SetSync changes when events are made durable, as journal.Journal.SetSync does.
func (q *Disk) SetSync(s journal.Sync) error {
	if err := q.journal.SetSync(s); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	return nil
}

// waitWritten waits until all events with tickets below end are written or gone, or a write fails.
func (q *Disk) waitWritten(ctx context.Context, end uint64) error {
	for {
		q.mu.Lock()
		if !q.unwrittenLocked(end) {
			q.mu.Unlock()
			return nil
		}
		if q.attempt == nil {
			q.attempt = &attempt{done: make(chan struct{})}
		}
		next := q.attempt
		q.mu.Unlock()
		select {
		case <-next.done:
			if next.err != nil {
				return next.err
			}
		case <-q.stop:
			return journal.ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// unwrittenLocked reports whether an event with a ticket below end is to be written, or being written: that one may have left the
// queue, but will be on disk.
func (q *Disk) unwrittenLocked(end uint64) bool {
	if len(q.writing) > 0 && q.writing[0].ticket < end {
		return true
	}
	for i := 0; i < len(q.pending) && q.pending[i].ticket < end; i++ {
		if _, here := q.hereLocked(&q.pending[i]); here {
			return true
		}
	}
	return false
}

// tellLocked tells those who wait for it how a write ended.
func (q *Disk) tellLocked(err error) {
	if q.attempt == nil {
		return
	}
	q.attempt.err = err
	close(q.attempt.done)
	q.attempt = nil
}
