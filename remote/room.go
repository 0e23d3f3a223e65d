package remote

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// fullSince remembers since when the peer has had no room for an event, across connections. The zero value is ready.
type fullSince struct {
	some atomic.Bool // so that a peer with room costs no lock

	mu    sync.Mutex // guards since
	since map[fullKey]time.Time
}

// fullKey knows an event again that was given back and came as another row.
type fullKey struct {
	text  string
	nanos uint64
}

// fullMost bounds what a peer that is full for long leaves behind; an outbox may drop events without a word.
const fullMost = 4096

func fullKeyOf(row *vscp.Row) fullKey {
	return fullKey{text: string(row.Text), nanos: row.Time.Nanos}
}

// waited returns how long ago it was first called for the event.
func (p *fullSince) waited(row *vscp.Row) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := fullKeyOf(row)
	if began, ok := p.since[key]; ok {
		return time.Since(began)
	}
	if p.since == nil || len(p.since) >= fullMost {
		p.since = make(map[fullKey]time.Time)
	}
	p.since[key] = time.Now()
	p.some.Store(true)
	return 0
}

// end forgets the event.
func (p *fullSince) end(row *vscp.Row) {
	if !p.some.Load() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, fullKeyOf(row))
	p.some.Store(len(p.since) > 0)
}

// roomDelays returns the pauses between the tries of a peer that is full.
func roomDelays(o *Options) *backoff.ExponentialBackOff {
	return backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(o.FullRetry),
		backoff.WithMaxInterval(o.FullRetryMax),
		backoff.WithMultiplier(2),
		backoff.WithRandomizationFactor(0), // one link asks, and it alone
		backoff.WithMaxElapsedTime(0),      // the age of the event decides
	)
}

// roomDelay returns how long to wait until the peer may have room. A visit has little time.
func (l *link) roomDelay() time.Duration {
	if l.visits() {
		return l.m.opts.FullRetry
	}
	l.crowded = true
	return l.room.NextBackOff()
}

// taken is called for events that the peer took: it has room.
func (s *sender) taken(rows []*vscp.Row) {
	if s.l.crowded {
		s.l.crowded = false
		s.l.room.Reset()
	}
	if !s.l.m.full.some.Load() {
		return
	}
	for _, row := range rows {
		s.l.m.full.end(row)
	}
}

// expired reports whether to give an event up that the peer, which is full, did not take. It is the oldest one that is leased.
func (s *sender) expired(a *Fate) bool {
	age := s.l.m.full.waited(a.Row)
	if age == 0 || s.l.outbox.Again(0, a.Row, age) {
		return false
	}
	if ok, held := s.l.m.allow(&s.l.m.expired, 1); ok {
		s.l.logger.Warn("event given up, remote is full", "after", age.String(), "reply", a.Reply, "more", held)
	}
	return true
}

// replyOf returns what the server said with a refusal.
func replyOf(err error) string {
	if no, ok := errors.AsType[*CommandError](err); ok {
		return no.Text
	}
	return ""
}
