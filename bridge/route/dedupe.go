package route

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// maxTwins is how many of the newest events a Dedupe knows at least. One that is equal to an older one passes.
const maxTwins = 16 << 10

// Dedupe holds back events that are equal to one that passed a short time ago: copies that came on two ways. Several goroutines
// may use it, as the sources of a direction do. A nil Dedupe holds nothing back.
type Dedupe struct {
	window time.Duration
	seed   maphash.Seed

	mu     sync.Mutex                  // guards what follows
	passed memory[twin, time.Duration] // when
	data   []byte                      // of the event at hand
}

// twin is what equal events have in common. The data is hashed with a seed that nobody knows.
type twin struct {
	guid   vscp.GUID
	micros int64
	stamp  uint32
	class  vscp.Class
	typ    uint16
	head   vscp.Head
	data   uint64
}

// NewDedupe returns nil without a window.
func NewDedupe(window time.Duration) *Dedupe {
	if window <= 0 {
		return nil
	}
	return &Dedupe{window: window, seed: maphash.MakeSeed(), passed: newMemory[twin, time.Duration](maxTwins, window)}
}

// Check returns Duplicate if an event that is equal in all but obid passed within the window, and Taken otherwise. sent is the
// time that the sender gave, which may be none: what the bridge filled in differs from copy to copy. now is monotonic.
func (d *Dedupe) Check(row *vscp.Row, sent vscp.Time, now time.Duration) Reason {
	if d == nil {
		return Taken
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.twinOf(row, sent)
	if at, ok := d.passed.get(t); ok && now-at < d.window {
		return Duplicate
	}
	d.passed.put(t, now, now)
	return Taken
}

func (d *Dedupe) twinOf(row *vscp.Row, sent vscp.Time) twin {
	d.data = row.AppendData(d.data[:0])
	t := twin{
		guid: row.GUID, class: row.Class, typ: row.Type, data: maphash.Bytes(d.seed, d.data),
		head: row.Head.WithVersion(0), // says only how the line was written
	}
	t.micros, t.stamp = instant(sent)
	return t
}

// instant makes one of the two ways in which peers write the same time: nanoseconds, and a date with the microseconds within the
// second.
func instant(t vscp.Time) (micros int64, stamp uint32) {
	if t.Nanos == 0 {
		return 0, t.Micros
	}
	const second = uint64(time.Second)
	if t.Micros >= 1e6 || t.Nanos%second != 0 {
		stamp = t.Micros
	}
	return t.AsTime().UnixMicro(), stamp
}
