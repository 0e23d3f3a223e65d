package route

import "time"

// memory remembers the newest entries by key, in two generations: when the young one is full, or older than the life of an
// entry, it becomes the old one, and the one that was old is forgotten. So it keeps at least the newest limit entries, at most
// twice as many, and allocates nothing once both maps have their size.
type memory[K comparable, V any] struct {
	limit      int           // of a generation
	life       time.Duration // after which an entry is of no use; 0: never
	young, old map[K]V
	since      time.Duration // of the young generation
}

func newMemory[K comparable, V any](limit int, life time.Duration) memory[K, V] {
	return memory[K, V]{limit: limit, life: life, young: make(map[K]V), old: make(map[K]V)}
}

func (m *memory[K, V]) get(key K) (value V, ok bool) {
	if value, ok = m.young[key]; !ok {
		value, ok = m.old[key]
	}
	return value, ok
}

// recall is get for entries that are to be kept as long as they are asked for.
func (m *memory[K, V]) recall(key K, now time.Duration) (value V, ok bool) {
	if value, ok = m.young[key]; ok {
		return value, true
	}
	if value, ok = m.old[key]; ok {
		m.put(key, value, now)
	}
	return value, ok
}

func (m *memory[K, V]) put(key K, value V, now time.Duration) {
	if len(m.young) >= m.limit || m.life > 0 && now-m.since >= m.life {
		clear(m.old)
		m.young, m.old, m.since = m.old, m.young, now
	}
	m.young[key] = value
}
