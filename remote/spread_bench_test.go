package remote

import (
	"fmt"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// manySenders is an outbox that is never empty, of a thousand senders, and costs next to nothing.
type manySenders struct {
	rows []*vscp.Row
	next int
}

func (o *manySenders) Peek(dst []*vscp.Row, limit int) []*vscp.Row {
	for range limit {
		dst = append(dst, o.rows[o.next])
		o.next = (o.next + 1) % len(o.rows)
	}
	return dst
}

func (o *manySenders) Settle(int, Outcome) {}
func (o *manySenders) Refuse(Fate)         {}
func (o *manySenders) Release([]Fate)      {}

func (o *manySenders) Again(int, *vscp.Row, time.Duration) bool { return true }
func (o *manySenders) Ready() <-chan struct{}                   { return nil }

func (o *manySenders) Waiting() (int, time.Time) { return len(o.rows), time.Time{} }

// BenchmarkSpread is what an event costs beside the outbox itself, from Peek to Settle; one operation is one event.
func BenchmarkSpread(b *testing.B) {
	rows := make([]*vscp.Row, 1000)
	for i := range rows {
		rows[i] = spreadRow(i, i)
	}
	for _, window := range []int{1, 64} {
		b.Run(fmt.Sprintf("bare/window=%d", window), func(b *testing.B) { benchOutboxes(b, window, &manySenders{rows: rows}) })
		for _, lanes := range []int{1, 4, 8} {
			b.Run(fmt.Sprintf("lanes=%d/window=%d", lanes, window), func(b *testing.B) {
				s := newSpread(&manySenders{rows: rows}, lanes)
				var all []Outbox
				for _, l := range s.lanes {
					l.open()
					all = append(all, l)
				}
				benchOutboxes(b, window, all...)
			})
		}
	}
}

// benchOutboxes takes from each in turn what its window has room for, and settles what it took in the round before.
func benchOutboxes(b *testing.B, window int, outboxes ...Outbox) {
	b.Helper()
	leased := make([]int, len(outboxes))
	rows := make([]*vscp.Row, 0, window)
	b.ReportAllocs()
	for i, settled := 0, 0; b.Loop(); {
		if settled > 0 {
			settled--
			continue
		}
		o := outboxes[i]
		o.Settle(leased[i], Forwarded)
		leased[i] = len(o.Peek(rows[:0], window))
		settled = max(0, leased[i]-1)
		i = (i + 1) % len(outboxes)
	}
}
