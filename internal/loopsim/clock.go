package loopsim

import "time"

// clock runs what is due, in order, and skips the time between.
type clock struct {
	now   time.Duration
	due   []step // a heap
	count int    // steps that were scheduled
	done  int    // steps that were run
}

type step struct {
	at    time.Duration
	order int // breaks ties
	run   func()
}

func (s *step) before(o *step) bool { return s.at < o.at || s.at == o.at && s.order < o.order }

func (c *clock) after(d time.Duration, run func()) { c.at(c.now+d, run) }

func (c *clock) at(t time.Duration, run func()) {
	c.count++
	s := step{t, c.count, run}
	c.due = append(c.due, s)
	i := len(c.due) - 1
	for up := (i - 1) / 2; i > 0 && s.before(&c.due[up]); i, up = up, (up-1)/2 {
		c.due[i] = c.due[up]
	}
	c.due[i] = s
}

// step runs the next step, unless there is none until the end.
func (c *clock) step(end time.Duration) bool {
	if len(c.due) == 0 || c.due[0].at > end {
		return false
	}
	s := c.pop()
	c.now = s.at
	c.done++
	s.run()
	return true
}

func (c *clock) pop() step {
	first, n := c.due[0], len(c.due)-1
	s := c.due[n]
	c.due[n] = step{}
	c.due = c.due[:n]
	if n == 0 {
		return first
	}
	i := 0
	for down := 1; down < n; down = 2*i + 1 {
		if down+1 < n && c.due[down+1].before(&c.due[down]) {
			down++
		}
		if !c.due[down].before(&s) {
			break
		}
		c.due[i] = c.due[down]
		i = down
	}
	c.due[i] = s
	return first
}
