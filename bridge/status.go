package bridge

import (
	"maps"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// DirectionStatus is a consistent reading of one direction: Balanced holds at every moment.
type DirectionStatus struct {
	Route      string
	From       []string
	To         string
	Received   uint64
	Recovered  uint64 // found on disk at the start, or put in by hand
	Forwarded  uint64
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
	Found                journal.Recovery // what the start found on disk
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

// Directions returns a reading of each direction, in the order of the configuration.
func (b *Bridge) Directions() []DirectionStatus {
	out := make([]DirectionStatus, 0, len(b.directions))
	cycles := b.cycles()
	for _, d := range b.directions {
		s := d.status()
		s.Cycles = cycles[d.route]
		out = append(out, s)
	}
	return out
}

// Remotes returns a reading of each remote, in the order of the configuration.
func (b *Bridge) Remotes() []remote.Status {
	out := make([]remote.Status, 0, len(b.endpoints))
	for _, e := range b.endpoints {
		out = append(out, e.manager.Status())
	}
	return out
}

func (d *direction) status() DirectionStatus {
	d.mu.Lock()
	q := d.queue.Stats()
	s := DirectionStatus{
		Route: d.route, From: d.from, To: d.to,
		Received: d.counts.received, Forwarded: d.counts.forwarded,
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
	}
}
