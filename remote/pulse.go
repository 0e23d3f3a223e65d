package remote

import "time"

// DefaultDeadAfter is how long the receive loop may be without a line while no keep-alive has shown the rhythm of the peer.
const DefaultDeadAfter = 10 * time.Second

// The limits of what is made of a peer's rhythm.
const (
	deadAfterLeast   = 5 * time.Second
	deadAfterMost    = 30 * time.Second
	keepAlivesMissed = 3
)

// pulse follows the signs of life of a peer in the receive loop. Any line is one. Halfway to the limit the peer is asked for one:
// some servers send keep-alives seldom, or none.
type pulse struct {
	fixed  time.Duration // the limit; 0: by the rhythm
	rhythm time.Duration // the longest silence that a keep-alive ended, lately; 0: none yet
	last   time.Time     // the last sign
	asked  bool          // the peer was asked since
}

// limit is the silence after which the peer is taken for dead.
func (p *pulse) limit() time.Duration {
	switch {
	case p.fixed > 0:
		return p.fixed
	case p.rhythm == 0:
		return DefaultDeadAfter
	default:
		return min(max(keepAlivesMissed*p.rhythm, deadAfterLeast), deadAfterMost)
	}
}

// beat notes a sign of life. A longer silence counts at once, a shorter one by and by: events hide the rhythm of a server that
// sends keep-alives only when there are none.
func (p *pulse) beat(now time.Time, keepAlive bool) {
	if keepAlive && !p.asked {
		p.rhythm = max(now.Sub(p.last), p.rhythm-p.rhythm/16)
	}
	p.last, p.asked = now, false
}

// wait returns for how long to listen before the peer is asked, or, if it was, given up.
func (p *pulse) wait(now time.Time) time.Duration {
	limit := p.limit()
	if !p.asked {
		limit /= 2
	}
	return p.last.Add(limit).Sub(now)
}
