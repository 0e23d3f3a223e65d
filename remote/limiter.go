package remote

import "time"

// limiter lets one log line in a while through and counts the others.
type limiter struct {
	last time.Time
	held int
}

const limiterPause = 10 * time.Second

// allow reports whether to log now, and how many lines were held back since the last.
func (m *Manager) allow(l *limiter, n int) (ok bool, held int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if !l.last.IsZero() && now.Sub(l.last) < limiterPause {
		l.held += n
		return false, 0
	}
	held = l.held + n - 1
	l.last, l.held = now, 0
	return true, held
}
