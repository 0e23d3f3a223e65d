package route

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// maxSubjects is how many of the subjects that spoke last a Tame knows at least. The next event of one that it forgot passes.
const maxSubjects = 8 << 10

// Limits say how the events of a direction are thinned out. The zero value changes nothing.
type Limits struct {
	Rate        float64       // events per second; 0: any
	Burst       int           // events that may come at once, with Rate; at least 1
	MinInterval time.Duration // between two events of a subject
	DeadBand    float64       // a measurement that differs by less from the last one that passed is held back; 0: none
	MaxSilence  time.Duration // after so long the next one of a subject passes both of the above; 0: never
}

// Tame applies Limits. Several goroutines may use it, as the sources of a direction do, for which the limits hold together. A nil
// Tame holds nothing back.
type Tame struct {
	limits Limits
	bucket *rate.Limiter // nil: any rate

	mu       sync.Mutex // guards what follows
	now      time.Duration
	subjects memory[vscp.Subject, passage]
}

// passage is the last event of a subject that passed.
type passage struct {
	at      time.Duration
	reading vscp.Reading // the last that there was
	read    bool         // there was one
}

// NewTame returns nil if l changes nothing.
func NewTame(l Limits) *Tame {
	if l.Rate <= 0 && !l.bySubject() {
		return nil
	}
	t := &Tame{limits: l, subjects: newMemory[vscp.Subject, passage](maxSubjects, l.life())}
	if l.Rate > 0 {
		t.bucket = rate.NewLimiter(rate.Limit(l.Rate), max(1, l.Burst))
	}
	return t
}

// Check says whether an event may go at the time now, which is monotonic: Taken, TooSoon, InDeadBand or RateLimited. Only an
// event that may go counts for those after it.
func (t *Tame) Check(row *vscp.Row, now time.Duration) Reason {
	if t == nil {
		return Taken
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = max(t.now, now) // goroutines may come in another order than their times
	var p passage
	var held Reason
	subject, concerned := t.subject(row, &p)
	if concerned {
		if held = t.hold(subject, &p); held != Taken {
			return held
		}
	}
	if t.bucket != nil && !t.bucket.AllowN(time.Unix(0, int64(t.now)), 1) {
		return RateLimited
	}
	if concerned {
		t.subjects.put(subject, p, t.now)
	}
	return Taken
}

// subject prepares p for row. It reports whether there are limits for row's subject.
func (t *Tame) subject(row *vscp.Row, p *passage) (subject vscp.Subject, concerned bool) {
	p.at = t.now
	if t.limits.DeadBand > 0 && !sets(row.Class) {
		p.reading, p.read = row.Reading()
	}
	if t.limits.MinInterval <= 0 && !p.read {
		return subject, false
	}
	return row.Subject(), true
}

// hold compares p with the last passage of the subject.
func (t *Tame) hold(subject vscp.Subject, p *passage) Reason {
	last, ok := t.subjects.recall(subject, t.now)
	if !ok {
		return Taken
	}
	silence, l := t.now-last.at, &t.limits
	switch {
	case l.MaxSilence > 0 && silence >= l.MaxSilence:
	case silence < l.MinInterval:
		return TooSoon
	case p.read && last.read && p.reading.Unit == last.reading.Unit && math.Abs(p.reading.Value-last.reading.Value) < l.DeadBand:
		return InDeadBand
	}
	if !p.read {
		p.reading, p.read = last.reading, last.read
	}
	return Taken
}

func (l *Limits) bySubject() bool { return l.MinInterval > 0 || l.DeadBand > 0 }

// life returns after which time a passage is of no use any more; 0: never.
func (l *Limits) life() time.Duration {
	if l.MaxSilence > 0 {
		return l.MaxSilence
	}
	if l.DeadBand > 0 {
		return 0
	}
	return l.MinInterval
}

// sets reports whether the values of the class are commands (SETVALUEZONE and its mirror): one that is near to the last one is
// to be obeyed nevertheless.
func sets(c vscp.Class) bool {
	if level(c) == mirrored {
		c -= firstMirror
	}
	return c >= 85 && c <= 89
}
