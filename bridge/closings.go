package bridge

import (
	"slices"
	"sync"
	"time"
)

// closings are the queues on disk that are not used any more and are being closed, each on a goroutine of its own, as a disk may take
// its time.
type closings struct {
	all sync.WaitGroup

	mu    sync.Mutex // guards under
	under map[way][]chan struct{}
}

// begin calls do, after which the files of a direction are free.
func (c *closings) begin(of way, do func()) {
	done := c.claim(of)
	c.all.Go(func() {
		defer done()
		do()
	})
}

// claim says that the files of a direction are in use, until the returned function is called.
func (c *closings) claim(of way) (done func()) {
	over := make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.under == nil {
		c.under = make(map[way][]chan struct{})
	}
	c.under[of] = append(c.under[of], over)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		close(over)
		rest := slices.DeleteFunc(slices.Clone(c.under[of]), func(other chan struct{}) bool { return other == over })
		if len(rest) == 0 {
			delete(c.under, of)
			return
		}
		c.under[of] = rest
	}
}

// wait returns when the files of a direction are free. The error is ErrDiskHangs.
func (c *closings) wait(of way) error {
	c.mu.Lock()
	under := c.under[of]
	c.mu.Unlock()
	if len(under) == 0 {
		return nil
	}
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	for _, over := range under {
		select {
		case <-over:
		case <-timer.C:
			return ErrDiskHangs
		}
	}
	return nil
}
