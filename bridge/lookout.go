package bridge

import (
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// lookout is where the events of a remote are seen. It shows them to those who watch, and keeps a few of the last ones. So that it
// costs next to nothing, it notes no more than notesPerSecond sights.
type lookout struct {
	watchers *watchers
	remote   string
	came     allowance // of the goroutine that receives

	mu   sync.Mutex // guards what follows
	lost allowance  // of the goroutines that send to the remote, and the teller of links
	ring []Sight    // each with a text of its own
	next int
}

const (
	notesKept      = 64 // for each remote
	notesPerSecond = 64
	notesPerEvent  = 8 // ways of one event: with hundreds of destinations it would drive out all others
	// noteText is what the text of a note may leave behind for the next one in its place, in bytes.
	noteText = 512
)

// allowance is how many notes may be made in a second.
type allowance struct {
	second int64
	left   int
}

func (a *allowance) at(t time.Time) int {
	if s := t.Unix(); s != a.second {
		a.second, a.left = s, notesPerSecond
	}
	return a.left
}

// glance is what is looked at of one batch.
type glance struct {
	watchers []*Watcher
	from     *lookout
	at       time.Time
}

// begin is called by the goroutine that receives, for each batch.
func (l *lookout) begin(at time.Time) glance {
	l.came.at(at)
	return glance{watchers: l.watchers.list(), from: l, at: at}
}

// open reports whether anybody wants to see the next event.
func (g *glance) open() bool { return len(g.watchers) > 0 || g.from.came.left > 0 }

// saw shows what becomes of an event on its lanes.
func (g *glance) saw(lanes []lane, verdicts []policy.Verdict) {
	l := g.from
	s := Sight{ID: l.watchers.ids.Add(1), At: g.at, From: l.remote}
	if len(g.watchers) > 0 {
		for i := range verdicts {
			s.on(&lanes[i], &verdicts[i])
			for _, w := range g.watchers {
				w.saw(&s)
			}
		}
	}
	if l.came.left > 0 && len(verdicts) > 0 && verdicts[0].Reason != policy.OwnChannel {
		l.noteEvent(s, lanes, verdicts)
	}
}

// on makes the sight that of a lane.
func (s *Sight) on(l *lane, v *policy.Verdict) {
	s.Route, s.To, s.Row, s.Held = l.d.route, l.d.to, *v.Row, v.Reason
}

// noteEvent keeps some of the ways of an event, first those that it takes.
func (l *lookout) noteEvent(s Sight, lanes []lane, verdicts []policy.Verdict) {
	l.mu.Lock()
	defer l.mu.Unlock()
	room := min(notesPerEvent, l.came.left)
	for _, goes := range []bool{true, false} {
		for i := range verdicts {
			v := &verdicts[i]
			if room == 0 {
				return
			}
			if (v.Reason == policy.Goes) != goes {
				continue
			}
			s.on(&lanes[i], v)
			l.note(&s)
			room--
			l.came.left--
		}
	}
}

// note keeps a copy in place of the oldest one. It is called with l.mu held.
func (l *lookout) note(s *Sight) {
	if len(l.ring) < notesKept {
		l.ring = append(l.ring, Sight{})
	}
	at := &l.ring[l.next]
	l.next = (l.next + 1) % notesKept
	text := at.Row.Text[:0]
	if cap(text) > noteText {
		text = nil
	}
	*at = *s
	text = append(text, s.Row.Text...)
	at.Row.Text = text
}

// notes appends copies of what was noted and is taken by the filter.
func (l *lookout) notes(dst []Sight, f *SightFilter) []Sight {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.ring { // the oldest is at next as soon as the ring is full, and at 0 before
		if s := &l.ring[(l.next+i)%len(l.ring)]; f.takes(s) {
			kept := *s
			kept.Row.Text = append([]byte(nil), s.Row.Text...)
			dst = append(dst, kept)
		}
	}
	return dst
}

// gaveUp shows an event that was queued for the remote and did not get there. It may be called with a lock of a direction held. Nil
// shows nothing.
func (l *lookout) gaveUp(d *direction, f *remote.Fate) {
	why, lost := lostFor(f.Outcome)
	if l == nil || !lost || f.Row == nil {
		return
	}
	l.show(&Sight{ID: l.watchers.ids.Add(1), At: time.Now(), Route: d.route, To: d.to, Row: *f.Row, Held: why, Reply: f.Reply})
}

// show shows what did not come from a remote just now.
func (l *lookout) show(s *Sight) {
	for _, w := range l.watchers.list() {
		w.saw(s)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost.at(s.At) > 0 {
		l.lost.left--
		l.note(s)
	}
}
