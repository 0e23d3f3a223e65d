package remote

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/latency"
)

// Counters are what the managers of one remote count together, one after the other: what they say does not begin anew when another
// manager takes over. The zero value has counted nothing.
type Counters struct {
	received, malformed, keepAlives, sent, refused, skipped atomic.Uint64

	bytesReceived, bytesSent atomic.Uint64     // of lines, before they are encrypted
	replies                  latency.Histogram // of commands that were sent alone
	lateness                 latency.Histogram // of the runs of a schedule
	loss                     losses

	mu    sync.Mutex    // guards links
	links []*linkCounts // a few, by name
}

// link returns the counters of the connections of a name.
func (c *Counters) link(name string) *linkCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.links {
		if l.name == name {
			return l
		}
	}
	l := &linkCounts{name: name}
	c.links = append(c.links, l)
	return l
}

// linkCounts are what the links of one name count. A link that ends and the one that takes its place may both use it.
type linkCounts struct {
	name string

	mu       sync.Mutex // guards what follows
	connects uint64
	failures uint64
	skipped  uint64
	causes   map[Cause]uint64
	stays    [stateCount]Stay // without the present ones
}

// entered counts a transition.
func (c *linkCounts) entered(step *Transition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if step.To.Up() && !step.From.Up() {
		c.connects++
	}
	c.stays[step.From].Total += step.Took
	c.stays[step.To].Times++
}

func (c *linkCounts) failed(cause Cause) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures++
	if c.causes == nil {
		c.causes = make(map[Cause]uint64)
	}
	c.causes[cause]++
}

func (c *linkCounts) missed(ticks uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skipped += ticks
}

// read writes the counts to a status whose link is in its state for so long.
func (c *linkCounts) read(s *LinkStatus, stay time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Connects, s.Failures, s.Skipped = c.connects, c.failures, c.skipped
	s.Causes, s.Stays = maps.Clone(c.causes), c.stays
	s.Stays[s.State].Total += stay
}
