package linkserver

import (
	"sync"
	"sync/atomic"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const (
	minRing = 16
	// keepRing is the largest ring that an empty queue keeps.
	keepRing = 1024
)

// batch is a run of events on its way into the queues. The line of each is made once, when the first queue takes it, and is
// then shared by all of them: it never changes.
type batch struct {
	rows  []*vscp.Row
	lines [][]byte
	form  vscp.TextForm
	// clearObID is set for events of our own, whose obid means nothing to a client.
	clearObID bool
	scratch   []byte
}

// line returns the row and CR LF of event i.
func (b *batch) line(i int) []byte {
	if b.lines[i] != nil {
		return b.lines[i]
	}
	if b.clearObID && b.rows[i].ObID != 0 {
		row := *b.rows[i]
		row.ObID = 0
		b.scratch = row.AppendText(b.scratch[:0], b.form)
	} else {
		b.scratch = b.rows[i].AppendText(b.scratch[:0], b.form)
	}
	line := make([]byte, len(b.scratch)+2)
	n := copy(line, b.scratch)
	line[n], line[n+1] = '\r', '\n'
	b.lines[i] = line
	return line
}

// rowQueue holds the lines that wait for one client. Full, it drops the newest: what a client has been promised first comes
// first, and a late row tells it nothing about a gap.
type rowQueue struct {
	maxEvents int
	maxBytes  int64
	// ready has room for one: a signal that lines wait.
	ready chan struct{}
	// write makes the line of a row for this client; nil: all clients share the line of the batch.
	write func(*vscp.Row) []byte
	// dies is set where the first event too many is the end of the connection, and dead when that came.
	dies bool
	dead atomic.Bool

	mu      sync.Mutex // guards everything below
	open    bool       // set from login until the end of the session
	matcher vscp.Matcher
	ring    [][]byte
	head    int
	count   int
	bytes   int64
	stats   queueStats
}

// queueStats counts what became of the events offered to a queue:
// offered = filtered + overrun + taken out + cleared + discarded + waiting.
type queueStats struct {
	offered, filtered, overrun, cleared, discarded uint64
	waiting                                        int
}

func newRowQueue(maxEvents int, maxBytes int64) *rowQueue {
	return &rowQueue{maxEvents: maxEvents, maxBytes: maxBytes, ready: make(chan struct{}, 1)}
}

// start lets events in.
func (q *rowQueue) start() {
	q.mu.Lock()
	q.open = true
	q.mu.Unlock()
}

// setFilter changes the filter or the mask for events that come from now on.
func (q *rowQueue) setFilter(change func(*vscp.Matcher)) {
	q.mu.Lock()
	change(&q.matcher)
	q.mu.Unlock()
}

// push offers the events of b. It never waits.
func (q *rowQueue) push(b *batch) {
	q.mu.Lock()
	before := q.count
	for i, row := range b.rows {
		if !q.open {
			break
		}
		q.stats.offered++
		if !q.matcher.Match(row.Head, row.Class, row.Type, row.GUID) {
			q.stats.filtered++
			continue
		}
		var line []byte
		if q.write != nil {
			line = q.write(row)
		} else {
			line = b.line(i)
		}
		if q.count >= q.maxEvents || q.bytes+int64(len(line)) > q.maxBytes {
			q.stats.overrun++
			q.dead.Store(q.dies)
			continue
		}
		q.add(line)
	}
	added := q.count > before
	q.mu.Unlock()
	if added {
		select {
		case q.ready <- struct{}{}:
		default:
		}
	}
}

// room reports whether an event would go in, and counts it as lost if not.
func (q *rowQueue) room() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open && q.count >= q.maxEvents {
		q.stats.offered++
		q.stats.overrun++
		return false
	}
	return true
}

// isDead reports whether an event too many has ended the connection. It then neither gives nor takes events.
func (q *rowQueue) isDead() bool { return q.dead.Load() }

// add appends a line; q.mu is held.
func (q *rowQueue) add(line []byte) {
	if q.count == len(q.ring) {
		ring := make([][]byte, min(max(minRing, 2*len(q.ring)), q.maxEvents))
		n := copy(ring, q.ring[q.head:])
		copy(ring[n:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	i := q.head + q.count
	if i >= len(q.ring) {
		i -= len(q.ring)
	}
	q.ring[i] = line
	q.count++
	q.bytes += int64(len(line))
}

// take moves the oldest lines to dst: at most maxEvents, and no more than fit into maxBytes unless the first alone is larger.
func (q *rowQueue) take(dst [][]byte, maxEvents, maxBytes int) [][]byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.isDead() {
		return dst
	}
	used := 0
	for ; q.count > 0 && maxEvents > 0; maxEvents-- {
		line := q.ring[q.head]
		if used > 0 && used+len(line) > maxBytes {
			break
		}
		used += len(line)
		dst = append(dst, line)
		q.drop()
	}
	if q.count == 0 && len(q.ring) > keepRing {
		q.ring, q.head = nil, 0
	}
	return dst
}

// drop forgets the oldest line; q.mu is held.
func (q *rowQueue) drop() {
	q.bytes -= int64(len(q.ring[q.head]))
	q.ring[q.head] = nil
	if q.head++; q.head == len(q.ring) {
		q.head = 0
	}
	q.count--
}

// clear forgets all lines, as CLRA asks.
func (q *rowQueue) clear() {
	q.mu.Lock()
	q.stats.cleared += uint64(q.count)
	q.empty()
	q.mu.Unlock()
}

// close forgets all lines and lets no more in.
func (q *rowQueue) close() {
	q.mu.Lock()
	q.open = false
	q.stats.discarded += uint64(q.count)
	q.empty()
	q.mu.Unlock()
}

// empty drops the ring; q.mu is held.
func (q *rowQueue) empty() {
	q.ring, q.head, q.count, q.bytes = nil, 0, 0, 0
}

// len returns the number of lines that wait.
func (q *rowQueue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.count
}

// snapshot returns the counters.
func (q *rowQueue) snapshot() queueStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	stats := q.stats
	stats.waiting = q.count
	return stats
}
