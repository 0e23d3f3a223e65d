package bridge

import "time"

// quietAfter is how long no event is dropped until a drop episode is over. A queue that stays full drops whenever a burst comes:
// the time keeps that one episode.
const quietAfter = 10 * time.Second

// drop is the number of events that were dropped for a reason.
type drop struct {
	reason Reason
	n      uint64
}

// drops are the counts of all reasons, always in the same order.
type drops [14]drop

// episode is a time in which a direction dropped events for one reason.
type episode struct {
	before uint64 // the count when it began
	seen   uint64 // the count when it was last looked at
	began  time.Time
	last   time.Time // when a drop was last noticed
	open   bool
}

// change is an episode that began or ended.
type change struct {
	reason Reason
	ended  bool
	events uint64
	took   time.Duration

	disk     bool  // it is about the disk, and not about dropped events
	trouble  error // of the disk; nil: it is over
	doubtful int64 // bytes of failed syncs; 0: it is not about that
}

// episodes tells when dropping begins and when it ends, for each reason.
type episodes [len(drops{})]episode

// note compares the counts with those of the last time. It returns what changed, and how long to wait until an episode may be
// over; 0: none is open. With the flag all are over.
func (e *episodes) note(counts *drops, over bool) (changes []change, next time.Duration) {
	var now time.Time // read when it is needed
	for i := range e {
		ep, c := &e[i], counts[i]
		if c.n == ep.seen && !ep.open || !inEpisodes(c.reason) {
			continue
		}
		if now.IsZero() {
			now = time.Now()
		}
		if c.n != ep.seen {
			if !ep.open {
				*ep = episode{before: ep.seen, began: now, open: true}
				changes = append(changes, change{reason: c.reason, events: c.n - ep.before})
			}
			ep.seen, ep.last = c.n, now
		}
		left := quietAfter - now.Sub(ep.last)
		if over || left <= 0 {
			ep.open = false
			changes = append(changes, change{reason: c.reason, ended: true, events: c.n - ep.before, took: ep.last.Sub(ep.began)})
			continue
		}
		if next == 0 || left < next {
			next = left
		}
	}
	return changes, next
}

// inEpisodes reports whether drops for a reason are told by episodes. Those that the sending connection decides are told by
// it, with what the destination said, and a purge by who asked for it.
func inEpisodes(r Reason) bool {
	switch r {
	case ReasonRefused, ReasonTooLong, ReasonUnfit, ReasonRetryExpired, ReasonAmbiguous, ReasonPurged:
		return false
	default:
		return true
	}
}
