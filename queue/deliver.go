package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
)

// stays counts for how long events were in a queue. Those that came together count with one look at the histogram.
type stays struct {
	in   *latency.Histogram
	now  time.Duration
	came time.Duration // of the last ones
	n    uint64        // how many these are
}

// since counts an event that came then. A nil *stays counts nothing.
func (s *stays) since(came time.Duration) {
	if s == nil {
		return
	}
	if came != s.came {
		s.end()
		s.came = came
	}
	s.n++
}

// end counts the last ones.
func (s *stays) end() {
	if s != nil {
		s.in.Observe(s.now-s.came, s.n)
		s.n = 0
	}
}

// Deliver is Remove for events that reached their destination: it also counts in h for how long they were in the queue.
func (q *Memory) Deliver(n int, h *latency.Histogram) (text int64) {
	return q.remove(n, &stays{in: h, now: time.Since(q.began)})
}

// Deliver is Remove for events that reached their destination, as Memory.Deliver is. The time in the queues of earlier processes counts.
func (q *Disk) Deliver(n int, h *latency.Histogram) (text int64) {
	return q.remove(n, &stays{in: h, now: time.Since(q.began)})
}
