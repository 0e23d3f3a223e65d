package loop

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Credits recognise what a remote shows as new although it is our own: some peers echo what they are sent, and erase all that it
// could be told by. Each event that is on its way to the remote leaves one credit for its class, type and data, and an event that
// comes from there spends one.
//
// A credit is there from the lease on, before the event is written, as the echo may be here before the answer. From the answer
// on it lasts for CreditLife. Equal events are counted: as many echoes are held back as events were sent.
//
// Those that send and the one that receives may use it at once. The zero value gives no credits.
type Credits struct {
	on      atomic.Bool // changed with mu held
	mu      sync.Mutex  // guards what follows; nothing blocks while it is held
	hasher  hasher
	keys    map[uint64]credit
	endings endings
	data    []byte // scratch
}

// credit is what is known of equal events.
type credit struct {
	leased int32 // on their way, without an answer
	early  int32 // of those, the ones whose echo came before the answer
	timed  int32 // answered, and the echo is awaited
	gone   int32 // answered, and the echo has come: the first ones of this key among the endings
}

const (
	// CreditLife is how long after its answer the echo of an event is awaited.
	CreditLife = 2 * time.Second
	// maxCredits bounds what a remote costs that shows no echo. The oldest credits end first.
	maxCredits = 1 << 16
)

// Enable says whether the peer that is now behind the remote echoes and erases. Credits for another one are void.
func (c *Credits) Enable(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.on.Load() == on {
		return
	}
	c.keys, c.endings = nil, endings{}
	if on {
		c.hasher, c.keys = newHasher(), make(map[uint64]credit)
	}
	c.on.Store(on)
}

// Enabled reports whether credits are given.
func (c *Credits) Enabled() bool { return c.on.Load() }

// Lease gives a credit for an event that is about to be sent.
func (c *Credits) Lease(row *vscp.Row) { c.change(row, 0, leased) }

// Sent is called when the peer took the event: the credit ends soon, unless the echo has come already.
func (c *Credits) Sent(row *vscp.Row, now time.Duration) { c.change(row, now, sent) }

// Doubt is called when an event was written and its answer got lost, beside what becomes of it then: its echo may come all the same.
func (c *Credits) Doubt(row *vscp.Row, now time.Duration) { c.change(row, now, doubted) }

// Withdraw takes back the credit of an event that was not sent.
func (c *Credits) Withdraw(row *vscp.Row) { c.change(row, 0, withdrawn) }

// step is what happens to an event on its way to the remote.
type step uint8

const (
	leased step = iota
	sent
	doubted
	withdrawn
)

func (c *Credits) change(row *vscp.Row, now time.Duration, what step) {
	if !c.on.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		return
	}
	key := c.key(row)
	k := c.keys[key]
	if k.take(what) {
		c.endings.push(ending{key, now + CreditLife})
	}
	c.put(key, k)
	c.end(now, maxCredits)
}

// take changes a credit. It reports whether an echo is awaited from now on, for a time.
func (k *credit) take(what step) bool {
	if what == leased {
		k.leased++
		return false
	}
	if what == doubted {
		return k.answer()
	}
	if k.leased == 0 {
		return false // the lease was of another peer
	}
	k.leased--
	if what == sent {
		return k.answer()
	}
	k.early = min(k.early, k.leased)
	return false
}

// answer reports whether the echo of a written event has not come yet.
func (k *credit) answer() bool {
	if k.early > 0 {
		k.early--
		return false
	}
	k.timed++
	return true
}

// Spend reports whether an event that came is the echo of one that was sent.
func (c *Credits) Spend(row *vscp.Row, now time.Duration) bool {
	if !c.on.Load() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.keys) == 0 {
		return false
	}
	c.end(now, maxCredits)
	key := c.key(row)
	k := c.keys[key]
	switch {
	case k.timed > 0:
		k.timed--
		k.gone++
	case k.early < k.leased:
		k.early++
	default:
		return false
	}
	c.keys[key] = k
	return true
}

func (c *Credits) put(key uint64, k credit) {
	if k == (credit{}) {
		delete(c.keys, key)
		return
	}
	c.keys[key] = k
}

// end ends the credits whose time is over, and the oldest of those that are too many.
func (c *Credits) end(now time.Duration, most int) {
	for c.endings.len() > 0 && (c.endings.first().at <= now || c.endings.len() > most) {
		key := c.endings.pop().key
		k := c.keys[key]
		if k.gone > 0 {
			k.gone--
		} else {
			k.timed--
		}
		c.put(key, k)
	}
}

// key is the same for an event and its echo, however they are written: a mirror on Level II comes back as the Level I event that
// it stands for.
func (c *Credits) key(row *vscp.Row) uint64 {
	class, data := row.Class, row.AppendData(c.data[:0])
	c.data = data
	if class >= firstMirror && class < firstLevel2 && len(data) >= len(vscp.GUID{}) {
		class, data = class-firstMirror, data[len(vscp.GUID{}):]
	}
	return c.hasher.content(class, row.Type, data)
}
