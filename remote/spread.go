package remote

import (
	"context"
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// spread divides the events of one Outbox among lanes, one for each connection that sends. Events of one GUID share a bucket,
// and a bucket is on one lane at a time, so that the order per sender is kept while the lanes do not wait for each other.
//
// What was peeked from the Outbox stands in a ring, in the order in which it came. A lane answers its events in its own
// order; the Outbox is told from the front of the ring on, as far as everything is answered.
type spread struct {
	outbox Outbox
	lanes  []*lane

	mu          sync.Mutex // guards what follows, the lanes and the outbox; nothing blocks while it is held
	entries     []entry    // the ring; its length is a power of two
	first, next uint64     // the outstanding events are those with the numbers first to next-1
	buckets     [spreadBuckets]bucket
	scratch     []*vscp.Row
	open        int    // lanes
	limit       int    // the largest that a lane asked for
	balanced    uint64 // what first was when the buckets were last divided anew
	answers     []Fate // scratch
}

const (
	// spreadBuckets is large beside the number of busy senders, so that few share a bucket.
	spreadBuckets = 1024
	// A lane needs its window, and some windows more to be served while it waits behind a slower one. 64 for each lane are
	// enough for a window of 1: that many answers of all others may come during one of its own.
	lookaheadMin     = 64
	lookaheadWindows = 4
	// lookaheadMax leaves more than half of a queue of the usual size to its overflow rule. At 20 ms a round trip that many
	// events are 200,000 a second.
	lookaheadMax = 4096
	// spreadChunk is how many events are peeked at a time: several, as it costs a lock or two.
	spreadChunk = 32
)

// entry is an outstanding event.
type entry struct {
	row     *vscp.Row
	after   uint64 // the number of the next one in the list that it is in
	bucket  uint16
	state   entryState
	outcome Outcome // if it is answered
	reply   string  // likewise
}

type entryState uint8

const (
	entryWaiting  entryState = iota // in the lane's list, unless its bucket is held
	entryLeased                     // in the lane's list
	entryAnswered                   // in no list
)

// bucket is what all senders of one hash value share.
type bucket struct {
	lane   uint16 // where its events are
	to     uint16 // where they go when none is leased; until then, if it is another lane, those that wait are held
	count  int32  // outstanding and not answered
	leased int32
}

// bucketOf spreads senders that differ in any of the bytes evenly.
func bucketOf(g *vscp.GUID) uint16 {
	high, low := bits.Mul64(binary.BigEndian.Uint64(g[:8])^0x9E3779B97F4A7C15, binary.BigEndian.Uint64(g[8:])^0xD1B54A32D192ED03)
	return uint16((high ^ low) % spreadBuckets)
}

// newSpread returns a spread with a number of lanes, at least 1, which are closed. From now on it alone uses o.
func newSpread(o Outbox, lanes int) *spread {
	s := &spread{outbox: o, entries: make([]entry, lookaheadMin), limit: 1}
	for range lanes {
		s.lanes = append(s.lanes, &lane{s: s, ready: make(chan struct{}, 1)})
	}
	for i := range s.buckets {
		s.buckets[i].lane = uint16(i % lanes)
		s.buckets[i].to = s.buckets[i].lane
	}
	return s
}

// lane returns lane i, the Outbox of one link.
func (s *spread) lane(i int) *lane { return s.lanes[i] }

// run hands events that come to lanes that wait, until ctx ends.
func (s *spread) run(ctx context.Context) {
	for {
		select {
		case <-s.outbox.Ready():
			s.arrived()
		case <-ctx.Done():
			return
		}
	}
}

// arrived is called when events came to wait.
func (s *spread) arrived() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == 0 { // a link may wait for events to connect
		for _, l := range s.lanes {
			l.wake()
		}
		return
	}
	s.refill(nil, 0)
}

func (s *spread) at(number uint64) *entry { return &s.entries[number&uint64(len(s.entries)-1)] }

// lookahead is how many events may be outstanding.
func (s *spread) lookahead() int {
	return min(lookaheadMax, len(s.lanes)*max(lookaheadMin, lookaheadWindows*s.limit))
}

// refill peeks until each open lane has something, and lane l, if it is not nil, as much as it wants. It goes on until
// the lookahead is full, so that a busy sender does not hide the others.
func (s *spread) refill(l *lane, want int) {
	for s.hungry() || (l != nil && l.waiting.count < want) {
		chunk := min(max(spreadChunk, s.limit), s.lookahead()-int(s.next-s.first))
		if chunk <= 0 {
			s.unstick()
			return
		}
		s.scratch = s.outbox.Peek(s.scratch[:0], chunk)
		for _, row := range s.scratch {
			s.add(row, l)
		}
		n := len(s.scratch)
		clear(s.scratch)
		if n < chunk {
			return
		}
	}
}

// hungry reports whether an open lane has nothing that waits.
func (s *spread) hungry() bool {
	for _, l := range s.lanes {
		if l.up && l.waiting.count == 0 {
			return true
		}
	}
	return false
}

// unstick divides the buckets anew when the lookahead is full and a lane has nothing: busy senders share another lane, and
// are never quiet for long enough to leave it. Once in a full lookahead is often enough, and costs next to nothing.
func (s *spread) unstick() {
	if s.hungry() && s.first-s.balanced >= uint64(s.lookahead()) {
		s.balance()
	}
}

// add puts a new event into the ring and gives it to a lane, which is woken unless it is the caller.
func (s *spread) add(row *vscp.Row, caller *lane) {
	if int(s.next-s.first) == len(s.entries) {
		s.grow()
	}
	number := s.next
	s.next++
	e := s.at(number)
	*e = entry{row: row, bucket: bucketOf(&row.GUID)}
	b := &s.buckets[e.bucket]
	if b.count == 0 {
		b.lane = s.shortest(b.lane)
		b.to = b.lane
	}
	b.count++
	if b.to != b.lane {
		return
	}
	to := s.lanes[b.lane]
	s.push(&to.waiting, number)
	if to != caller {
		to.wake()
	}
}

func (s *spread) grow() {
	old := s.entries
	s.entries = make([]entry, 2*len(old))
	for number := s.first; number < s.next; number++ {
		*s.at(number) = old[number&uint64(len(old)-1)]
	}
}

// shortest returns the open lane with the least to do; present, if it is one of them.
func (s *spread) shortest(present uint16) uint16 {
	best := present
	for i, l := range s.lanes {
		if l.up && (!s.lanes[best].up || l.load() < s.lanes[best].load()) {
			best = uint16(i)
		}
	}
	return best
}

// advance settles what is answered at the front of the ring.
func (s *spread) advance() {
	for s.first < s.next && s.at(s.first).state == entryAnswered {
		if e := s.at(s.first); e.outcome.lost() {
			a := Fate{e.row, e.outcome, e.reply}
			e.row, e.reply = nil, ""
			s.first++
			s.outbox.Refuse(a)
			continue
		}
		n, outcome := 0, s.at(s.first).outcome
		for s.first < s.next {
			e := s.at(s.first)
			if e.state != entryAnswered || e.outcome != outcome {
				break
			}
			e.row = nil
			s.first++
			n++
		}
		s.outbox.Settle(n, outcome)
	}
}
