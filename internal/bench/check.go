package main

import (
	"fmt"
	"slices"
	"time"
)

// checker sees all events of one measurement and finds what is missing, came twice, or came late.
type checker struct {
	want    int // events to come
	stop    int // the clock of the rate stops at this many
	latency bool

	got        int
	duplicates int
	disordered int // came after a later one of the same sender
	odd        int // lines that are no event of the source
	problem    error
	senders    map[uint16]*track
	last       *track // of the event before, which is mostly from the same sender
	lastID     uint16
	first, end time.Time
	took       []int64 // nanoseconds from the stamp to the arrival
	done       chan struct{}
}

// track is what came from one sender.
type track struct {
	next uint64
	seen []uint64 // a bit for each number
}

func newChecker(r request) *checker {
	c := &checker{want: r.Events, stop: r.Stop, latency: r.Latency, senders: map[uint16]*track{}, done: make(chan struct{})}
	if c.stop == 0 {
		c.stop = c.want
	}
	if c.latency {
		c.took = make([]int64, 0, c.want)
	}
	return c
}

// row takes a line that arrived at now.
func (c *checker) row(line []byte, now time.Time) {
	e, err := parseRow(line)
	if err != nil {
		c.odd++
		c.problem = err
		return
	}
	if c.got == 0 {
		c.first = now
	}
	c.got++
	if c.got == c.stop {
		c.end = now
	}
	if c.latency {
		c.took = append(c.took, now.UnixNano()-e.stamp)
	}
	if c.last == nil || c.lastID != e.sender {
		c.turnTo(e.sender)
	}
	c.number(c.last, e.number)
	if c.got == c.want {
		close(c.done)
	}
}

func (c *checker) turnTo(sender uint16) {
	t := c.senders[sender]
	if t == nil {
		t = &track{}
		c.senders[sender] = t
	}
	c.last, c.lastID = t, sender
}

func (c *checker) number(t *track, n uint64) {
	word, bit := int(n/64), uint64(1)<<(n%64)
	if word > c.want { // no source sent that
		c.odd++
		c.problem = fmt.Errorf("event number %d of %d", n, c.want)
		return
	}
	if word >= len(t.seen) {
		t.seen = append(t.seen, make([]uint64, word+1-len(t.seen))...)
	}
	switch {
	case t.seen[word]&bit != 0:
		c.duplicates++
	case n < t.next:
		c.disordered++
	}
	t.seen[word] |= bit
	t.next = max(t.next, n+1)
}

// verdict tells what is wrong, or nothing.
func (c *checker) verdict() error {
	lost := c.want - (c.got - c.duplicates)
	if lost == 0 && c.duplicates == 0 && c.disordered == 0 && c.odd == 0 {
		return nil
	}
	err := fmt.Errorf("of %d events %d are lost, %d came twice, %d out of order, %d lines are no event", c.want, lost, c.duplicates, c.disordered, c.odd)
	if c.problem != nil {
		err = fmt.Errorf("%w: the last is %w", err, c.problem)
	}
	return err
}

// rate is in events a second, from the first event to the one that stops the clock.
func (c *checker) rate() float64 {
	if d := c.end.Sub(c.first).Seconds(); d > 0 {
		return float64(c.stop-1) / d
	}
	return 0
}

// quantiles returns the median and the 99th percentile, in nanoseconds.
func quantiles(sample []int64) (p50, p99 int64) {
	if len(sample) == 0 {
		return 0, 0
	}
	slices.Sort(sample)
	return sample[len(sample)/2], sample[len(sample)*99/100]
}
