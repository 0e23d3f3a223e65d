package bridge

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// watchers are those who look on while events pass. Nobody waits for them: what one is too slow for, it misses.
type watchers struct {
	ids atomic.Uint64              // of sights
	all atomic.Pointer[[]*Watcher] // read once for each batch; nil: nobody looks

	mu sync.Mutex // guards the change of all
}

// list returns the watchers that there are now.
func (w *watchers) list() []*Watcher {
	if all := w.all.Load(); all != nil {
		return *all
	}
	return nil
}

func (w *watchers) add(one *Watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := append(slices.Clone(w.list()), one)
	w.all.Store(&next)
}

func (w *watchers) remove(one *Watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := slices.DeleteFunc(slices.Clone(w.list()), func(other *Watcher) bool { return other == one })
	if len(next) == 0 {
		w.all.Store(nil)
		return
	}
	w.all.Store(&next)
}

// Watch shows every event that passes from now on and that the filter takes, on each of its ways. Who watches has to call Close.
func (b *Bridge) Watch(f SightFilter) *Watcher {
	w := &Watcher{of: b.watchers, filter: f, ready: make(chan struct{}, 1)}
	b.watchers.add(w)
	return w
}

// Seen returns the newest sights that were noted and that the filter takes, oldest first, and limit of them at most. Of each remote
// some are kept: of an event those ways first that it takes, and of many events in one second the first ones. What a peer shows
// the bridge of its own sending is not noted.
func (b *Bridge) Seen(f SightFilter, limit int) []Sight {
	var out []Sight
	for _, e := range b.present.Load().endpoints {
		out = e.seen.notes(out, &f)
	}
	slices.SortStableFunc(out, func(a, b Sight) int { return cmp.Compare(a.ID, b.ID) })
	return out[max(0, len(out)-limit):]
}
