package queue

import (
	"errors"
	"fmt"
	"time"
)

// Options are the limits of a queue. The first limit that is hit decides.
type Options struct {
	MaxEvents int           // events, those being sent included
	MaxBytes  int64         // bytes of event text plus RowOverhead for each event
	MaxAge    time.Duration // since an event came to the queue; one that is being sent does not expire; 0: any age
	Overflow  Overflow      // what happens when MaxEvents or MaxBytes is reached
	// Ready is what Memory.Ready returns, so that one consumer can wait on several queues; its capacity is 1, as without a
	// buffer a wake-up could get lost. Nil: one of its own.
	Ready chan struct{}
	// Observer is told of events that the queue drops. It is that of the queue from its beginning; nil: nobody is.
	Observer Observer
}

// RowOverhead is what an event costs in memory beside its text, in bytes: its parsed header and its places in queues.
const RowOverhead = 128

// DefaultOptions returns 10,000 events, 16 MiB, a day, drop_oldest. A day outlasts a night in which nobody repairs the link;
// what is older tells the destination more about the past than about the state of things.
func DefaultOptions() Options {
	return Options{MaxEvents: 10_000, MaxBytes: 16 << 20, MaxAge: 24 * time.Hour, Overflow: DropOldest}
}

func (o Options) validate() error {
	switch {
	case o.MaxEvents < 1:
		return fmt.Errorf("queue: max_events is %d, want at least 1", o.MaxEvents)
	case o.MaxBytes < 1:
		return fmt.Errorf("queue: max_bytes is %d, want at least 1", o.MaxBytes)
	case o.MaxAge < 0:
		return fmt.Errorf("queue: max_age is %v, want 0 or more", o.MaxAge)
	case int(o.Overflow) >= len(overflowNames):
		return fmt.Errorf("queue: unknown %v", o.Overflow)
	case o.Ready != nil && cap(o.Ready) == 0:
		return errors.New("queue: ready channel has no buffer, want capacity 1")
	default:
		return nil
	}
}
