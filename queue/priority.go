package queue

// chains are the events of a ledger by priority: each chain has its events oldest first, the leased ones as its front part, so
// that the oldest waiting event of each priority is at hand.
type chains[H any] [1 << priorityBits]chain

// chain links positions by slot.below. A position here is valid as far as the counts say that there is such an event.
type chain struct {
	last        uint32 // of all events
	border      uint32 // the last leased one
	front       uint32 // the first that waits
	first       uint32 // the first of all
	events      int
	bytes       int64
	leased      int
	leasedBytes int64
}

func (c *chain) waiting() int { return c.events - c.leased }

func (c *chains[H]) append(l *ledger[H], i uint32) {
	s := l.slot(i)
	p := &c[s.priority()]
	if p.waiting() == 0 {
		p.front = i
	}
	if p.events == 0 {
		p.first = i
	} else {
		l.slot(p.last).below = i
	}
	p.last = i
	p.events++
	p.bytes += s.size()
}

// lease is called for the oldest waiting event, which is the oldest of its priority too.
func (c *chains[H]) lease(l *ledger[H], i uint32) {
	s := l.slot(i)
	p := &c[s.priority()]
	p.border, p.front = i, s.below
	p.leased++
	p.leasedBytes += s.size()
}

// remove is called for the oldest leased event.
func (c *chains[H]) remove(l *ledger[H], i uint32) {
	s := l.slot(i)
	p := &c[s.priority()]
	p.first = s.below
	p.events--
	p.bytes -= s.size()
	p.leased--
	p.leasedBytes -= s.size()
}

// unlink is called for a leased event; before is the position of the leased event before it of the same priority, if there is one.
func (c *chains[H]) unlink(l *ledger[H], i, before uint32) {
	s := l.slot(i)
	p := &c[s.priority()]
	if p.first == i {
		p.first = s.below
	} else {
		l.slot(before).below = s.below
	}
	if p.border == i {
		p.border = before
	}
	if p.last == i {
		p.last = before
	}
	p.events--
	p.bytes -= s.size()
	p.leased--
	p.leasedBytes -= s.size()
}

// drop is called for the oldest waiting event of its priority.
func (c *chains[H]) drop(l *ledger[H], i uint32) {
	s := l.slot(i)
	p := &c[s.priority()]
	p.front = s.below
	if p.leased == 0 {
		p.first = s.below
	} else {
		l.slot(p.border).below = s.below
	}
	if p.last == i {
		p.last = p.border
	}
	p.events--
	p.bytes -= s.size()
}

func (c *chains[H]) release() {
	for i := range c {
		p := &c[i]
		p.front, p.leased, p.leasedBytes = p.first, 0, 0
	}
}

// lowest returns the oldest waiting event of the lowest priority, unless all that wait have a higher one than the given.
func (c *chains[H]) lowest(priority uint8) (position uint32, ok bool) {
	for i := len(c) - 1; i >= int(priority); i-- {
		if c[i].waiting() > 0 {
			return c[i].front, true
		}
	}
	return 0, false
}

// above returns how much waits with a higher priority than the given.
func (c *chains[H]) above(priority uint8) (events int, bytes int64) {
	for i := range c[:priority] {
		events += c[i].waiting()
		bytes += c[i].bytes - c[i].leasedBytes
	}
	return events, bytes
}
