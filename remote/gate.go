package remote

import "sync"

// gate is open while something is up; closing and opening it again is cheap.
type gate struct {
	mu   sync.Mutex // guards the rest
	up   bool
	open chan struct{} // closed while up
}

func newGate() *gate { return &gate{open: make(chan struct{})} }

func (g *gate) set(up bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case up && !g.up:
		close(g.open)
	case !up && g.up:
		g.open = make(chan struct{})
	}
	g.up = up
}

func (g *gate) isUp() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.up
}

func (g *gate) wait() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}
