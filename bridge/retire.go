package bridge

import (
	"io"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
)

// leave is how far a direction has come that is no more in the configuration. It is guarded by the direction's lock.
type leave struct {
	closed  bool          // it takes nothing more
	cut     bool          // likewise gives nothing more to be sent
	peeking bool          // events are being leased
	changed chan struct{} // receives a value, while it is closed, when events left; nil before the first time
}

func (l *leave) wake() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// drain is a direction that goes: what waits is sent for a while.
type drain struct {
	d     *direction
	to    *endpoint
	until time.Time
	quit  chan struct{} // closed when the next configuration has it again

	over bool // guarded by Bridge.mu: it cannot be taken up again
}

// retire begins to drain a direction, for at most so long. It is called with b.mu held.
func (b *Bridge) retire(d *direction, to *endpoint, flush time.Duration) {
	d.mu.Lock()
	d.leave.closed = true
	d.paused = b.paused[d.route] // a pause ends with its route
	if d.leave.changed == nil {
		d.leave.changed = make(chan struct{}, 1)
	}
	d.mu.Unlock()
	to.outbox.poke()
	l := &drain{d: d, to: to, until: time.Now().Add(flush)}
	b.leaving[d.way()] = l
	b.resume(l)
}

// resume goes on with a drain. It is called with b.mu held.
func (b *Bridge) resume(l *drain) {
	l.quit = make(chan struct{})
	quit := l.quit
	b.closings.all.Go(func() { b.drain(l, quit) })
}

// recall stops the drain of a direction to an endpoint and returns it, or nil. It stays among those that leave until the next generation is entered.
func (b *Bridge) recall(at way, to *endpoint) *drain {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.leaving[at]
	if l == nil || l.over || l.to != to {
		return nil
	}
	close(l.quit)
	l.quit = nil
	return l
}

// drain waits until the queue is empty or its time is over, and then ends the direction, unless it is taken up again or the bridge
// stops.
func (b *Bridge) drain(l *drain, quit <-chan struct{}) {
	timer, ticker := time.NewTimer(time.Until(l.until)), time.NewTicker(recheck) // as events expire silently
	defer timer.Stop()
	defer ticker.Stop()
	for waits := true; waits && l.d.store().Stats().Events > 0; {
		select {
		case <-l.d.leave.changed:
		case <-ticker.C:
		case <-timer.C:
			waits = false
		case <-quit:
			return
		case <-b.stopping:
			return
		}
	}
	if done, ok := b.letGo(l, quit); ok {
		l.awaitLeases()
		b.finish(l)
		done()
	}
}

// letGo takes the direction out of the outbox. It reports false if the direction is to stay.
func (b *Bridge) letGo(l *drain, quit <-chan struct{}) (done func(), ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-quit:
		return nil, false
	default:
	}
	if b.stage != stageRunning {
		return nil, false
	}
	l.over = true
	l.to.outbox.remove(l.d)
	l.d.mu.Lock()
	l.d.leave.cut = true
	l.d.mu.Unlock()
	return b.closings.claim(l.d.way()), true
}

// awaitLeases waits until nothing is being sent, at the stop too: the connections end before Close waits for this. What a disk has, it has: that
// does not wait for long for a connection that hangs.
func (l *drain) awaitLeases() {
	var enough <-chan time.Time
	if isOnDisk(l.d.store()) {
		timer := time.NewTimer(closeTimeout)
		defer timer.Stop()
		enough = timer.C
	}
	for l.d.isBusy() {
		select {
		case <-l.d.leave.changed:
		case <-enough:
			return
		}
	}
}

func (d *direction) isBusy() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.leave.peeking || d.queue.Stats().Leased > 0
}

// finish ends a direction, and tells what became of what still waited.
func (b *Bridge) finish(l *drain) {
	d := l.d
	d.mu.Lock()
	d.stay()
	q := d.queue
	d.mu.Unlock()
	if c, ok := q.(io.Closer); ok {
		d.closed(c)
	}
	kept, lost := d.abandon()
	d.endEpisodes()
	about := []any{"route", d.route, "to", d.to}
	switch {
	case lost > 0:
		b.logger.Warn("route is removed, its events were not all sent", append(about, "dropped", lost, "kept-on-disk", kept)...)
	case kept > 0:
		b.logger.Info("route is removed, its events stay on disk", append(about, "events", kept)...)
	default:
		b.logger.Info("route is removed and drained", about...)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.leaving[d.way()] == l {
		delete(b.leaving, d.way())
	}
	if b.stage == stageRunning && b.present.Load().endpoint(d.to) == l.to {
		b.fit(l.to)
	}
}

// abandon counts what is lost with the queue, which is closed if it is on disk, and what is kept there.
func (d *direction) abandon() (kept, lost int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch q := d.queue.(type) {
	case *queue.Disk:
		s := q.Stats()
		kept, lost = s.Events-s.Disk.MemoryOnly, s.Disk.MemoryOnly
		d.lose(lost, int64(s.Text.Held)*int64(lost)/max(1, int64(s.Events)))
	case *queue.Memory:
		rows := q.Take()
		lost = len(rows)
		d.drop(rows)
	}
	return kept, lost
}
