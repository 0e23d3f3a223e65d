package remote

import (
	"fmt"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// lane is the part of a spread that one connection sends. It implements Outbox for the one goroutine of its link, which calls
// open when the connection is up, and Release when it is not.
type lane struct {
	s     *spread
	ready chan struct{}

	// What follows is guarded by s.mu.
	up      bool
	waiting list // in the order of the ring
	leased  list // in the order in which they were leased
	share   int  // for balance
}

// list links entries of the ring.
type list struct {
	first, last uint64 // numbers, if count > 0
	count       int
}

func (s *spread) push(to *list, number uint64) {
	if to.count == 0 {
		to.first = number
	} else {
		s.at(to.last).after = number
	}
	to.last = number
	to.count++
}

func (s *spread) pop(from *list) uint64 {
	number := from.first
	from.first = s.at(number).after
	from.count--
	return number
}

func (l *lane) load() int { return l.waiting.count + l.leased.count }

// wake makes Ready receive a value.
func (l *lane) wake() {
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

// open makes the lane take part, until Release.
func (l *lane) open() {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.up {
		return
	}
	l.up = true
	s.open++
	s.balance()
	s.refill(nil, 0)
}

// Peek implements Outbox. Of a lane that is not open it takes nothing.
func (l *lane) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.up || limit <= 0 {
		return dst
	}
	grown := limit > s.limit
	s.limit = max(s.limit, limit)
	if grown || l.waiting.count < limit {
		s.refill(l, limit)
	}
	for range min(limit, l.waiting.count) {
		number := s.pop(&l.waiting)
		s.push(&l.leased, number)
		e := s.at(number)
		e.state = entryLeased
		s.buckets[e.bucket].leased++
		dst = append(dst, e.row)
	}
	if l.waiting.count > 0 {
		l.wake()
	}
	return dst
}

// Settle implements Outbox. It panics if fewer are leased: the link lost count.
func (l *lane) Settle(n int, o Outcome) { l.settle(n, o, "") }

// Refuse implements Outbox.
func (l *lane) Refuse(a Fate) { l.settle(1, a.Outcome, a.Reply) }

// Again implements Outbox.
func (l *lane) Again(i int, row *vscp.Row, full time.Duration) bool {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	number := l.leased.first
	for range i {
		number = s.at(number).after
	}
	return s.outbox.Again(int(number-s.first), row, full)
}

func (l *lane) settle(n int, o Outcome, reply string) {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 || n > l.leased.count {
		panic(fmt.Sprintf("remote: Settle of %d events, but %d are leased", n, l.leased.count))
	}
	moved := false
	for range n {
		b := s.answer(s.pop(&l.leased), o, reply)
		if b.leased == 0 && b.to != b.lane {
			b.lane, moved = b.to, true
		}
	}
	s.advance()
	if moved {
		s.relist()
	}
	s.refill(nil, 0)
}

// answer notes what became of a leased event.
func (s *spread) answer(number uint64, o Outcome, reply string) *bucket {
	e := s.at(number)
	e.state, e.outcome, e.reply = entryAnswered, o, reply
	b := &s.buckets[e.bucket]
	b.count--
	b.leased--
	return b
}

// Release implements Outbox, and closes the lane: the other lanes get what it had. With no lane open, the outbox gets
// everything back.
func (l *lane) Release(answers []Fate) {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.up {
		return
	}
	for i := range l.leased.count {
		number := s.pop(&l.leased)
		if i < len(answers) && answers[i].Outcome != Returned {
			s.answer(number, answers[i].Outcome, answers[i].Reply)
			continue
		}
		e := s.at(number)
		e.state = entryWaiting
		s.buckets[e.bucket].leased--
	}
	l.up = false
	s.open--
	if s.open == 0 {
		s.releaseAll()
		return
	}
	s.advance()
	s.balance()
	s.refill(nil, 0)
}

// Waiting implements Outbox, for all lanes together.
func (l *lane) Waiting() (events int, oldest time.Time) { return l.s.outbox.Waiting() }

// empty reports whether nothing waits for any lane, and this one has nothing under way.
func (l *lane) empty() bool {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	events, _ := l.s.outbox.Waiting()
	return events == 0 && l.load() == 0
}

// Ready implements Outbox.
func (l *lane) Ready() <-chan struct{} { return l.ready }

// balance divides the buckets that have events among the open lanes. A bucket of which something is leased stays until
// that is answered. One without events is given a lane with its next one.
func (s *spread) balance() {
	s.balanced = s.first
	total := 0
	for i := range s.buckets {
		total += int(s.buckets[i].count)
	}
	for _, l := range s.lanes {
		l.share = 0
	}
	fair := (total + s.open - 1) / s.open
	for i := range s.buckets {
		b := &s.buckets[i]
		if b.count == 0 {
			continue
		}
		b.to = b.lane
		if l := s.lanes[b.lane]; !l.up || (l.share > 0 && l.share+int(b.count) > fair) {
			b.to = s.smallest(b.lane)
		}
		s.lanes[b.to].share += int(b.count)
		if b.leased == 0 {
			b.lane = b.to
		}
	}
	s.relist()
}

// smallest returns the open lane with the smallest share; present, if it is one of them.
func (s *spread) smallest(present uint16) uint16 {
	best := present
	for i, l := range s.lanes {
		if l.up && (!s.lanes[best].up || l.share < s.lanes[best].share) {
			best = uint16(i)
		}
	}
	return best
}

// relist makes the lists of what waits anew after buckets moved.
func (s *spread) relist() {
	for _, l := range s.lanes {
		l.waiting = list{}
	}
	for number := s.first; number < s.next; number++ {
		e := s.at(number)
		if b := &s.buckets[e.bucket]; e.state == entryWaiting && b.to == b.lane {
			s.push(&s.lanes[b.lane].waiting, number)
		}
	}
	for _, l := range s.lanes {
		if l.waiting.count > 0 {
			l.wake()
		}
	}
}

// releaseAll gives everything back to the outbox but what is answered, so that its overflow rule applies to all of it.
func (s *spread) releaseAll() {
	answers := s.answers[:0]
	for ; s.first < s.next; s.first++ {
		e := s.at(s.first)
		a := Fate{Row: e.row, Outcome: Returned}
		if e.state == entryAnswered {
			a.Outcome, a.Reply = e.outcome, e.reply
		}
		answers = append(answers, a)
		e.row, e.reply = nil, ""
		b := &s.buckets[e.bucket]
		b.count, b.leased, b.to = 0, 0, b.lane
	}
	for _, l := range s.lanes {
		l.waiting, l.leased = list{}, list{}
	}
	s.outbox.Release(answers)
	clear(answers)
	s.answers = answers[:0]
}
