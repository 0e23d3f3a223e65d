package queue

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// latest finds the waiting event of a subject, of which there is at most one. Leased events are not found.
type latest struct {
	positions map[vscp.Subject]uint32
	subjects  []vscp.Subject // by slot
}

func newLatest() *latest { return &latest{positions: map[vscp.Subject]uint32{}} }

func (l *latest) find(s *vscp.Subject) (position uint32, ok bool) {
	position, ok = l.positions[*s]
	return position, ok
}

func (l *latest) subject(i uint32) *vscp.Subject { return &l.subjects[i&uint32(len(l.subjects)-1)] }

// resize makes place for the subjects of so many slots, and returns the subjects as they were.
func (l *latest) resize(slots int) []vscp.Subject {
	old := l.subjects
	if len(old) != slots {
		l.subjects = make([]vscp.Subject, slots)
	}
	return old
}

func (l *latest) append(i uint32, s *vscp.Subject) {
	*l.subject(i) = *s
	l.positions[*s] = i
}

// forget is called for an event that is leased or dropped. One that was replaced in a lease is not the one to be found.
func (l *latest) forget(i uint32) {
	s := l.subject(i)
	if found, ok := l.positions[*s]; ok && found == i {
		delete(l.positions, *s)
	}
}

// restore is called for an event that waits again. It reports false if a newer one of its subject waits.
func (l *latest) restore(i uint32) bool {
	s := l.subject(i)
	if _, newer := l.positions[*s]; newer {
		return false
	}
	l.positions[*s] = i
	return true
}
