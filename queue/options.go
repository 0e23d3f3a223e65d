package queue

import (
	"errors"
	"fmt"
	"strings"
)

// Overflow says what a full queue does with one more event.
type Overflow uint8

// The overflow rules.
const (
	DropOldest Overflow = iota // evict the oldest event that is not being sent
	DropNewest                 // refuse the new event
	Block                      // take nothing until there is room: the source waits
)

var overflowNames = [...]string{DropOldest: "drop_oldest", DropNewest: "drop_newest", Block: "block"}

// String returns the name that ParseOverflow reads.
func (o Overflow) String() string {
	if int(o) < len(overflowNames) {
		return overflowNames[o]
	}
	return fmt.Sprintf("overflow(%d)", uint8(o))
}

// ParseOverflow reads drop_oldest, drop_newest or block.
func ParseOverflow(s string) (Overflow, error) {
	for i, name := range overflowNames {
		if s == name {
			return Overflow(i), nil
		}
	}
	return 0, fmt.Errorf("queue: unknown overflow %q, want one of %s", s, strings.Join(overflowNames[:], ", "))
}

// Options are the limits of a queue. The first limit that is hit decides.
type Options struct {
	MaxEvents int      // events, those being sent included
	MaxBytes  int64    // bytes of event text plus RowOverhead for each event
	Overflow  Overflow // what happens at a limit
	// Ready is what Memory.Ready returns, so that one consumer can wait on several queues; its capacity is 1, as without a
	// buffer a wake-up could get lost. Nil: one of its own.
	Ready chan struct{}
}

// RowOverhead is what an event costs in memory beside its text, in bytes: its parsed header and its places in queues.
const RowOverhead = 128

// DefaultOptions returns 10,000 events, 16 MiB, drop_oldest.
func DefaultOptions() Options {
	return Options{MaxEvents: 10_000, MaxBytes: 16 << 20, Overflow: DropOldest}
}

func (o Options) validate() error {
	switch {
	case o.MaxEvents < 1:
		return fmt.Errorf("queue: max_events is %d, want at least 1", o.MaxEvents)
	case o.MaxBytes < 1:
		return fmt.Errorf("queue: max_bytes is %d, want at least 1", o.MaxBytes)
	case int(o.Overflow) >= len(overflowNames):
		return fmt.Errorf("queue: unknown %v", o.Overflow)
	case o.Ready != nil && cap(o.Ready) == 0:
		return errors.New("queue: ready channel has no buffer, want capacity 1")
	default:
		return nil
	}
}
