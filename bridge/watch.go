package bridge

import (
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
)

// watch logs the drop episodes of a direction: one line when events begin to be dropped for a reason, and one with their number
// when it is over. A timer runs only while an episode is open: the end is told although no event comes any more.
type watch struct {
	logger   hclog.Logger
	episodes episodes
	trouble  time.Time // since when the disk fails; zero: it does not
	doubtful int64     // bytes in doubt that were told of
	doubted  time.Time // when they were

	timer *time.Timer
	armed bool
	done  bool
	fired sync.WaitGroup // counts an armed timer until its function returned
}

// look notes what was dropped since it was last called. The caller holds d.mu, and hands the result to tell without it.
func (d *direction) look() []change {
	q := d.stats()
	counts := d.drops(&q)
	changes, next := d.watch.episodes.note(&counts, d.watch.done)
	if q.Disk != nil {
		var soon time.Duration
		changes, soon = d.watch.noteDisk(changes, q.Disk)
		if next == 0 || soon > 0 && soon < next {
			next = soon
		}
	}
	if next > 0 && !d.watch.armed && !d.watch.done {
		d.arm(next)
	}
	return changes
}

// recheckDisk is how often the disk is looked at although no event comes: while it fails, and while something is to be written.
const recheckDisk = time.Second

// doubtsApart is how far apart the lines about failed syncs are at least.
const doubtsApart = 10 * time.Second

// noteDisk adds what changed with the disk, and says when to look again; 0: not for its sake.
func (w *watch) noteDisk(changes []change, s *queue.DiskStats) ([]change, time.Duration) {
	switch {
	case s.Degraded != nil && w.trouble.IsZero():
		w.trouble = s.Since
		changes = append(changes, change{disk: true, trouble: s.Degraded})
	case s.Degraded == nil && !w.trouble.IsZero():
		changes = append(changes, change{disk: true, took: time.Since(w.trouble)})
		w.trouble = time.Time{}
	}
	// A sync that fails may be followed by one that does not before anybody looks.
	if now := time.Now(); s.Doubtful > w.doubtful && now.Sub(w.doubted) >= doubtsApart {
		changes = append(changes, change{disk: true, doubtful: s.Doubtful - w.doubtful})
		w.doubtful, w.doubted = s.Doubtful, now
	}
	if s.Degraded != nil || s.MemoryOnly > 0 {
		return changes, recheckDisk
	}
	return changes, 0
}

func (d *direction) arm(after time.Duration) {
	w := &d.watch
	w.armed = true
	w.fired.Add(1)
	if w.timer == nil {
		w.timer = time.AfterFunc(after, d.fire)
	} else {
		w.timer.Reset(after)
	}
}

func (d *direction) fire() {
	defer d.watch.fired.Done()
	d.mu.Lock()
	d.watch.armed = false
	changes := d.look()
	d.mu.Unlock()
	d.tell(changes)
}

// endEpisodes ends what is open, and returns when the timer is stopped.
func (d *direction) endEpisodes() {
	w := &d.watch
	d.mu.Lock()
	w.done = true
	changes := d.look()
	if w.armed && w.timer.Stop() {
		w.armed = false
		w.fired.Done()
	}
	d.mu.Unlock()
	w.fired.Wait()
	d.tell(changes)
}

func (d *direction) tell(changes []change) {
	for _, c := range changes {
		if c.disk {
			d.tellDisk(c)
			continue
		}
		level := hclog.Warn
		if c.reason == ReasonQueueReplaced {
			level = hclog.Debug // what the route asked for
		}
		if c.ended {
			d.watch.logger.Log(level, "events were dropped", "route", d.route, "to", d.to, "reason", string(c.reason), "events", c.events, "within", c.took.Round(time.Millisecond).String())
		} else {
			d.watch.logger.Log(level, "dropping events", "route", d.route, "to", d.to, "reason", string(c.reason))
		}
	}
}

func (d *direction) tellDisk(c change) {
	if c.doubtful > 0 {
		d.watch.logger.Error("a sync of the disk failed, a loss of power may take events", "route", d.route, "to", d.to, "bytes", c.doubtful)
		return
	}
	if c.trouble != nil {
		d.watch.logger.Error("the disk of a queue fails, events are kept in memory", "route", d.route, "to", d.to, "error", c.trouble)
	} else {
		d.watch.logger.Info("the disk of a queue works again", "route", d.route, "to", d.to, "after", c.took.Round(time.Millisecond).String())
	}
}

// forgetDisk is called when another queue takes the place of the one that was looked at.
func (w *watch) forgetDisk() {
	w.trouble, w.doubtful, w.doubted = time.Time{}, 0, time.Time{}
}
