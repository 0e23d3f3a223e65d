package queue

import "time"

// Stats returns a consistent reading.
func (q *Disk) Stats() Stats {
	j := q.journal.Stats()
	q.mu.Lock()
	room := q.expireLocked()
	q.topLocked()
	s := q.ledger.reading(q.began)
	if s.Events > 0 && s.Oldest.IsZero() {
		s.Oldest = q.began.Add(q.behind.blocks[0].oldest)
	}
	d := &DiskStats{Bytes: j.Bytes, Syncs: j.Syncs, SyncErrors: j.SyncErrors, Doubtful: j.Doubtful, DamagedBytes: j.ReadDamage}
	d.Degraded, d.Since, d.Unreadable = q.trouble.err(), q.trouble.since, q.trouble.read
	if busy := q.trouble.busy; !busy.IsZero() && time.Since(busy) >= stalled {
		if d.Unreadable = ErrStalled; d.Degraded == nil {
			d.Degraded, d.Since = ErrStalled, busy
		}
	}
	if d.Degraded == nil && j.LastError != nil {
		d.Degraded, d.Since = j.LastError, j.LastErrorAt
	}
	d.MemoryOnly = q.unwritten
	s.Disk = d
	q.mu.Unlock()
	signalIf(room, q.space)
	return s
}
