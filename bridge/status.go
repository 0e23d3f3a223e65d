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
	Recovered  uint64 // found on disk, or put in by hand
	Forwarded  uint64
	Delivery   *latency.Histogram // of their time from the queue to the answer; it goes on counting
	Filtered   map[Reason]uint64
	Suppressed map[Reason]uint64
	Dropped    map[Reason]uint64
	Text       Volume
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

// Volume are the bytes of these events as text, without the ends of the lines. An event counts with the length that it came with, and
// in the queue with queue.RowOverhead more.
type Volume struct {
	Received, Recovered, Forwarded, Queued uint64
	Filtered, Suppressed, Dropped          map[Reason]uint64
}

// Balanced reports whether every event that was received or recovered is accounted for, and every byte of them.
func (s *DirectionStatus) Balanced() bool {
	t := &s.Text
	return s.Received+s.Recovered == s.Forwarded+Sum(s.Filtered)+Sum(s.Suppressed)+Sum(s.Dropped)+uint64(s.Queued) &&
		t.Received+t.Recovered == t.Forwarded+Sum(t.Filtered)+Sum(t.Suppressed)+Sum(t.Dropped)+t.Queued
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
		Received: d.counts.received.events, Recovered: q.Recovered, Forwarded: d.counts.forwarded.events, Delivery: &d.took,
		Text:    Volume{Received: d.counts.received.text, Recovered: q.Text.Recovered, Forwarded: d.counts.forwarded.text, Queued: q.Text.Held},
		Letters: d.lettersWritten.Load(), LettersLost: d.lettersLost.Load(),
		Limits: d.limits, Queued: q.Events, Leased: q.Leased, QueueBytes: q.Bytes, Oldest: q.Oldest, Disk: q.Disk, Found: d.found,
	}
	s.Filtered, s.Text.Filtered = d.counts.held.by(policy.Filtered())
	s.Suppressed, s.Text.Suppressed = d.counts.held.by(policy.Suppressed())
	dropped := d.drops(&q)
	s.Dropped, s.Text.Dropped = make(map[Reason]uint64, len(dropped)), make(map[Reason]uint64, len(dropped))
	for _, c := range dropped {
		s.Dropped[c.reason], s.Text.Dropped[c.reason] = c.events, c.text
	}
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
	return s
}

// stats is a reading of the queue, with what those before it dropped and recovered. It is called with d.mu held.
func (d *direction) stats() queue.Stats {
	q := d.queue.Stats()
	addGone(&q, &d.counts.before)
	return q
}

// addGone adds what another queue dropped and recovered.
func addGone(q, other *queue.Stats) {
	q.Recovered += other.Recovered
	q.Dropped = addDrops(q.Dropped, other.Dropped)
	q.Text.Recovered += other.Text.Recovered
	q.Text.Dropped = addDrops(q.Text.Dropped, other.Text.Dropped)
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
	t := &q.Text.Dropped
	return drops{
		{ReasonQueueOldest, amount{q.Dropped.Oldest, t.Oldest}},
		{ReasonQueueNewest, amount{q.Dropped.Newest, t.Newest}},
		{ReasonQueuePriority, amount{q.Dropped.LowestPriority, t.LowestPriority}},
		{ReasonQueueReplaced, amount{q.Dropped.Replaced, t.Replaced}},
		{ReasonQueueExpired, amount{q.Dropped.Expired, t.Expired}},
		{ReasonQueueTooLarge, amount{q.Dropped.TooLarge, t.TooLarge}},
		{ReasonQueueDamaged, amount{q.Dropped.Damaged, t.Damaged}},
		{ReasonRefused, d.counts.refused},
		{ReasonTooLong, d.counts.tooLong},
		{ReasonUnfit, d.counts.unfit},
		{ReasonRetryExpired, d.counts.expired},
		{ReasonAmbiguous, d.counts.ambiguous},
		{ReasonStopped, d.counts.stopped},
		{ReasonPurged, amount{q.Dropped.Purged, t.Purged}},
		{ReasonRouteRemoved, d.counts.removed},
	}
}
