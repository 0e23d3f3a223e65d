package bridge

import (
	"maps"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// DirectionStatus is a consistent reading of one direction: Balanced holds at every moment.
type DirectionStatus struct {
	Route      string
	From       []string
	To         string
	Removed    bool      // its route leads there no more; what waits is sent for a while
	Paused     time.Time // since when the route delivers nothing; zero: it does
	Received   uint64
	Recovered  uint64 // found on disk at the start, or put in by hand
	Forwarded  uint64
	Text       int64              // bytes of those that were forwarded, as text
	Delivery   *latency.Histogram // of their time from the queue to the answer; it goes on counting
	Filtered   map[Reason]uint64
	Suppressed map[Reason]uint64
	Dropped    map[Reason]uint64
	// Letters and LettersLost count the refused and given up events that were written to the file of dead letters, and that could
	// not be.
	Letters, LettersLost uint64
	Limits               queue.Options
	Queued               int
	Leased               int // events of the queue that are being sent
	QueueBytes           int64
	Oldest               time.Time        // when the oldest event in the queue came; zero in an empty queue
	Disk                 *queue.DiskStats // nil: the queue is in memory
	Found                journal.Recovery // what was on disk when the queue was opened
	Cycles               []Cycle          // of the route, the same for each of its directions
}

// Balanced reports whether every event that was received or recovered is accounted for.
func (s *DirectionStatus) Balanced() bool {
	return s.Received+s.Recovered == s.Forwarded+Sum(s.Filtered)+Sum(s.Suppressed)+Sum(s.Dropped)+uint64(s.Queued)
}

// OldestAge returns how long the oldest event has been in the queue, or 0 if it is empty.
func (s *DirectionStatus) OldestAge() time.Duration {
	if s.Oldest.IsZero() {
		return 0
	}
	return time.Since(s.Oldest)
}

// Sum adds up the counts of all reasons.
func Sum(by map[Reason]uint64) uint64 {
	var n uint64
	for v := range maps.Values(by) {
		n += v
	}
	return n
}

// Directions returns a reading of each direction, in the order of the configuration. Those that are Removed follow those of their route,
// or all others if that is gone.
func (b *Bridge) Directions() []DirectionStatus {
	all := b.all()
	out := make([]DirectionStatus, 0, len(all))
	cycles := b.cycles()
	for _, d := range all {
		s := d.status()
		s.Cycles = cycles[d.route]
		out = append(out, s)
	}
	return out
}

// Remotes returns a reading of each remote, in the order of the configuration.
func (b *Bridge) Remotes() []remote.Status {
	b.mu.RLock()
	endpoints := b.present.Load().endpoints
	managers, paused := make([]*remote.Manager, len(endpoints)), make([]time.Time, len(endpoints))
	for i, e := range endpoints {
		managers[i], paused[i] = e.stint.Load().manager, e.paused
	}
	b.mu.RUnlock()
	out := make([]remote.Status, len(endpoints))
	for i, m := range managers {
		out[i] = m.Status()
		out[i].Paused = paused[i]
	}
	return out
}

func (d *direction) status() DirectionStatus {
	d.mu.Lock()
	q := d.stats()
	s := DirectionStatus{
		Route: d.route, From: d.from, To: d.to, Removed: d.leave.closed, Paused: d.paused,
		Received: d.counts.received, Forwarded: d.counts.forwarded, Text: d.counts.text, Delivery: &d.took,
		Filtered:   d.counts.held.by(policy.Filtered()),
		Suppressed: d.counts.held.by(policy.Suppressed()),
		Dropped:    make(map[Reason]uint64, len(drops{})),
		Recovered:  q.Recovered, Disk: q.Disk, Found: d.found,
		Letters: d.lettersWritten.Load(), LettersLost: d.lettersLost.Load(),
		Limits: d.limits, Queued: q.Events, Leased: q.Leased, QueueBytes: q.Bytes, Oldest: q.Oldest,
	}
	for _, c := range d.drops(&q) {
		s.Dropped[c.reason] = c.n
	}
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
	return s
}

// stats is a reading of the queue, with what those before it dropped and recovered. It is called with d.mu held.
func (d *direction) stats() queue.Stats {
	q := d.queue.Stats()
	q.Recovered += d.counts.before.Recovered
	q.Dropped = addDrops(q.Dropped, d.counts.before.Dropped)
	return q
}

func addDrops(a, b queue.Drops) queue.Drops {
	return queue.Drops{
		Oldest: a.Oldest + b.Oldest, Newest: a.Newest + b.Newest, LowestPriority: a.LowestPriority + b.LowestPriority,
		Replaced: a.Replaced + b.Replaced, Expired: a.Expired + b.Expired, TooLarge: a.TooLarge + b.TooLarge,
		Damaged: a.Damaged + b.Damaged, Purged: a.Purged + b.Purged,
	}
}

// drops returns the counts of what was dropped, of which q has those of the queue.
func (d *direction) drops(q *queue.Stats) drops {
	return drops{
		{ReasonQueueOldest, q.Dropped.Oldest},
		{ReasonQueueNewest, q.Dropped.Newest},
		{ReasonQueuePriority, q.Dropped.LowestPriority},
		{ReasonQueueReplaced, q.Dropped.Replaced},
		{ReasonQueueExpired, q.Dropped.Expired},
		{ReasonQueueTooLarge, q.Dropped.TooLarge},
		{ReasonQueueDamaged, q.Dropped.Damaged},
		{ReasonRefused, d.counts.refused},
		{ReasonTooLong, d.counts.tooLong},
		{ReasonUnfit, d.counts.unfit},
		{ReasonRetryExpired, d.counts.expired},
		{ReasonAmbiguous, d.counts.ambiguous},
		{ReasonStopped, d.counts.stopped},
		{ReasonPurged, q.Dropped.Purged},
		{ReasonRouteRemoved, d.counts.removed},
	}
}
