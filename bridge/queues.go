package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

var (
	// ErrStopping is returned when a queue is to be changed by hand and the bridge stops.
	ErrStopping = errors.New("bridge: it stops, and takes no changes")
	// ErrRemoved is returned when a queue is to be changed by hand and its route leads to its destination no more.
	ErrRemoved = errors.New("bridge: the route leads there no more")
	// ErrNotOnDisk is returned by Queue.Check for a queue in memory.
	ErrNotOnDisk = errors.New("bridge: the queue is in memory and has no files")
)

// Queue is what waits for one destination of a route, for those who look into it or change it by hand.
type Queue struct{ d *direction }

// Queues returns the queues, in the order of the configuration.
func (b *Bridge) Queues() []Queue {
	directions := b.present.Load().directions
	all := make([]Queue, 0, len(directions))
	for _, d := range directions {
		all = append(all, Queue{d})
	}
	return all
}

// Route returns the name of the route.
func (q Queue) Route() string { return q.d.route }

// To returns the name of the destination.
func (q Queue) To() string { return q.d.to }

// Status returns a reading of the queue's direction.
func (q Queue) Status() DirectionStatus { return q.d.status() }

// Files looks at the files of a queue on disk; for one in memory there is nothing to see.
func (q Queue) Files() (queue.Files, error) {
	if disk, ok := q.d.store().(*queue.Disk); ok {
		return disk.Files()
	}
	return queue.Files{}, nil
}

// Check reads through the files of a queue on disk. The error is ErrNotOnDisk for another.
func (q Queue) Check(ctx context.Context) (queue.Checked, error) {
	disk, ok := q.d.store().(*queue.Disk)
	if !ok {
		return queue.Checked{}, ErrNotOnDisk
	}
	return disk.Check(ctx)
}

// View returns up to limit events with an ID above after, oldest first; those that are being sent are among them.
func (q Queue) View(after uint64, limit int) ([]queue.Waiting, error) {
	return q.d.store().View(after, limit)
}

// syncTimeout is how long a change by hand waits for the disk. One that fails says so within some 2 s; this is for one that hangs.
const syncTimeout = 10 * time.Second

// ErrMemoryOnly is returned by Queue.Sync and Queue.Retry when the disk fails or does not answer in time: what was changed by hand is
// changed in the bridge, if at all, and a crash may undo it.
var ErrMemoryOnly = errors.New("bridge: not safe on the disk")

// Sync returns when what was put into a queue on disk and purged from it is so on the disk too. The error is ErrMemoryOnly.
// What was purged behind events that are being sent is safe only when those are answered.
func (q Queue) Sync(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, syncTimeout)
	defer cancel()
	if err := q.d.store().Sync(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrMemoryOnly, err)
	}
	return nil
}

// Restored says what became of events that were put into a queue by hand.
type Restored struct {
	Events  int               // how many were dealt with
	Dropped map[Reason]uint64 // events that the queue dropped meanwhile by its rules, also others than these; nil: none
}

// note adds the drops between two readings. What grew too old was not driven out.
func (r *Restored) note(before, after *drops) {
	for i, c := range after {
		n := c.events - before[i].events
		if n == 0 || c.reason == ReasonQueueExpired {
			continue
		}
		if r.Dropped == nil {
			r.Dropped = make(map[Reason]uint64)
		}
		r.Dropped[c.reason] += n
	}
}

// Add adds what became of other events.
func (r *Restored) Add(o Restored) {
	r.Events += o.Events
	for reason, n := range o.Dropped {
		if r.Dropped == nil {
			r.Dropped = make(map[Reason]uint64)
		}
		r.Dropped[reason] += n
	}
}

// Restore puts events at the end of the queue. One that blocks makes it wait for room until ctx ends. The error is that of ctx,
// ErrStopping or ErrRemoved; the events before it are in the queue. The queue keeps the rows. They are on
// disk after Sync.
func (q Queue) Restore(ctx context.Context, rows []*vscp.Row) (Restored, error) {
	var done Restored
	for {
		n, err := q.d.restore(rows, &done)
		if rows = rows[n:]; err != nil || len(rows) == 0 {
			return done, err
		}
		if err := q.d.waitForRoom(ctx); err != nil {
			return done, err
		}
	}
}

// Purge drops what waits, but for the events that are being sent. It returns how many were dropped, and how many are being sent.
// The others do not come back after Sync.
func (q Queue) Purge() (purged, leased int, err error) {
	q.d.mu.Lock()
	defer q.d.mu.Unlock()
	if err := q.d.fixed(); err != nil {
		return 0, 0, err
	}
	purged, leased = q.d.queue.Purge()
	return purged, leased, nil
}

// restore returns how many of the events it dealt with, and adds them to done.
func (d *direction) restore(rows []*vscp.Row, done *Restored) (int, error) {
	d.mu.Lock()
	if err := d.fixed(); err != nil {
		d.mu.Unlock()
		return 0, err
	}
	n := d.restoreLocked(rows, done)
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
	return n, nil
}

// restoreFitting is restore for as many of the events as there is room for.
func (d *direction) restoreFitting(rows []*vscp.Row, done *Restored) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.fixed(); err != nil {
		return 0, err
	}
	stats := d.queue.Stats()
	bytes, n := stats.Bytes, 0
	for n < min(len(rows), d.limits.MaxEvents-stats.Events) {
		if bytes += int64(len(rows[n].Text)) + queue.RowOverhead; bytes > d.limits.MaxBytes {
			break
		}
		n++
	}
	return d.restoreLocked(rows[:n], done), nil
}

func (d *direction) restoreLocked(rows []*vscp.Row, done *Restored) int {
	now := uint64(time.Now().UnixNano())
	for _, row := range rows {
		if row.ObID = 0; row.Time.Nanos == 0 { // as for one that comes from a remote
			row.Time.Nanos = now
		}
	}
	stats := d.stats()
	before := d.drops(&stats)
	n := d.queue.Restore(rows)
	stats = d.stats()
	after := d.drops(&stats)
	done.Events += n
	done.note(&before, &after)
	return n
}

// fixed returns why nothing may be changed by hand any more. It is called with d.mu held, so that what finds the bridge running is done
// before its queues are closed.
func (d *direction) fixed() error {
	select {
	case <-d.stopping:
		return ErrStopping
	default:
	}
	if d.leave.closed {
		return ErrRemoved
	}
	return nil
}

// waitForRoom waits until there may be some.
func (d *direction) waitForRoom(ctx context.Context) error {
	again := time.NewTimer(recheck)
	defer again.Stop()
	select {
	case <-d.store().Space():
		return nil
	case <-again.C:
		return nil
	case <-d.stopping:
		return ErrStopping
	case <-ctx.Done():
		return ctx.Err()
	}
}
