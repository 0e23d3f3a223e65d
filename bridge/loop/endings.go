package loop

import "time"

// ending is when a credit ends.
type ending struct {
	key uint64
	at  time.Duration
}

// endings is a queue of them, in order.
type endings struct {
	ring []ending // its length is 0 or a power of two
	head int
	n    int
}

const firstEndings = 64

func (q *endings) len() int { return q.n }

func (q *endings) first() ending { return q.ring[q.head] }

func (q *endings) push(e ending) {
	if q.n == len(q.ring) {
		ring := make([]ending, max(firstEndings, 2*q.n))
		copied := copy(ring, q.ring[q.head:])
		copy(ring[copied:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = e
	q.n++
}

func (q *endings) pop() ending {
	e := q.ring[q.head]
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	return e
}
