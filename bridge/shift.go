package bridge

import (
	"io"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// settings are what the configuration says of a direction.
type settings struct {
	route  *config.Route
	from   []string
	retry  retry
	limits queue.Options
	sync   journal.Sync
}

func (s *settings) onDisk() bool { return s.route.Queue.Storage == config.StorageDisk }

// move is the change of a direction from one queue to another, as where its events are stored changed. It waits until no event is
// being sent: then all go at once, in order.
type move struct {
	to     eventQueue // nil: there is none
	found  journal.Recovery
	limits queue.Options // of it, from then on
	frozen bool          // it waits for a configuration that is being made
}

func isOnDisk(q eventQueue) bool {
	_, is := q.(*queue.Disk)
	return is
}

// lacks reports whether the direction needs another queue for its settings. Until thaw, it keeps those that it has.
func (d *direction) lacks(s *settings) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.move.frozen = true
	return isOnDisk(d.queue) != s.onDisk() && (d.move.to == nil || isOnDisk(d.move.to) != s.onDisk())
}

// thaw ends what lacks began. It may wait for a disk, and so do those that use the direction meanwhile.
func (d *direction) thaw() {
	d.mu.Lock()
	d.move.frozen = false
	d.settled()
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
}

// adjust makes the settings those of the direction. q is the queue that it lacked, or nil. Events move at thaw, which is to follow.
func (d *direction) adjust(s *settings, q eventQueue, found journal.Recovery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.from, d.retry = s.from, s.retry
	d.leave.closed, d.leave.cut = false, false
	switch {
	case q != nil:
		d.move = move{to: q, found: found, limits: s.limits, frozen: true}
	case isOnDisk(d.queue) != s.onDisk():
		d.move.limits = s.limits
	default:
		d.stay()
		d.limit(s.limits)
	}
	d.synced(s.sync)
}

// synced says when the events of a queue on disk are made durable. It is called with d.mu held.
func (d *direction) synced(s journal.Sync) {
	for _, q := range []eventQueue{d.queue, d.move.to} {
		if disk, ok := q.(*queue.Disk); ok {
			if err := disk.SetSync(s); err != nil { // the configuration was checked
				d.watch.logger.Error("fsync of a queue was not changed", "route", d.route, "to", d.to, "error", err)
			}
		}
	}
}

// mayTurn returns the error that turn would have. It changes nothing, and may wait for the disk.
func (d *direction) mayTurn(to queue.Overflow, onDisk bool) error {
	d.mu.Lock()
	q, o := d.meant(onDisk)
	was := o.Overflow
	d.mu.Unlock()
	if disk, is := q.(*queue.Disk); is && was != to {
		return disk.CanTurn(to)
	}
	return nil
}

// meant returns the queue that settings are for, with its limits. It is called with d.mu held.
func (d *direction) meant(onDisk bool) (eventQueue, *queue.Options) {
	if isOnDisk(d.queue) != onDisk {
		return d.move.to, &d.move.limits
	}
	return d.queue, &d.limits
}

// turn changes the overflow rule alone of the queue that the settings are for, and returns the one that there was. A queue on disk may not
// be able to, or wait for the disk; one in memory changes with its limits.
func (d *direction) turn(to queue.Overflow, onDisk bool) (was queue.Overflow, err error) {
	d.mu.Lock()
	moves := isOnDisk(d.queue) != onDisk
	q, o := d.meant(onDisk)
	next := *o
	d.mu.Unlock()
	was = next.Overflow
	if next.Overflow = to; !onDisk && !moves || was == to {
		return was, nil
	}
	room := next
	if moves {
		room = roomy(next)
	}
	if err := q.SetLimits(room); err != nil {
		return was, err
	}
	d.mu.Lock()
	*o = next
	d.mu.Unlock()
	return was, nil
}

// The limits of a queue that blocks and is to take all that another one has, whatever is sent to it meanwhile.
const (
	roomyEvents = 1 << 29
	roomyBytes  = 1 << 50
)

// roomy returns the limits of a queue until the events of another one were moved to it. A queue may have more of them than its limits say,
// if these became less, and one that blocks would not take them.
func roomy(o queue.Options) queue.Options {
	if o.Overflow == queue.Block {
		o.MaxEvents, o.MaxBytes = roomyEvents, roomyBytes
	}
	return o
}

// limit changes the limits of the queue. It is called with d.mu held.
func (d *direction) limit(o queue.Options) {
	if o == d.limits {
		return
	}
	if err := d.queue.SetLimits(o); err != nil { // the configuration was checked
		d.watch.logger.Error("limits of a queue were not changed", "route", d.route, "to", d.to, "error", err)
		return
	}
	d.limits = o
}

// stay takes back a move. It is called with d.mu held.
func (d *direction) stay() {
	if c, ok := d.move.to.(io.Closer); ok {
		d.closings.begin(d.way(), func() { d.closed(c) })
	}
	d.move = move{}
}

// closed closes a queue on disk that is not used any more.
func (d *direction) closed(q io.Closer) {
	if err := q.Close(); err != nil {
		d.watch.logger.Error("a queue on disk was not closed in order", "route", d.route, "to", d.to, "error", err)
	}
}

// moveAtOnce is how many events are moved with one look at the disk.
const moveAtOnce = 512

// tryMove moves the events if none is being sent. It is called with d.mu held.
func (d *direction) tryMove() {
	from, m := d.queue, d.move
	if m.frozen || d.leave.peeking || from.Stats().Leased > 0 {
		return
	}
	for {
		rows := from.Peek(nil, moveAtOnce) // waits for a disk for a moment
		if s := from.Stats(); len(rows) == 0 && (s.Events == 0 || s.Disk == nil || s.Disk.Unreadable != nil) {
			break
		}
		list, _ := from.View(0, len(rows)) // what is leased is in memory
		m.to.Inherit(list)                 // one that blocks is roomy
		from.Remove(len(rows))
	}
	before := from.Stats()
	before.Dropped.Damaged += uint64(before.Events) // they cannot be read
	before.Text.Dropped.Damaged += before.Text.Held
	addGone(&d.counts.before, &before)
	d.queue, d.move, d.found = m.to, move{}, m.found
	d.watch.forgetDisk()
	if c, ok := from.(io.Closer); ok {
		d.closings.begin(d.way(), func() { d.closed(c) })
	}
	d.limits = queue.Options{} // those of the new queue have room for all so far
	d.limit(m.limits)
	d.watch.logger.Info("events were moved to another storage", "route", d.route, "to", d.to, "events", d.queue.Stats().Events)
}

func (d *direction) way() way { return way{d.route, d.to} }
