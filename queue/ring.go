package queue

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// ring is a double-ended queue of rows. It doubles when full and falls back to its smallest size when it runs empty after a
// burst.
type ring struct {
	rows  []*vscp.Row
	first int
	count int
}

const (
	ringMin  = 16
	ringKeep = 1024 // an empty ring of up to this many places keeps them
)

func (r *ring) len() int { return r.count }

func (r *ring) at(i int) int { return (r.first + i) & (len(r.rows) - 1) }

func (r *ring) grow() {
	if r.count < len(r.rows) {
		return
	}
	next := make([]*vscp.Row, max(ringMin, 2*len(r.rows)))
	n := copy(next, r.rows[r.first:])
	copy(next[n:], r.rows[:r.first])
	r.rows, r.first = next, 0
}

func (r *ring) pushBack(row *vscp.Row) {
	r.grow()
	r.rows[r.at(r.count)] = row
	r.count++
}

func (r *ring) pushFront(row *vscp.Row) {
	r.grow()
	r.first = r.at(len(r.rows) - 1)
	r.rows[r.first] = row
	r.count++
}

func (r *ring) popFront() *vscp.Row {
	row := r.rows[r.first]
	r.rows[r.first] = nil
	r.first = r.at(1)
	r.count--
	r.rest()
	return row
}

func (r *ring) popBack() *vscp.Row {
	last := r.at(r.count - 1)
	row := r.rows[last]
	r.rows[last] = nil
	r.count--
	r.rest()
	return row
}

// rest gives a large array back once it is empty.
func (r *ring) rest() {
	if r.count == 0 && len(r.rows) > ringKeep {
		r.rows, r.first = nil, 0
	}
}
