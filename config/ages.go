package config

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// pause is how long events may wait for a visit, by design.
type pause struct {
	length time.Duration
	attr   *hcl.Attribute // that makes it so long
	reason string         // the attributes with their values
	cure   string
}

// longestPause returns the longest time between two visits to a remote; 0 when an event is a reason to connect, or when nothing limits
// the time.
func (d *decoder) longestPause(raw *rawSchedule, s *Schedule) pause {
	p := pause{}
	switch {
	case !s.visits() || s.Mode == ModeLazy && s.Threshold == 1:
		return p
	case s.Every > 0:
		p = pause{s.Every + s.Jitter, raw.Every, "every = " + wording.Span(s.Every), "Make every shorter"}
	case s.Cron.Spec != "":
		p = pause{d.gap(s.Cron) + s.Jitter, raw.Cron, "this cron", "Let it come more often"}
	}
	if p.attr != nil && s.Jitter > 0 {
		p.reason += " and jitter = " + wording.Span(s.Jitter)
	}
	if s.MaxWait > 0 && (p.attr == nil || p.length > s.MaxWait) {
		p = pause{s.MaxWait, raw.MaxWait, "max_wait = " + wording.Span(s.MaxWait), "Make max_wait shorter"}
	}
	return p
}

// gap is Cron.longestGap, once for each text: a thousand remotes may share one.
func (d *decoder) gap(c Cron) time.Duration {
	if d.gaps == nil {
		d.gaps = make(map[string]time.Duration)
	}
	gap, ok := d.gaps[c.Spec]
	if !ok {
		gap = c.longestGap()
		d.gaps[c.Spec] = gap
	}
	return gap
}

// checkAges warns of events that grow too old in the queue to a remote before it is visited, once for each limit.
func (d *decoder) checkAges(p *pair[rawRemote, Remote]) {
	if p.typed.Schedule == nil {
		return
	}
	wait := d.longestPause(p.raw.Schedule, p.typed.Schedule)
	if wait.length == 0 {
		return
	}
	old, retried := false, false
	for _, r := range d.routes {
		if !slices.Contains(r.typed.destinations(), p.typed) {
			continue
		}
		q := &r.typed.Queue
		if wait.length >= q.MaxAge && !old {
			old = true
			d.warnf(wait.attr.Expr.Range(), "Events grow too old", "With %s events wait for a visit up to %s, and the queues of the route %s keep them for %s (max_age): what is older is dropped before it is sent. %s, or max_age longer.",
				wait.reason, wording.LongSpan(wait.length), wording.Quote(r.typed.Name), wording.Span(q.MaxAge), wait.cure)
		}
		// The default is for every remote, and no choice that was made for this one.
		if raw := r.raw.Queue; wait.length >= q.RetryMaxAge && !retried && raw != nil && raw.RetryMaxAge != nil {
			retried = true
			d.warnf(raw.RetryMaxAge.Expr.Range(), "Given up before the next visit", "What the remote %s has no room for is tried again for %s and then given up: it does not wait for the next visit, which may come %s later (%s). Make retry_max_age longer than that if it should.",
				wording.Quote(p.typed.Name), wording.Span(q.RetryMaxAge), wording.LongSpan(wait.length), wait.reason)
		}
	}
}
