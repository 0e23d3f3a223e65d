package bridge

import "time"

// quietAfter is how long no event is dropped until a drop episode is over. A queue that stays full drops whenever a burst comes:
// the time keeps that one episode.
const quietAfter = 10 * time.Second

// drop is how much was dropped for a reason.
type drop struct {
	reason Reason
	amount
}

// drops are the counts of all reasons, always in the same order.
type drops [15]drop

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

// note compares a count with that of the last time. It reports whether the episode began, whether it ended, and how long to wait
// until it may be over; 0: it is not open. With the flag it is over.
func (e *episode) note(n uint64, now time.Time, over bool) (began, ended bool, left time.Duration) {
	if n != e.seen {
		if !e.open {
			*e = episode{before: e.seen, began: now, open: true}
			began = true
		}
		e.seen, e.last = n, now
	}
	if !e.open {
		return false, false, 0
	}
	if left = quietAfter - now.Sub(e.last); over || left <= 0 {
		e.open = false
		return began, true, 0
	}
	return began, false, left
}

// events returns how many there were in the episode.
func (e *episode) events() uint64 { return e.seen - e.before }

// took returns how long events came.
func (e *episode) took() time.Duration { return e.last.Sub(e.began) }

// episodes tells when dropping begins and when it ends, for each reason.
type episodes [len(drops{})]episode

// note compares the counts with those of the last time. It returns what changed, and how long to wait until an episode may be
// over; 0: none is open. With the flag all are over.
func (e *episodes) note(counts *drops, over bool) (changes []change, next time.Duration) {
	var now time.Time // read when it is needed
	for i := range e {
		ep, c := &e[i], counts[i]
		if c.events == ep.seen && !ep.open || !inEpisodes(c.reason) {
			continue
		}
		if now.IsZero() {
			now = time.Now()
		}
		began, ended, left := ep.note(c.events, now, over)
		if began {
			changes = append(changes, change{reason: c.reason, events: ep.events()})
		}
		if ended {
			changes = append(changes, change{reason: c.reason, ended: true, events: ep.events(), took: ep.took()})
		}
		if left > 0 && (next == 0 || left < next) {
			next = left
		}
	}
	return changes, next
}

// inEpisodes reports whether drops for a reason are told by episodes. Those that the sending connection decides are told by
// it, with what the destination said, a purge by who asked for it, and the end of a direction when it is over.
func inEpisodes(r Reason) bool {
	switch r {
	case ReasonRefused, ReasonTooLong, ReasonUnfit, ReasonRetryExpired, ReasonAmbiguous, ReasonPurged, ReasonRouteRemoved:
		return false
	default:
		return true
	}
}
