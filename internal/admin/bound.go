package admin

import (
	"net/http"
	"sync"
	"time"
)

// bound returns what lets through so many requests at the same time, to all handlers together that it is put around.
func bound(most int) func(http.HandlerFunc) http.HandlerFunc {
	busy := make(chan struct{}, most)
	return func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			select {
			case busy <- struct{}{}:
				defer func() { <-busy }()
				next(w, r)
			default:
				tooMany(w)
			}
		}
	}
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, "too many requests at the same time")
}

// yieldAfter is how long a request may keep others out whose answer takes a moment, unless its client does not read.
const yieldAfter = 2 * time.Second

// yielding returns the same for answers that take a moment. Where there are too many, that which is under way for longest is cut if a
// client that does not read can be the reason: a few of those would keep everybody out for writeTimeout, and could ask again.
func yielding(most int) func(http.HandlerFunc) http.HandlerFunc {
	t := &turns{most: most, since: make(map[*http.ResponseController]time.Time)}
	return func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			answer := http.NewResponseController(w)
			if !t.enter(answer) {
				tooMany(w)
				return
			}
			defer t.leave(answer)
			next(w, r)
		}
	}
}

// turns are the answers under way.
type turns struct {
	most int

	mu    sync.Mutex // guards since, and that nobody leaves who is being cut
	since map[*http.ResponseController]time.Time
}

func (t *turns) enter(answer *http.ResponseController) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.since) >= t.most && !t.cut() {
		return false
	}
	t.since[answer] = time.Now()
	return true
}

// cut ends the oldest answer if it is old enough. Its handler sees a failed write, and leaves.
func (t *turns) cut() bool {
	var oldest *http.ResponseController
	for answer, since := range t.since {
		if oldest == nil || since.Before(t.since[oldest]) {
			oldest = answer
		}
	}
	if time.Since(t.since[oldest]) < yieldAfter || oldest.SetWriteDeadline(time.Now()) != nil {
		return false
	}
	delete(t.since, oldest)
	return true
}

func (t *turns) leave(answer *http.ResponseController) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.since, answer)
}
