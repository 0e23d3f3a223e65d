package queue

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// place is an event in a queue.
type place struct {
	row *vscp.Row
	at  time.Duration // when it came to the queue, since the queue began
}

// ring is a double-ended queue of places. It doubles when full and falls back to its smallest size when it runs empty after a
// burst.
type ring struct {
	places []place
	first  int
	count  int
}

const (
	ringMin  = 16
	ringKeep = 1024 // an empty ring of up to this many places keeps them
)

func (r *ring) len() int { return r.count }

func (r *ring) at(i int) int { return (r.first + i) & (len(r.places) - 1) }

// front returns when the first event came. The ring must not be empty.
func (r *ring) front() time.Duration { return r.places[r.first].at }

func (r *ring) grow() {
	if r.count < len(r.places) {
		return
	}
	next := make([]place, max(ringMin, 2*len(r.places)))
	n := copy(next, r.places[r.first:])
	copy(next[n:], r.places[:r.first])
	r.places, r.first = next, 0
}

func (r *ring) pushBack(p place) {
	r.grow()
	r.places[r.at(r.count)] = p
	r.count++
}

func (r *ring) pushFront(p place) {
	r.grow()
	r.first = r.at(len(r.places) - 1)
	r.places[r.first] = p
	r.count++
}

func (r *ring) popFront() place {
	p := r.places[r.first]
	r.places[r.first] = place{}
	r.first = r.at(1)
	r.count--
	r.rest()
	return p
}

func (r *ring) popBack() place {
	last := r.at(r.count - 1)
	p := r.places[last]
	r.places[last] = place{}
	r.count--
	r.rest()
	return p
}

// rest gives a large array back once it is empty.
func (r *ring) rest() {
	if r.count == 0 && len(r.places) > ringKeep {
		r.places, r.first = nil, 0
	}
}
