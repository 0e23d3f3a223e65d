package bridge

import "sync"

// Watcher shows events as they pass. Its methods but Close are for one goroutine.
type Watcher struct {
	of     *watchers
	filter SightFilter
	ready  chan struct{}
	taken  sightBatch // what Take returned last, to be filled again

	mu     sync.Mutex // guards what follows
	waits  sightBatch
	missed uint64
}

// What waits for a watcher at most.
const (
	watcherSights = 4096
	watcherText   = 1 << 20 // bytes
)

// sightBatch holds sights with their texts.
type sightBatch struct {
	sights []Sight
	text   []byte
}

// put adds a copy, and reports whether there was room.
func (b *sightBatch) put(s *Sight) bool {
	if len(b.sights) == watcherSights || len(b.text)+len(s.Row.Text) > watcherText {
		return false
	}
	from := len(b.text)
	b.text = append(b.text, s.Row.Text...)
	b.sights = append(b.sights, *s)
	b.sights[len(b.sights)-1].Row.Text = b.text[from:len(b.text):len(b.text)]
	return true
}

func (b *sightBatch) reset() {
	clear(b.sights)
	b.sights, b.text = b.sights[:0], b.text[:0]
}

// saw hands a sight to the watcher if it wants it. It may be called from any goroutine, and waits for nothing.
func (w *Watcher) saw(s *Sight) {
	if !w.filter.takes(s) {
		return
	}
	w.mu.Lock()
	if !w.waits.put(s) {
		w.missed++
	}
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// Ready receives a value when there is something to take.
func (w *Watcher) Ready() <-chan struct{} { return w.ready }

// Take returns what was seen since it was last called, oldest first, and how many sights there was no room for. The sights are
// valid until the next call.
func (w *Watcher) Take() (seen []Sight, missed uint64) {
	w.taken.reset()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taken, w.waits = w.waits, w.taken
	missed, w.missed = w.missed, 0
	return w.taken.sights, missed
}

// Close ends the watch. Closing twice does no harm.
func (w *Watcher) Close() { w.of.remove(w) }
