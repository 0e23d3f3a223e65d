package simdevice

import (
	"context"
	"math"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	emitTick = 10 * time.Millisecond // the shortest pause: faster rates come in batches
	maxLag   = time.Second           // what a machine that slept is forgiven
	maxBatch = 1024                  // events given to the server at once
)

// rollingIndex is the part of the head that counts the sender's events.
const rollingIndex = vscp.Head(7)

// emit makes events until there are enough of them, StopEmitting was called, or ctx ends.
func (d *Device) emit(ctx context.Context) {
	if d.opts.Rate == 0 && d.opts.Feed == nil || !d.awaitLogin(ctx) {
		return
	}
	if d.opts.Feed != nil {
		d.follow(ctx)
		return
	}
	c := clock{rate: d.opts.Rate, start: time.Now()}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var b batch
	for n := uint64(0); d.opts.Count == 0 || n < d.opts.Count; {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		now := time.Now()
		due := c.due(n, now)
		if d.opts.Count > 0 {
			due = min(due, d.opts.Count)
		}
		for n < due {
			size := min(due-n, maxBatch)
			if !d.publish(&b, n, size, now) {
				return
			}
			n += size
		}
		timer.Reset(max(emitTick, c.at(n).Sub(now)))
	}
}

// follow emits what the feed gives, until it ends, StopEmitting was called, or there were enough.
func (d *Device) follow(ctx context.Context) {
	var b batch
	for n := uint64(0); d.opts.Count == 0 || n < d.opts.Count; n++ {
		row, ok := d.opts.Feed.Next(ctx)
		b.rows = append(b.rows[:0], row)
		if !ok || !d.send(&b, n) {
			return
		}
	}
}

// batch is the memory in which events are made.
type batch struct {
	rows []vscp.Row
	refs []*vscp.Row
}

// publish emits size events from number n on, and reports whether there may be more.
func (d *Device) publish(b *batch, n, size uint64, at time.Time) bool {
	b.rows = b.rows[:0]
	for i := n; i < n+size; i++ {
		b.rows = append(b.rows, d.opts.Source.Row(i, at))
	}
	return d.send(b, n)
}

// send emits the rows of a batch, of which the first is number n.
func (d *Device) send(b *batch, n uint64) bool {
	b.refs = b.refs[:0]
	for i := range b.rows {
		row := &b.rows[i]
		row.Head = row.Head&^rollingIndex | vscp.Head(n+uint64(i))&rollingIndex
		b.refs = append(b.refs, row)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.quiet {
		return false
	}
	d.server.Publish(b.refs...)
	d.emitted += uint64(len(b.rows))
	return true
}

// clock says when events are due: the first at the start, then one every 1/rate.
type clock struct {
	rate  float64
	start time.Time
}

// at returns when event n is due.
func (c *clock) at(n uint64) time.Time {
	return c.start.Add(time.Duration(math.Ceil(float64(n) / c.rate * float64(time.Second))))
}

// due returns how many events should have been made by now, of which n were. After a long pause, as when the machine slept,
// the start moves: what was missed is left out.
func (c *clock) due(n uint64, now time.Time) uint64 {
	if late := now.Sub(c.at(n)); late > maxLag {
		c.start = c.start.Add(late)
	}
	elapsed := now.Sub(c.start)
	if elapsed < 0 {
		return n
	}
	return max(n, 1+uint64(elapsed.Seconds()*c.rate))
}
